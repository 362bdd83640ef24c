"""`/start /help /language /profile /privacy /export /forget /subscribe` in, replies out."""
