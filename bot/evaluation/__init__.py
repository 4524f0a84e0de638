"""Golden cases put to the assistant and its writers, and the figures that come of them."""
