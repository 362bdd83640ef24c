"""Reports, indexes and the dictionary as admins change them in, a new index and what it did out."""
