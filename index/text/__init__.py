"""Text in, terms out: what a word is, the same for passages and for questions."""
