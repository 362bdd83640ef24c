"""What staff and admins read beside the partners' words: reports of what was done in, `Message`s out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.people.people import CONSOLE, AuditEntry, Role
from bot.telegram.callbacks import (
    AuditPage,
    ForceReindex,
    Grant,
    GrantCancel,
    ReportChange,
    UploadName,
    UploadOffer,
    button,
)
from bot.telegram.common_messages import turning
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line

if TYPE_CHECKING:
    from content.library import Skipped
    from content.likeness import LikenessNotice
    from content.omissions import Omission
    from index.build.known_questions import KnownReport
    from index.build.reindex import Progress, ReindexReport
    from index.searcher import DocumentInfo

NAMED = 15
"""Files of one kind that a report names."""
LINE = 200
NAME = 60
"""Characters of a person's name."""


def role_name(words: Words, role: Role) -> str:
    return {
        Role.PARTNER: words.label("partner"),
        Role.STAFF: words.label("staff"),
        Role.ADMIN: words.label("admin"),
    }[role]


# Reindexing


def reindex_started(words: Words) -> Message:
    return Message(words.say("Reading the reports …"))


def reindex_progress(words: Words, progress: Progress) -> Message:
    """The line that is edited while the index is built."""
    if progress.stage == "writing":
        return Message(words.say("Writing the index …"))
    if progress.stage == "verifying":
        return Message(words.say("Checking the index …"))
    if progress.stage == "asking":
        return Message(words.say("Asking the known questions …"))
    return Message(words.say("Reading the reports … {done} of {total}", done=progress.done, total=progress.total))


@dataclass(frozen=True, slots=True)
class Losses:
    """What refers to a report, and would lead nowhere without it."""

    known: tuple[str, ...]
    """Known questions that it alone answers."""
    answers: tuple[str, ...]
    """Names of the office's answers that refer to it."""
    announcements: int
    """Announcements with a link to one of its passages."""
    citing: int
    """Answers that were given and cite it."""


def _lost(words: Words, info: DocumentInfo, losses: Losses) -> Html:
    lines = [
        words.count(
            "• {n} passage, from which nothing is answered any more",
            "• {n} passages, from which nothing is answered any more",
            info.passages,
        )
    ]
    if losses.known:
        lines.append(
            words.count(
                "• {n} known question that it alone answers: {questions}",
                "• {n} known questions that it alone answers: {questions}",
                len(losses.known),
                questions=words.listed(one_line(question, 80) for question in losses.known[:3]),
            )
        )
    if losses.answers:
        shown = words.listed(one_line(name, 60) for name in losses.answers[:5])
        lines.append(words.say("• the office's answers that refer to it: {names}", names=shown))
    if losses.announcements:
        lines.append(
            words.count(
                "• links in {n} announcement, which lead to its passages",
                "• links in {n} announcements, which lead to its passages",
                losses.announcements,
            )
        )
    if losses.citing:
        lines.append(
            words.count(
                "• the source of {n} answer that was given: the words stay, the file does not",
                "• the source of {n} answers that were given: the words stay, the file does not",
                losses.citing,
            )
        )
    return join("\n", lines)


def report_remove(words: Words, info: DocumentInfo, report: str, losses: Losses) -> Message:
    """Asks before a report is removed. `report`: its digest."""
    head = words.say(
        "Remove <b>{title}</b> ({file})? What would be lost:", title=one_line(info.title, LINE), file=info.source
    )
    foot = words.say("The file is kept for 30 days on the bot's machine, in data/removed.")
    rows = (
        (
            button(words.label("Remove it"), ReportChange(report, "sure")),
            button(words.label("Keep it"), ReportChange(report, "keep")),
        ),
    )
    return Message(join("\n\n", (head, _lost(words, info, losses), foot)), rows)


def report_replace(words: Words, info: DocumentInfo, losses: Losses) -> Message:
    """Asks for the file that takes a report's place."""
    head = words.say(
        "Send me the file that takes the place of <b>{title}</b> ({file}), within ten minutes. Nothing changes before. "
        "Where the new one does not say the same, this would be lost:",
        title=one_line(info.title, LINE),
        file=info.source,
    )
    foot = words.say("The old file is kept for 30 days on the bot's machine, in data/removed.")
    return Message(join("\n\n", (head, _lost(words, info, losses), foot)))


def report_removed(words: Words, source: str) -> Message:
    return Message(words.say("Removed <b>{name}</b>. Indexing …", name=one_line(source, LINE)))


def report_missing(words: Words, source: str) -> Message:
    return Message(words.say("There is no file {name} among the reports any more.", name=one_line(source, LINE)))


def report_gone(words: Words) -> str:
    return words.label("The reports have changed since. Please open /library again.")


