"""Files in, a new generation out."""
