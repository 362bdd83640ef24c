"""`citedesk announce` and `citedesk announcements` in, text or JSON out."""
