"""Who is told: Telegram updates and commands in, messages out."""
