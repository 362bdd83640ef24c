"""A query in, the passages with the highest scores out."""
