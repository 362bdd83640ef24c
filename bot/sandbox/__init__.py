"""A Telegram of one's own on loopback: Bot API calls come in, Telegram's own answers go out; people sit in seats."""
