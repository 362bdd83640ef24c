"""Telegram updates in, one call each, a reply out. Nothing of Telegram's goes further than this package."""
