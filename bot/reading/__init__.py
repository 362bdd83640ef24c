"""WHERE IT STANDS: a passage as it is cited and printed."""
