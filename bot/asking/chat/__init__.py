"""Questions, `/library` and the buttons under answers in, replies out."""
