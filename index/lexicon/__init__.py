"""A term in, its expansions out: the other words that the reports may use for it."""
