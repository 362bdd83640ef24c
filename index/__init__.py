"""What matches: passages and a question in, cited answers out. Knows no chat and no asyncio."""
