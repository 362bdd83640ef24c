"""A question in, the answer as it was given, kept, out."""
