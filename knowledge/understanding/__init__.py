"""Text to what is understood of it: outline, identity, periods, figures, sums, versions. Pure."""
