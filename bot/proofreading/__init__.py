"""The check of a draft: what a writer's own text gets wrong, each place with what is right."""
