"""Who is told: Telegram updates and commands in, messages out."""

__version__ = "0.1.0"
