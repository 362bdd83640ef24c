"""`python -m bot`: the same as `citedesk`."""

from bot.cli import main

main()