def index_damaged(words: Words, what: str) -> Message:
    """To admins, once: what answers now is not what was built last."""
    return Message(
        words.say(
            "⚠️ <b>The index is damaged</b> ({what}). An older one answers meanwhile, where there is one, and the "
            "reports are read again now. If this happens again, check the disk.",
            what=one_line(what, LINE),
        )
    )


def index_repaired(words: Words, documents: int) -> Message:
    return Message(
        words.count(
            "The damaged index was built anew, over {n} report. Questions are answered from it.",
            "The damaged index was built anew, over {n} reports. Questions are answered from it.",
            documents,
        )
    )


def reindex_done(words: Words, report: ReindexReport) -> Message:
    """What changed, what was left out and why, and the totals."""
    paragraphs = [words.say("<b>The index is up to date.</b>")]
    for title, sources in (
        (words.say("Added:"), report.added),
        (words.say("Changed:"), report.changed),
        (words.say("Removed:"), report.removed),
    ):
        if sources:
            paragraphs.append(_listed(words, title, [escape(one_line(source, LINE)) for source in sources]))
    if not (report.added or report.changed or report.removed):
        paragraphs.append(words.say("Nothing has changed since the last time."))
    if report.skipped:
        paragraphs.append(
            _listed(words, words.say("Left out:"), [_skipped(skipped) for skipped in report.skipped], fold=True)
        )
    if report.left_out or report.notices:
        notes = [_note(source, omission) for source, omissions in report.left_out for omission in omissions]
        notes += [_note(notice.source, notice) for notice in report.notices]
        paragraphs.append(_listed(words, words.say("Noticed in these files:"), notes, fold=True))
    if report.known:
        paragraphs += _known(words, report.known)
    reports = words.count("{n} report", "{n} reports", report.documents)
    passages = words.count("{n} passage", "{n} passages", report.passages)
    seconds = f"{report.seconds:.1f}"
    paragraphs.append(
        words.say("{reports}, {passages}, {seconds} s", reports=reports, passages=passages, seconds=seconds)
    )
    return Message(join("\n\n", paragraphs))


def _known(words: Words, known: KnownReport) -> list[Html]:
    """What became of the known questions."""
    paragraphs = []
    if known.asked:
        right, asked = known.right, known.asked
        paragraphs.append(words.say("{right} of {asked} known questions are answered.", right=right, asked=asked))
    if known.broken:
        paragraphs.append(_listed(words, words.say("No longer answered:"), _questions(known), fold=True))
    if known.problems:
        lines = [escape(one_line(problem, LINE)) for problem in known.problems]
        paragraphs.append(_listed(words, words.say("Lines that are not known questions:"), lines, fold=True))
    return paragraphs


def _questions(known: KnownReport) -> list[Html]:
    return [escape(one_line(broken.question, LINE)) for broken in known.broken]


def known_questions_fell(words: Words, known: KnownReport, uploaded: str = "") -> Message:
    """Too many known questions are no longer answered, so the old index stays, unless the admin wants otherwise.

    `uploaded`: the file that somebody has just sent.
    """
    told = words.say(
        "<b>The new index was not taken.</b> Of {compared} known questions it answers {now}; the one in use answered "
        "{before} and stays.",
        compared=known.compared,
        now=known.right_now,
        before=known.right_before,
    )
    paragraphs = [told, _listed(words, words.say("No longer answered:"), _questions(known))]
    if known.newest:
        newest = [escape(one_line(source, LINE)) for source in known.newest]
        paragraphs.append(_listed(words, words.say("New since then:"), newest, fold=True))
    if uploaded:
        paragraphs.insert(
            0,
            words.say("<b>{source}</b> is in the folder, and not yet answered from.", source=one_line(uploaded, LINE)),
        )
    return Message(join("\n\n", paragraphs), ((button(words.label("Take it all the same"), ForceReindex()),),))


def _listed(words: Words, title: Html, lines: Sequence[Html], *, fold: bool = False) -> Html:
    shown = [Html(f"• {line}") for line in lines[:NAMED]]
    if len(lines) > NAMED:
        shown.append(words.say("… and {n} more", n=len(lines) - NAMED))
    listed = join("\n", shown)
    return Html(f"{title}\n<blockquote expandable>{listed}</blockquote>" if fold else f"{title}\n{listed}")


def _skipped(skipped: Skipped) -> Html:
    return Html(
        f"<b>{escape(one_line(skipped.source, LINE))}</b>: {escape(one_line(skipped.reason, LINE))}: "
        f"{escape(one_line(skipped.remedy, LINE))}"
    )


def _note(source: str, omission: Omission | LikenessNotice) -> Html:
    return Html(f"<b>{escape(one_line(source, LINE))}</b>: {escape(one_line(str(omission), LINE))}")


