"""The use cases: ask and trace; and how all is opened that the settings name."""
