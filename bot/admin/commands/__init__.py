"""`citedesk reindex`, `generations`, `dict`, `evaluate`, `backup` in, text or JSON out."""