def reindex_failed(words: Words, what: str, remedy: str) -> Message:
    """The old index stays in use."""
    return Message(
        words.say(
            "The index could not be built: {what}. What to do: {remedy}. Answers go on as before.",
            what=what,
            remedy=remedy,
        )
    )


def disk_failed(words: Words, what: str) -> Message:
    """The same where the system refused something."""
    return reindex_failed(words, what, words.label("check the disk and the folders"))


def reindex_busy(words: Words) -> Message:
    return Message(words.say("The reports are being read already; you will see the result when that is done."))


# Uploading


def upload_how(words: Words) -> Message:
    return Message(
        words.say(
            "Send me the report as a file: PDF, DOCX, HTML, Markdown or plain text, up to 20 MB. I check "
            "that it can be read, and add it."
        )
    )


def upload_offer(words: Words, name: str) -> Message:
    """A file came without `/upload`."""
    return Message(
        words.say("Shall I add <b>{name}</b> to the reports?", name=one_line(name, LINE)),
        ((button(words.label("Add it"), UploadOffer("add")), button(words.label("No"), UploadOffer("no"))),),
    )


def upload_too_large(words: Words) -> Message:
    return Message(
        words.say(
            "Telegram lets a bot fetch files up to 20 MB. Please copy this one into the folder of reports "
            "and send /reindex."
        )
    )


def upload_checking(words: Words, name: str) -> Message:
    return Message(words.say("Checking <b>{name}</b> …", name=one_line(name, LINE)))


def upload_refused(words: Words, name: str, reason: str, remedy: str) -> Message:
    return Message(
        words.say(
            "<b>{name}</b> was not added: {reason}. What to do: {remedy}.",
            name=one_line(name, LINE),
            reason=reason,
            remedy=remedy,
        )
    )


def upload_exists(words: Words, name: str, token: str) -> Message:
    """A report of that name is there; `token` stands for the waiting file."""
    return Message(
        words.say("There is a report named <b>{name}</b> already. What shall I do?", name=one_line(name, LINE)),
        (
            (
                button(words.label("Replace it"), UploadName(token, "replace")),
                button(words.label("Keep both"), UploadName(token, "both")),
            ),
            (button(words.label("Cancel"), UploadName(token, "cancel")),),
        ),
    )


def upload_same(words: Words, name: str) -> Message:
    return Message(
        words.say(
            "The very same <b>{name}</b> is among the reports already. Nothing changed.",
            name=one_line(name, LINE),
        )
    )


def upload_cancelled(words: Words) -> Message:
    return Message(words.say("The file was not added."))


def upload_gone(words: Words) -> Message:
    return Message(words.say("This file is not waiting any more. Please send it again."))


def upload_added(words: Words, name: str) -> Message:
    return Message(words.say("Added <b>{name}</b>. Indexing …", name=one_line(name, LINE)))


def upload_done(
    words: Words,
    name: str,
    title: str,
    passages: int,
    known: KnownReport | None = None,
    noticed: Sequence[Omission | LikenessNotice] = (),
) -> Message:
    """A report is answered from. `known`: names the known questions that are no longer answered since; `noticed`: what
    the file has and its text lacks, and what was not found out about it."""
    done = words.count(
        "You can ask about <b>{title}</b> now: {n} passage.\nFile: {name}",
        "You can ask about <b>{title}</b> now: {n} passages.\nFile: {name}",
        passages,
        title=one_line(title, LINE),
        name=one_line(name, LINE),
    )
    parts = [done]
    if noticed:
        parts.append(
            _listed(
                words,
                words.say("Noticed in this file:"),
                [escape(one_line(str(one), LINE)) for one in noticed],
            )
        )
    if known and known.broken:
        parts.append(_listed(words, words.say("No longer answered:"), _questions(known)))
    return Message(join("\n\n", parts))


def upload_title(words: Words, title: str, *, titled: bool, dated: bool) -> Message:
    """Asks for what could not be found of a new report. `titled`, `dated`: whether its title and its year are known."""
    if titled:
        ask = words.say("Of which year is <b>{title}</b>? Send me the year, such as 2021.", title=one_line(title, LINE))
    elif dated:
        ask = words.say("I found no title for <b>{title}</b>. What is it called?", title=one_line(title, LINE))
    else:
        ask = words.say(
            "I found neither title nor year for <b>{title}</b>. What is it called? Send me one line, such as: "
            "Water in Towns, 2021",
            title=one_line(title, LINE),
        )
    leave = words.say("Within ten minutes; /cancel leaves it as it is.")
    return Message(join("\n", (ask, leave)))


def upload_no_title(words: Words) -> Message:
    return Message(words.say("That names no report. Send its title, or /cancel."))


