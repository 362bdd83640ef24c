"""`citedesk dict`: the words that stand for each other, listed; one more or one less, tried out first, then in use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.options import DONE, NO, CliCommand, config_of, config_option, json_option, print_json

if TYPE_CHECKING:
    from bot.admin.glossary_changes import Proposal
    from bot.config import Config
    from content.glossary import Change
    from index.answering.answer import Excerpt
    from index.evaluating.rehearsal import Asked

SHOWN = 20
"""Questions that are shown before a change is made."""


@click.group(name="dict", no_args_is_help=False)
def dictionary() -> None:
    """Other words for what is asked.

    The glossary (glossary.csv, in the folder of reports or beside it) holds words that stand for each other, in
    English and Chinese. Before a change is made, it is tried on the questions that were asked and on those whose
    answers are known, and what would be answered differently is shown.
    """


@dictionary.command("list")
@click.argument("word", default="")
@config_option
@json_option
def list_entries(word: str, config_file: Path | None, as_json: bool) -> int:
    """Print the entries, all or those that have WORD somewhere.

    Exits with 1 when there are none.
    """
    from content.glossary import entries
    from index.lexicon.lexicon import read_glossary

    found = [
        entry
        for entry in entries(read_glossary(config_of(config_file).content.path))
        if any(word.casefold() in form.casefold() for form in entry.forms)
    ]
    if as_json:
        rows = [
            {"english": entry.english, "chinese": entry.chinese, "other_forms": list(entry.others)} for entry in found
        ]
        print_json(rows)
    else:
        sys.stdout.writelines(" = ".join(entry.forms) + "\n" for entry in found)
    return DONE if found else NO


def yes_option(command: CliCommand) -> CliCommand:
    return click.option("--yes", is_flag=True, help="Make the change without asking.")(command)


@dictionary.command("add")
@click.argument("word")
@click.argument("forms", nargs=-1, required=True, metavar="FORM...")
@config_option
@yes_option
@json_option
def add(word: str, forms: tuple[str, ...], config_file: Path | None, yes: bool, as_json: bool) -> int:
    """Let every FORM stand for WORD, and the reverse.

    WORD may be in the glossary already. Where the folder of reports has no glossary of its own, one is made in it,
    with the words that come with citedesk. Without a terminal, nothing is changed but with --yes.
    """
    from content.glossary import change

    return _change(config_of(config_file), change("add", word, forms), yes, as_json)


@dictionary.command("remove")
@click.argument("word")
@click.argument("forms", nargs=-1, metavar="[FORM]...")
@config_option
@yes_option
@json_option
def remove(word: str, forms: tuple[str, ...], config_file: Path | None, yes: bool, as_json: bool) -> int:
    """Take the entry of WORD out, or only these FORMs of it."""
    from content.glossary import change

    return _change(config_of(config_file), change("remove", word, forms), yes, as_json)


def _change(config: Config, change: Change, yes: bool, as_json: bool) -> int:
    """Try, show, ask, make the change and rebuild the index."""
    from bot.admin.commands.reindexing import build
    from bot.admin.glossary_changes import propose, take

    proposal = propose(config.content.path, config.index, change, _recorded(config))
    if not as_json:
        _show(proposal)
    if not yes and not _confirmed(as_json):
        if as_json:
            _print_record(proposal, None)
        click.echo("glossary: nothing was changed: give --yes to make the change", err=True)
        return NO
    report = take(config.content.path, change, lambda: build(config, sys.stderr))
    if as_json:
        _print_record(proposal, report.generation)
    else:
        sys.stdout.write(f"{proposal.file}: changed; generation {report.generation} is in use\n")
    return DONE


def _recorded(config: Config) -> tuple[Asked, ...]:
    """The questions of the ledger, where there is one."""
    if not config.database.is_file():
        return ()
    from datetime import timedelta

    from bot.admin.glossary_changes import RECORDED
    from bot.schema import recorded_questions

    return recorded_questions(config.database, RECORDED, timedelta(minutes=config.answers.conversation_minutes))


def _confirmed(as_json: bool) -> bool:
    return not as_json and sys.stdin.isatty() and sys.stdout.isatty() and click.confirm("Make this change?")


def _show(proposal: Proposal) -> None:
    from bot.words.table import Table, show

    rows = [
        (name, " = ".join(entry.forms) if entry else "–")
        for name, entry in (("now", proposal.before), ("then", proposal.after))
    ]
    tried = f"{len(proposal.differences)} of {proposal.asked} questions would be answered differently"
    tables = [Table("", ("", ""), (*rows, ("tried", tried)))]
    if proposal.differences:
        shown = proposal.differences[:SHOWN]
        tables.append(
            Table(
                "" if len(shown) == len(proposal.differences) else f"The first {SHOWN} of them",
                ("question", "answered now by", "answered then by"),
                tuple(
                    (difference.asked.question, _place(difference.before), _place(difference.after))
                    for difference in shown
                ),
            )
        )
    show(tables, sys.stdout)
    sys.stdout.flush()


def _place(excerpt: Excerpt | None) -> str:
    if excerpt is None:
        from bot.words.catalogue import FALLBACK, words
        from bot.words.refusals import refused_in_short

        return refused_in_short(words(FALLBACK))
    start, end = excerpt.sentence
    sentence = " ".join(excerpt.text[start:end].split())
    return f"{sentence if len(sentence) <= 100 else sentence[:99] + '…'} ({excerpt.citation.source})"


def _print_record(proposal: Proposal, generation: str | None) -> None:
    def place(excerpt: Excerpt | None) -> dict[str, str] | None:
        if excerpt is None:
            return None
        sentence = excerpt.text[slice(*excerpt.sentence)]
        return {"passage": excerpt.passage, "source": excerpt.citation.source, "sentence": sentence}

    record = {
        "changed": generation is not None,
        "file": str(proposal.file),
        "before": list(proposal.before.forms) if proposal.before else None,
        "after": list(proposal.after.forms) if proposal.after else None,
        "asked": proposal.asked,
        "differently": [
            {
                "question": difference.asked.question,
                "before": place(difference.before),
                "after": place(difference.after),
            }
            for difference in proposal.differences
        ],
        "generation": generation,
    }
    print_json(record)
