"""Every command's own help in, docs/commands.md out: `make docs`. A test holds the page to the commands."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from bot.cli import cli

HEAD = """# Commands

`citedesk` and `python -m bot` are the same. This page is made by `make docs` from what `--help` prints.

Data goes to stdout, errors to stderr as `subject: what happened: what to do`. Exit codes: 0 done, 1 the
answer is "no" (the reports do not say, a check failed), 2 wrong use, 3 a fault outside (network, disk).
"""


def page() -> str:
    """The whole page as Markdown."""
    return HEAD + "".join(f"\n## {path}\n\n```text\n{text}\n```\n" for path, text in helps(cli, "citedesk", None))


def helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    """The path and the help of a command, then of those in it."""
    settings = command.context_settings | {"terminal_width": 100, "max_content_width": 100}
    context = click.Context(command, parent, info_name=name, **settings)
    yield context.command_path, command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from helps(found, inner, context)


if __name__ == "__main__":
    sys.stdout.write(page())
