"""The reading room: passages as they are printed and cited, and a door for browsers."""
