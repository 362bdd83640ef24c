"""`/reindex /upload /dict /explain /grant /stats` in, what was done out."""
