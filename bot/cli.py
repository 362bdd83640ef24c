"""What was typed in; data on stdout, errors on stderr and an exit code out.

Exit codes: 0 done, 1 the answer is "no", 2 wrong use, 3 a fault outside (network, disk). An error prints as
`subject: what happened: what to do`. This module alone turns errors into exit codes.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot import __version__
from bot.admin.commands.backing_up import backup, restore
from bot.admin.commands.dictionary_commands import dictionary
from bot.admin.commands.evaluating import evaluate
from bot.admin.commands.index_commands import generations, reindex
from bot.announcing.commands.announcement_commands import announce, announcements
from bot.options import DONE, NO, config_of, config_option, json_option, print_json, refused
from bot.reading.commands.reading_commands import cite, page
from bot.reading.commands.serve_command import serve

if TYPE_CHECKING:
    from bot.config import Config
    from bot.question_batch import Question
    from index.searcher import Searcher

FAULT, INTERRUPTED = 3, 130
SHOWN, SHOWN_AS_JSON = 3, 10
TOO_LITTLE_MEMORY = ("can't start new thread", "failed to map segment from shared object")
"""What errors say that have no type of their own for it; the second: an import, numpy's over many lines."""


class Commands(click.Group):
    """A group that knows what was probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            ctx.fail(f"there is no command {args[0]!r}: {meant}citedesk --help lists them")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Whoever reads our output may have enough of it (`| head`): that is no error."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # so that Python's own flush at exit has somewhere to write to
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        return code


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@config_option
@click.version_option(__version__, prog_name="citedesk", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, config_file: Path | None) -> None:
    """Ask a folder of reports, in English or Chinese, in a terminal or in Telegram.

    The answer is always a passage of a report, word for word, with its citation.
    """
    ctx.obj = config_file
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@cli.command()
@config_option
@click.argument("question", nargs=-1)
@json_option
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    metavar="N",
    help=f"Excerpts at most.  [default: {SHOWN}; with --json or --batch {SHOWN_AS_JSON}]",
)
@click.option(
    "--batch",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help='Questions as JSON lines, {"id", "question", "history"?}; answers as JSON lines. - reads stdin.',
)
@click.option("--explain", is_flag=True, help="Show how the question was read, what counted, and why it was answered.")
def ask(
    config_file: Path | None,
    question: tuple[str, ...],
    as_json: bool,
    limit: int | None,
    batch: str | None,
    explain: bool,
) -> int:
    """Print the passages that answer QUESTION, with citations.

    Exits with 1 when the reports do not say. The first question builds the index.
    """
    from bot.question_batch import parse_batch, readable, record
    from content.answers import AnswersFile
    from index.answering.answer import Answer

    text = readable(" ".join(question)).strip()
    if bool(text) == (batch is not None):
        raise click.UsageError('ask one question, such as citedesk ask "Who leads the centre?", or give --batch')
    config = config_of(config_file)
    office = AnswersFile(config.content.path).current()
    count = limit or (SHOWN_AS_JSON if as_json or batch is not None else SHOWN)
    if batch is not None:
        questions = parse_batch(_read(batch), "stdin" if batch == "-" else batch)
        searcher = _searcher(config)
        for asked in _counted(questions):
            answer = searcher.ask(asked.text, history=asked.history, limit=count, office=office)
            print_json(record(answer, asked.id) | _explained(searcher, asked.text, asked.history, count, explain))
        return DONE
    searcher = _searcher(config)
    answer = searcher.ask(text, limit=count, office=office)
    if as_json:
        print_json(record(answer, "1") | _explained(searcher, text, (), count, explain))
    else:
        from bot.asking.answer_lines import reply_lines
        from bot.words.screen import screen_for

        screen_for(sys.stdout).show(reply_lines(answer, contact=config.office.contact.in_(answer.language)))
        if explain:
            from bot.asking.explaining import explanation_tables
            from bot.words.catalogue import words
            from bot.words.table import show

            click.echo()
            explanation = searcher.explain(text, limit=count)
            show(tuple(explanation_tables(words(explanation.language), explanation, count)), sys.stdout)
    _warn_if_outdated(config, searcher)
    return DONE if isinstance(answer, Answer) else NO


@cli.command()
@config_option
def chat(config_file: Path | None) -> int:
    """Hold the conversation in this terminal.

    Follow-up questions lean on the ones before. Type help for the commands, quit to end.
    """
    from bot.reading.page_pictures import PagePictures, draw_here
    from bot.terminal import TerminalConversation, keyboard
    from bot.words.screen import screen_for
    from content.answers import AnswersFile
    from index.searcher import LiveSearcher

    config = config_of(config_file)
    _warn_if_outdated(config, _searcher(config))
    live = LiveSearcher(config.index)
    office, contact = AnswersFile(config.content.path), config.office.contact
    screen = screen_for(sys.stdout)
    pictures = PagePictures(config.data.path / "pages", draw_here)
    TerminalConversation(
        live.get, screen, keyboard(), config.content.path, office.current, contact.in_, pictures
    ).hold()
    return DONE


@cli.command()
@config_option
@click.option("--online", is_flag=True, help="Ask Telegram too whether the token is valid.")
@json_option
def check(config_file: Path | None, online: bool, as_json: bool) -> int:
    """Say what is wrong with configuration, reports, index, database or token, and what to do.

    Exits with 1 when something is wrong. Nothing is changed.
    """
    from bot.admin.commands.checks import check_all, finding_line
    from bot.words.screen import screen_for

    findings = []
    screen = screen_for(sys.stdout)
    for finding in check_all(lambda: config_of(config_file, with_token=True), online=online):
        findings.append(finding)
        if not as_json:
            screen.show([finding_line(finding)])
    ok = all(finding.ok is not False for finding in findings)
    if as_json:
        rows = [
            {"subject": finding.subject, "ok": finding.ok, "what": finding.what, "remedy": finding.remedy}
            for finding in findings
        ]
        print_json({"ok": ok, "checks": rows})
    return DONE if ok else NO


@cli.command()
@config_option
def run(config_file: Path | None) -> int:
    """Run the Telegram bot until it is stopped (Ctrl-C or SIGTERM)."""
    config = config_of(config_file, with_token=True)
    from bot.app import run as run_bot

    return run_bot(config)


@cli.command()
@config_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Listen on this address; 0.0.0.0 is all of them.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Listen on this port; 0 takes a free one.  [default: 8421, or a free one where it is taken]",
)
@click.option("--fresh", is_flag=True, help="Forget what was written and uploaded in earlier demos.")
def demo(config_file: Path | None, host: str, port: int | None, fresh: bool) -> int:
    """Try the whole bot on a web page of this machine, without a Telegram account.

    The page has seats for two partners, a staff member and an admin, all invented, and the starter library.
    Its address is the last line printed; Ctrl-C stops.
    """
    config = config_of(config_file)
    from bot.sandbox.demo import run as run_demo

    return run_demo(config, host=host, port=port, fresh=fresh)


for command in (
    *(reindex, generations, dictionary, evaluate, announce, announcements),
    *(serve, cite, page, backup, restore),
):
    cli.add_command(command)


def _searcher(config: Config) -> Searcher:
    """The searcher over the live generation, or where that is damaged over an older one; builds the first index."""
    from index.errors import BrokenGeneration, NoGeneration
    from index.searcher import LiveSearcher, Searcher
    from index.store.generation import Generations

    try:
        return Searcher.open(config.index)
    except BrokenGeneration as fault:
        older = LiveSearcher(config.index).older(Generations(config.index).current())
        if older is None:
            raise
        click.echo(f"{fault}; generation {older.generation} answers", err=True)
        return older
    except NoGeneration:
        from bot.admin.commands.reindexing import build

        report = build(config, sys.stderr)
        for skipped in report.skipped:
            click.echo(f"{skipped.source}: {skipped.reason}: {skipped.remedy}", err=True)
        return Searcher.open(config.index)


def _explained(
    searcher: Searcher, question: str, history: Sequence[str], limit: int, wanted: bool
) -> dict[str, object]:
    """The explanation as a key of an answer's JSON object; nothing where none is wanted."""
    if not wanted:
        return {}
    from bot.asking.explaining import explanation_record

    return {"explanation": explanation_record(searcher.explain(question, history=history, limit=limit))}


