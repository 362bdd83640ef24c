"""`citedesk cite` and `citedesk page` in; a citation to copy, and a picture of a printed page, out."""
