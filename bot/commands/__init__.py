"""What the commands of `bot/cli.py` do and print, one module each."""
