"""A language in; what the pages say in it, out. Answers and refusals are worded where the chat has its words."""

from __future__ import annotations

from datetime import datetime

from bot.words.catalogue import Words
from bot.words.pleasantries import Pleasantry


def page(words: Words) -> dict[str, str]:
    """The texts of the templates, by their names there."""
    return {
        "skip": words.label("Skip to the text"),
        "library": words.label("Reports"),
        "ask": words.label("Ask"),
        "languages": words.label("Language"),
        "site": words.label("Main"),
        "question": words.label("Your question"),
        "question_hint": words.label("In English or Chinese, in your own words"),
        "send": words.label("Ask the reports"),
        "alone": words.label("Not about the question before"),
        "forget": words.label("Forget my questions"),
        "more": words.label("{n} more", n="{n}"),
        "you_asked": words.label("You asked"),
        "contents": words.label("Contents"),
        "read": words.label("Read from the beginning"),
        "search_in": words.label("Search in this report"),
        "search": words.label("Search"),
        "nothing": words.label("Nothing in this report says that."),
        "found": words.label("Found in this report"),
        "cited": words.label("The paragraph you came for"),
        "citation": words.label("How it is cited"),
        "cite": words.label("Cite"),
        "in_text": words.label("In the text:"),
        "printed": words.label("The printed page"),
        "to_text": words.label("To the text"),
        "link_here": words.label("Link to this paragraph"),
        "earlier": words.label("Earlier"),
        "later": words.label("Later"),
        "original": words.label("The report's own page"),
        "as_data": words.label("As JSON"),
        "code": words.label("Access code"),
        "code_hint": words.label("The office gives it to partners."),
        "wrong_code": words.label("That is not the code, or there were too many tries: wait a minute."),
        "enter": words.label("Enter"),
        "home": words.label("To the reports"),
        "verbatim": words.label("Every answer is printed in a report, word for word."),
    }


def library_title(words: Words) -> str:
    return words.label("Reports")


def other_reports(words: Words) -> str:
    return words.label("Other reports")


def passages(words: Words, count: int) -> str:
    return str(words.count("{n} passage", "{n} passages", count))


def beginning(words: Words) -> str:
    return words.label("Beginning")


def paragraph(words: Words, number: int) -> str:
    return words.label("¶ {number}", number=number)


def printed_page(words: Words, number: int) -> str:
    return words.label("p. {page}", page=number)


def page_of(words: Words, page: int, pages: int) -> str:
    return words.label("Page {page} of {pages} of the file", page=page, pages=pages)


def marking(words: Words, *, home: bool, marked: bool, after: bool, before: bool) -> str:
    """What is marked on the picture of a page. `after`, `before`: the paragraph also stands on these pages."""
    said = []
    if marked:
        said.append(words.label("The paragraph is marked."))
        said += [words.label("It goes on on the next page.")] if after else []
        said += [words.label("It begins on the page before.")] if before else []
    elif home:
        said.append(words.label("Not marked: where the paragraph stands on this page is not sure."))
    return words.rules.space.join(said)


def turn_back(words: Words, page: int) -> str:
    return words.label("‹ p. {page}", page=page)


def turn_on(words: Words, page: int) -> str:
    return words.label("p. {page} ›", page=page)


def no_picture(words: Words, reason: str) -> str:
    if reason == "format":
        return words.label("This report has no printed pages.")
    if reason == "page":
        return words.label("The file has no such page.")
    return words.label("This page cannot be drawn.")


def ask_title(words: Words) -> str:
    return words.label("Ask the reports")


def enter_title(words: Words) -> str:
    return words.label("Access code")


def fault_title(words: Words) -> str:
    return words.label("There is nothing to show here")


def gone_title(words: Words) -> str:
    return words.label("This paragraph is gone")


def gone_since(words: Words, at: datetime) -> str:
    return words.label("This paragraph is gone since {day}; it said:", day=at.date().isoformat())


def changed(words: Words) -> str:
    return words.label("The wording has changed since this link was made.")


def said_before(words: Words) -> str:
    return words.label("What it said before")


def no_passage(words: Words) -> str:
    return words.label("No paragraph has this address. Look whether the address is whole, or ask the reports.")


def no_report(words: Words) -> str:
    return words.label("No report has this address. All reports are listed under Reports.")


def report_gone(words: Words, title: str, at: datetime) -> str:
    return words.label("The report “{title}” is no longer here since {day}.", title=title, day=at.date().isoformat())


def no_page(words: Words) -> str:
    return words.label("There is no page at this address.")


def no_asking(words: Words) -> str:
    return words.label("Questions are not answered on this page. The reports can be read.")


def no_cookie(words: Words) -> str:
    return words.label(
        "The page was open for long, or your browser keeps no cookies. Go back, load it again, and ask once more."
    )


def too_long(words: Words, most: int) -> str:
    return words.label("Your question is longer than {most} characters. Please shorten it.", most=most)


def too_many(words: Words) -> str:
    return words.label("Too many questions at once. Please wait a minute; your question is still in the field.")


def too_many_looks(words: Words) -> str:
    return words.label("Too much was looked for at once. Please wait a minute.")


def preparing(words: Words) -> str:
    return words.label("The reports are being prepared. Please try again in a minute.")


def cannot_answer(words: Words) -> str:
    return words.label("That took too long or could not be read. Please try again, or ask with fewer words.")


def courtesy(words: Words, kind: Pleasantry | None) -> str:
    """A greeting, thanks or a farewell is returned; None: there was nothing to look up."""
    if kind == "greeting":
        return words.label("Hello! What would you like to know from the reports?")
    if kind == "thanks":
        return words.label("You are welcome. Ask me more whenever you like.")
    if kind == "farewell":
        return words.label("Goodbye! I am here whenever you have a question.")
    return words.label("I found nothing in that to look up. Please ask with a few more words: a topic, a name, a year.")
