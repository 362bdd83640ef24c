"""The best passages in, an `Answer` with citations or a `NoAnswer` with its reason out."""
