"""What staff and admins read beside the partners' words: reports of what was done in, `Message`s out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.people.people import AuditEntry, Role
from bot.telegram.callbacks import AuditPage, ForceReindex, Grant, GrantCancel, UploadName, UploadOffer, button
from bot.telegram.common_messages import turning
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line

if TYPE_CHECKING:
    from content.library import Skipped
    from content.omissions import Omission
    from index.build.known_questions import KnownReport
    from index.build.reindex import Progress, ReindexReport

NAMED = 15
"""Files of one kind that a report names."""
LINE = 200


def role_name(w: Words, role: Role) -> str:
    return {
        Role.PARTNER: w.label("partner"),
        Role.STAFF: w.label("staff"),
        Role.ADMIN: w.label("admin"),
    }[role]


# Reindexing


def reindex_started(w: Words) -> Message:
    return Message(w.say("Reading the reports …"))


def reindex_progress(w: Words, progress: Progress) -> Message:
    """The line that is edited while the index is built."""
    if progress.stage == "writing":
        return Message(w.say("Writing the index …"))
    if progress.stage == "verifying":
        return Message(w.say("Checking the index …"))
    if progress.stage == "asking":
        return Message(w.say("Asking the known questions …"))
    return Message(w.say("Reading the reports … {done} of {total}", done=progress.done, total=progress.total))


def reindex_done(w: Words, report: ReindexReport) -> Message:
    """What changed, what was left out and why, and the totals."""
    paragraphs = [w.say("<b>The index is up to date.</b>")]
    for title, sources in (
        (w.say("Added:"), report.added),
        (w.say("Changed:"), report.changed),
        (w.say("Removed:"), report.removed),
    ):
        if sources:
            paragraphs.append(_listed(w, title, [escape(one_line(source, LINE)) for source in sources]))
    if not (report.added or report.changed or report.removed):
        paragraphs.append(w.say("Nothing has changed since the last time."))
    if report.skipped:
        paragraphs.append(_listed(w, w.say("Left out:"), [_skipped(skipped) for skipped in report.skipped], fold=True))
    if report.left_out:
        notes = [_note(source, omission) for source, omissions in report.left_out for omission in omissions]
        paragraphs.append(_listed(w, w.say("Noticed in these files:"), notes, fold=True))
    if report.known:
        paragraphs += _known(w, report.known)
    reports = w.count("{n} report", "{n} reports", report.documents)
    passages = w.count("{n} passage", "{n} passages", report.passages)
    seconds = f"{report.seconds:.1f}"
    paragraphs.append(w.say("{reports}, {passages}, {seconds} s", reports=reports, passages=passages, seconds=seconds))
    return Message(join("\n\n", paragraphs))


def _known(w: Words, known: KnownReport) -> list[Html]:
    """What became of the known questions."""
    paragraphs = []
    if known.asked:
        right, asked = known.right, known.asked
        paragraphs.append(w.say("{right} of {asked} known questions are answered.", right=right, asked=asked))
    if known.broken:
        paragraphs.append(_listed(w, w.say("No longer answered:"), _questions(known), fold=True))
    if known.problems:
        lines = [escape(one_line(problem, LINE)) for problem in known.problems]
        paragraphs.append(_listed(w, w.say("Lines that are not known questions:"), lines, fold=True))
    return paragraphs


def _questions(known: KnownReport) -> list[Html]:
    return [escape(one_line(one.question, LINE)) for one in known.broken]


def known_questions_fell(w: Words, known: KnownReport, uploaded: str = "") -> Message:
    """Too many known questions are no longer answered, so the old index stays, unless the admin wants otherwise.

    `uploaded`: the file that somebody has just sent.
    """
    told = w.say(
        "<b>The new index was not taken.</b> Of {compared} known questions it answers {now}; the one in use answered "
        "{before} and stays.",
        compared=known.compared,
        now=known.right_now,
        before=known.right_before,
    )
    paragraphs = [told, _listed(w, w.say("No longer answered:"), _questions(known))]
    if known.newest:
        newest = [escape(one_line(source, LINE)) for source in known.newest]
        paragraphs.append(_listed(w, w.say("New since then:"), newest, fold=True))
    if uploaded:
        paragraphs.insert(
            0, w.say("<b>{source}</b> is in the folder, and not yet answered from.", source=one_line(uploaded, LINE))
        )
    return Message(join("\n\n", paragraphs), ((button(w.label("Take it all the same"), ForceReindex()),),))


def _listed(w: Words, title: Html, lines: Sequence[Html], *, fold: bool = False) -> Html:
    shown = [Html(f"• {line}") for line in lines[:NAMED]]
    if len(lines) > NAMED:
        shown.append(w.say("… and {n} more", n=len(lines) - NAMED))
    listed = join("\n", shown)
    return Html(f"{title}\n<blockquote expandable>{listed}</blockquote>" if fold else f"{title}\n{listed}")


def _skipped(skipped: Skipped) -> Html:
    return Html(
        f"<b>{escape(one_line(skipped.source, LINE))}</b>: {escape(one_line(skipped.reason, LINE))}: "
        f"{escape(one_line(skipped.remedy, LINE))}"
    )


def _note(source: str, omission: Omission) -> Html:
    return Html(f"<b>{escape(one_line(source, LINE))}</b>: {escape(one_line(str(omission), LINE))}")


def reindex_failed(w: Words, what: str, remedy: str) -> Message:
    """The old index stays in use."""
    return Message(
        w.say(
            "The index could not be built: {what}. What to do: {remedy}. Answers go on as before.",
            what=what,
            remedy=remedy,
        )
    )


def disk_failed(w: Words, what: str) -> Message:
    """The same where the system refused something."""
    return reindex_failed(w, what, w.label("check the disk and the folders"))


def reindex_busy(w: Words) -> Message:
    return Message(w.say("The reports are being read already; you will see the result when that is done."))


# Uploading


def upload_how(w: Words) -> Message:
    return Message(
        w.say(
            "Send me the report as a file: PDF, DOCX, HTML, Markdown or plain text, up to 20 MB. I check "
            "that it can be read, and add it."
        )
    )


def upload_offer(w: Words, name: str) -> Message:
    """A file came without `/upload`."""
    return Message(
        w.say("Shall I add <b>{name}</b> to the reports?", name=one_line(name, LINE)),
        ((button(w.label("Add it"), UploadOffer("add")), button(w.label("No"), UploadOffer("no"))),),
    )


def upload_too_large(w: Words) -> Message:
    return Message(
        w.say(
            "Telegram lets a bot fetch files up to 20 MB. Please copy this one into the folder of reports "
            "and send /reindex."
        )
    )


def upload_checking(w: Words, name: str) -> Message:
    return Message(w.say("Checking <b>{name}</b> …", name=one_line(name, LINE)))


def upload_refused(w: Words, name: str, reason: str, remedy: str) -> Message:
    return Message(
        w.say(
            "<b>{name}</b> was not added: {reason}. What to do: {remedy}.",
            name=one_line(name, LINE),
            reason=reason,
            remedy=remedy,
        )
    )


def upload_exists(w: Words, name: str, token: str) -> Message:
    """A report of that name is there; `token` stands for the waiting file."""
    return Message(
        w.say("There is a report named <b>{name}</b> already. What shall I do?", name=one_line(name, LINE)),
        (
            (
                button(w.label("Replace it"), UploadName(token, "replace")),
                button(w.label("Keep both"), UploadName(token, "both")),
            ),
            (button(w.label("Cancel"), UploadName(token, "cancel")),),
        ),
    )


def upload_same(w: Words, name: str) -> Message:
    return Message(
        w.say(
            "The very same <b>{name}</b> is among the reports already. Nothing changed.",
            name=one_line(name, LINE),
        )
    )


def upload_cancelled(w: Words) -> Message:
    return Message(w.say("The file was not added."))


def upload_gone(w: Words) -> Message:
    return Message(w.say("This file is not waiting any more. Please send it again."))


def upload_added(w: Words, name: str) -> Message:
    return Message(w.say("Added <b>{name}</b>. Indexing …", name=one_line(name, LINE)))


def upload_done(
    w: Words,
    name: str,
    title: str,
    passages: int,
    known: KnownReport | None = None,
    left_out: Sequence[Omission] = (),
) -> Message:
    """A report is answered from. `known`: names the known questions that are no longer answered since; `left_out`: what
    the file has and its text lacks."""
    done = w.count(
        "You can ask about <b>{title}</b> now: {n} passage.\nFile: {name}",
        "You can ask about <b>{title}</b> now: {n} passages.\nFile: {name}",
        passages,
        title=one_line(title, LINE),
        name=one_line(name, LINE),
    )
    parts = [done]
    if left_out:
        parts.append(_listed(w, w.say("Noticed in this file:"), [escape(one_line(str(one), LINE)) for one in left_out]))
    if known and known.broken:
        parts.append(_listed(w, w.say("No longer answered:"), _questions(known)))
    return Message(join("\n\n", parts))


# Roles, figures, audit


def grant_how(w: Words) -> Message:
    return Message(
        w.say(
            "Reply to a person's message with /grant, or write <code>/grant 123456789</code>. People find "
            "their id under /privacy."
        )
    )


def revoke_how(w: Words) -> Message:
    return Message(w.say("Reply to a person's message with /revoke, or write <code>/revoke 123456789</code>."))


def grant_choice(w: Words, user: int, name: str, role: Role, *, met: bool) -> Message:
    """Which role? `name` as Telegram shows it, or empty; `met`: whether the person ever wrote to the bot."""
    person = w.say("{name} ({user})", name=one_line(name, 60), user=user) if name else escape(user)
    text = w.say("{person} has the role <b>{role}</b> now. Which shall it be?", person=person, role=role_name(w, role))
    if not met:
        text = join("\n\n", (text, w.say("⚠️ Nobody with this number has written to me yet. Please check it.")))
    rows = (
        (
            button(role_name(w, Role.STAFF), Grant(user, "staff")),
            button(role_name(w, Role.ADMIN), Grant(user, "admin")),
        ),
        (button(w.label("Cancel"), GrantCancel()),),
    )
    return Message(text, rows)


def granted(w: Words, user: int, role: Role) -> Message:
    return Message(w.say("{user} has the role <b>{role}</b> from now on.", user=user, role=role_name(w, role)))


def role_already(w: Words, user: int, role: Role) -> Message:
    return Message(
        w.say("{user} has the role <b>{role}</b> already. Nothing was changed.", user=user, role=role_name(w, role))
    )


def role_in_configuration(w: Words) -> Message:
    return Message(w.say("This role stands in the configuration (roles.admins, roles.staff). Please change it there."))


def you_are(w: Words, role: Role) -> Message:
    """To the person whose role was changed."""
    return Message(w.say("Your role is now: <b>{role}</b>. /help shows what you can do.", role=role_name(w, role)))


def not_done(w: Words) -> Message:
    return Message(w.say("Nothing was changed."))


def audit(w: Words, entries: Sequence[AuditEntry], *, first: int, size: int, more: bool) -> Message:
    """A page of the audit, newest first."""
    if not entries:
        return Message(w.say("Nothing was done yet."))
    refused = w.say(" – refused")
    lines = [
        Html(
            f"{entry.at:%Y-%m-%d %H:%M} <code>{entry.actor}</code> {escape(entry.action)} "
            f"{escape(one_line(entry.detail, 80))}{'' if entry.allowed else refused}"
        )
        for entry in entries
    ]
    return Message(
        join("\n\n", (w.say("<b>What staff and admins did</b> (UTC)"), join("\n", lines))),
        turning(w, AuditPage, first=first, size=size, more=more),
    )
