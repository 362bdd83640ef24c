"""A Telegram of one's own on loopback: Bot API calls in, Telegram's own answers out, people in seats."""
