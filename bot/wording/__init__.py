"""Every word that a person reads, beside `bot/messages.py`: values in, `Message`s in their language out."""
