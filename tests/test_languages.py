"""A question in another language is answered from reports in that language; where there are none, that is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from index.answering.answer import Answer, NoAnswer
from index.text.languages import other_language, says_little


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Combien de gardiens compte le phare ?", "fr"),
        ("Quel est le budget de l'école ?", "fr"),
        ("¿Qué edad tiene el niño?", "es"),
        ("Cuantas millas ilumina el faro de Cadiz", "es"),
        ("Quantos navios tem o porto?", "pt"),
        ("Wie viele Schiffe sind in dem Hafen?", "de"),
        ("Quante navi ci sono nel porto?", "it"),
        ("Сколько лоцманов работает в порту?", "ru"),
        ("كم عدد السفن في الميناء؟", "ar"),
        ("港には何隻の船がありますか", "ja"),
        ("항구에는 배가 몇 척 있습니까?", "ko"),
        ("How many ships are in the port?", ""),
        ("Who is Dr José de la Cruz of Côte d'Ivoire?", ""),
        ("La Niña and El Niño events", ""),
        ("what is the Institut de France", ""),
        ("港口有多少艘船？", ""),
        ("CASTED", ""),
        ("3000", ""),
    ],
)
def test_the_language_of_a_question_is_told(question: str, language: str) -> None:
    assert other_language(question) == language


@pytest.mark.parametrize(
    ("word", "language", "little"),
    [("a-t-elle", "fr", True), ("Qué", "es", True), ("école", "fr", False), ("в", "ru", True), ("the", "", False)],
)
def test_words_that_say_little_are_known(word: str, language: str, little: bool) -> None:
    assert says_little(word, language) == little


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(
        phare="# Phare\n\nL’équipage du phare compte 31 gardiens. Il est ouvert en été.",
        peche="# Pêche\n\nLes pêcheuses ont réparé les barques dans le port de Sète.",
        faro="# Faro\n\nEl faro de Cádiz ilumina 17 millas. La niña más pequeña del muelle tiene 6 años.",
        mar="# Mar\n\nLos pescadores vendieron sardinas a los mercados de la provincia.",
        port="# Порт\n\nВ порту Находки работают 83 лоцмана и два врача.",
        mayak="# Маяки\n\nДевять маяков построили на Сахалине в прошлом веке.",
        mina="# الميناء\n\nيضم الميناء سفينة كبيرة وثلاث سفن صغيرة.",
        madrasa="# المدرسة\n\nتعمل في المدرسة البحرية معلمات من المغرب.",
        lighthouse="# Lighthouse\n\nThe lighthouse has two keepers and a dog.",
    )


@pytest.mark.parametrize(
    ("question", "report"),
    [
        ("Combien de gardiens l'equipage du phare compte-t-il ?", "phare"),
        ("Quel gardien est dans le phare ?", "phare"),
        ("Qui a réparé la barque du port ?", "peche"),
        ("¿Cuántas millas ilumina el faro?", "faro"),
        ("¿Qué edad tiene la nina más pequena?", "faro"),
        ("¿Quién vendió sardina al mercado?", "mar"),
        ("Сколько лоцманов работает в порту?", "port"),
        ("Где построен маяк?", "mayak"),
        ("كم سفينة في الميناء؟", "mina"),
        ("من اين المعلمات في المدرسة؟", "madrasa"),
    ],
)
def test_a_question_finds_its_report_in_its_own_language(shelf: Shelf, question: str, report: str) -> None:
    answer = shelf.searcher().ask(question)
    assert isinstance(answer, Answer)
    assert answer.excerpts[0].citation.document == report


def test_reports_in_other_languages_are_named_where_nothing_is_found(make_shelf: Callable[..., Shelf]) -> None:
    english = make_shelf(lake="# Lake\n\nThe lake is deep, and the people of the town fish in it in winter.").searcher()
    both = make_shelf(
        lake="# Lake\n\nThe lake is deep, and the people of the town fish in it in winter.",
        hu="# 湖\n\n湖水很深，镇上的人冬天在湖上捕鱼。",
    ).searcher()
    for question in ("Quelle est la profondeur de la mer ?", "Какова глубина моря?", "ما هو عمق البحر؟"):
        for searcher, languages in ((english, ("en",)), (both, ("en", "zh"))):
            refusal = searcher.ask(question)
            assert isinstance(refusal, NoAnswer)
            assert refusal.languages == languages


def test_where_a_report_has_the_language_a_refusal_says_nothing_of_it(shelf: Shelf) -> None:
    refusal = shelf.searcher().ask("Quel est le prix du fromage en Finlande ?")
    assert isinstance(refusal, NoAnswer)
    assert refusal.languages == ()