def _counted(questions: Sequence[Question]) -> Iterable[Question]:
    """The questions, with a bar on the terminal where the answers go elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        return questions
    from rich.console import Console
    from rich.progress import track

    return track(questions, "answering", console=Console(stderr=True), transient=True)


def _warn_if_outdated(config: Config, searcher: Searcher) -> None:
    """Tell a person, but not a script, that the answer may be yesterday's."""
    if sys.stderr.isatty():
        from bot.admin.commands.reindexing import OUTDATED, outdated

        if outdated(config, searcher):
            click.echo(f"index: {OUTDATED}: run citedesk reindex", err=True)


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    return Path(name).read_bytes()


def _speak_utf8(streams: Iterable[IO[str]]) -> None:
    """Pipes carry UTF-8 whatever the locale; a terminal keeps its own, and shows ? for what it lacks."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and stream.isatty():
            reconfigure(errors="replace")
        elif reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def execute(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    try:
        code = cli.main(args=arguments, prog_name="citedesk", standalone_mode=False)
    except SystemExit:  # click's own way to end when nobody reads the help any more
        return DONE
    except Exception as error:
        if "CITEDESK_DEBUG" in os.environ:
            raise
        return _explain(error)
    return code if isinstance(code, int) else DONE


def _explain(error: Exception) -> int:
    """Print an error in one line, and give its exit code."""
    from index.errors import IndexFault

    code = getattr(error, "exit_code", None)
    if isinstance(error, click.Abort):
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "citedesk"
        message = error.format_message().rstrip(".")
        remedy = "" if ": " in message else f": {command} --help shows what it takes"
        _tell(f"{command}: {message}{remedy}")
    elif isinstance(error, OSError):
        _tell(refused(error))
        code = FAULT
    elif isinstance(error, MemoryError) or any(sign in str(error) for sign in TOO_LITTLE_MEMORY):
        _tell("citedesk: there is not enough memory: close other programs, or allow it more")
    elif isinstance(error, IndexFault) or code is not None:
        _tell(str(error))
    else:
        what = f"a fault in the program itself ({type(error).__name__}: {error})"
        _tell(f"citedesk: {what}: report it with what CITEDESK_DEBUG=1 makes it print")
    return FAULT if code is None else int(code)


def _tell(line: str) -> None:
    """A line on stderr; where it is full or nobody reads it, the exit code says enough."""
    try:
        click.echo(line, err=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _open_what_is_closed() -> None:
    """Whoever starts us may have closed streams (`<&-`): nothing comes from there, and what goes there is lost.

    From the first on, so that each takes its own number again, and no database is opened as what Python or a
    library takes for stdout.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - for as long as we run
            setattr(sys, name, stream)


def main() -> None:
    """The entry point of `citedesk`."""
    _open_what_is_closed()
    _speak_utf8((sys.stdin, sys.stdout, sys.stderr))
    # numpy would begin a thread for each processor, to multiply matrices: nothing here does
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = execute()
    gc.freeze()  # or Python, before it ends, looks for garbage in all that was imported: a tenth of a short command
    sys.exit(code)
