"""What staff type and press in the chat in, announcements in their next state out."""