def upload_described(words: Words, name: str) -> Message:
    return Message(words.say("Written down for <b>{name}</b>. Indexing …", name=one_line(name, LINE)))


# Roles, figures, audit


def grant_how(words: Words) -> Message:
    return Message(
        words.say(
            "Reply to a person's message with /grant, or write <code>/grant 123456789</code>. People find "
            "their id under /privacy."
        )
    )


def revoke_how(words: Words) -> Message:
    return Message(words.say("Reply to a person's message with /revoke, or write <code>/revoke 123456789</code>."))


def grant_choice(words: Words, user: int, name: str, role: Role, *, met: bool) -> Message:
    """Which role? `name` as Telegram shows it, or empty; `met`: whether the person ever wrote to the bot."""
    person = words.say("{name} ({user})", name=one_line(name, 60), user=user) if name else escape(user)
    text = words.say(
        "{person} has the role <b>{role}</b> now. Which shall it be?", person=person, role=role_name(words, role)
    )
    if not met:
        text = join("\n\n", (text, words.say("⚠️ Nobody with this number has written to me yet. Please check it.")))
    rows = (
        (
            button(role_name(words, Role.STAFF), Grant(user, "staff")),
            button(role_name(words, Role.ADMIN), Grant(user, "admin")),
        ),
        (button(words.label("Cancel"), GrantCancel()),),
    )
    return Message(text, rows)


def granted(words: Words, user: int, role: Role) -> Message:
    return Message(words.say("{user} has the role <b>{role}</b> from now on.", user=user, role=role_name(words, role)))


def role_already(words: Words, user: int, role: Role) -> Message:
    return Message(
        words.say(
            "{user} has the role <b>{role}</b> already. Nothing was changed.", user=user, role=role_name(words, role)
        )
    )


def role_in_configuration(words: Words) -> Message:
    return Message(
        words.say("This role stands in the configuration (roles.admins, roles.staff). Please change it there.")
    )


def you_are(words: Words, role: Role) -> Message:
    """To the person whose role was changed."""
    return Message(
        words.say("Your role is now: <b>{role}</b>. /help shows what you can do.", role=role_name(words, role))
    )


def not_done(words: Words) -> Message:
    return Message(words.say("Nothing was changed."))


def people_of(entry: AuditEntry) -> tuple[int, ...]:
    """Whom an entry names by their number: who did it, and whose role was changed."""
    whose, _, _ = entry.detail.partition(" ")
    return tuple(
        person
        for person in (entry.actor, int(whose) if entry.action == "grant" and whose.isdecimal() else 0)
        if person != CONSOLE
    )


def question_of(entry: AuditEntry) -> str:
    """The id of the question that an entry is about; empty where it is about none."""
    if entry.action == "mark as done":
        return entry.detail
    return entry.detail.removeprefix("question ") if entry.detail.startswith("question ") else ""


def _done(words: Words, entry: AuditEntry, names: Mapping[int, str], texts: Mapping[str, str]) -> Html:
    """What was done, to whom or to what, in people's words as far as they are known."""
    question, detail = question_of(entry), escape(one_line(entry.detail, 80))
    if texts.get(question):
        detail = escape(f"“{one_line(texts[question], 80)}”")
    elif entry.action == "grant":
        whose, _, role = entry.detail.partition(" ")
        if whose.isdecimal():
            detail = Html(f"{_person(words, int(whose), names)} {escape(role)}")
    return Html(f"{_person(words, entry.actor, names)} {escape(entry.action)} {detail}".rstrip())


def _person(words: Words, person: int, names: Mapping[int, str]) -> Html:
    """A person by name, with their number where somebody else may have the same one."""
    if person == CONSOLE:
        return escape(words.label("the command line"))
    name = one_line(names.get(person, ""), NAME)
    number = Html(f"<code>{person}</code>")
    return Html(f'<a href="tg://user?id={person}">{escape(name)}</a> {number}') if name else number


def audit(
    words: Words,
    entries: Sequence[AuditEntry],
    names: Mapping[int, str],
    texts: Mapping[str, str],
    *,
    first: int,
    size: int,
    more: bool,
) -> Message:
    """A page of the audit, newest first. `names`: of people; `texts`: of the questions that entries are about."""
    if not entries:
        return Message(words.say("Nothing was done yet."))
    refused = words.say(" – refused")
    lines = [
        Html(f"{entry.at:%Y-%m-%d %H:%M} {_done(words, entry, names, texts)}{'' if entry.allowed else refused}")
        for entry in entries
    ]
    return Message(
        join("\n\n", (words.say("<b>What staff and admins did</b> (UTC)"), join("\n", lines))),
        turning(words, AuditPage, first=first, size=size, more=more),
    )
