"""What staff write in; each chat that wants it gets it once, and staff see who did, out."""
