"""A generation on disk: written once, verified, then only read."""
