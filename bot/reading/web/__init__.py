"""The web door: reports to read and to ask in a browser, without an account."""
