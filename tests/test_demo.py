"""`citedesk demo`: the real bot on the real server, asked and watched on its page, and what it leaves behind."""

from __future__ import annotations

import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import furnished, look, performing
from playwright.sync_api import Browser, Locator, Page, expect

from bot.base.run_lock import AlreadyRunning, RunLock
from bot.sandbox.demo import CAST, CHINESE, ENGLISH, Demo, NoAddress, clear, free_port, starter_library

ROOT = Path(__file__).parents[1]
PARTNER, CHINESE_PARTNER, STAFF, ADMIN = (one.id for one in CAST)
SLOW = 20_000
"""Milliseconds: an answer waits for jieba's dictionary once."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, dictionary_home: Path) -> Path:
    """The index of the starter library: a demo that begins with it has nothing to build."""
    return furnished(tmp_path_factory.mktemp("starter"), dictionary_home).config.index


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, index: Path) -> Demo:
    return furnished(tmp_path_factory.mktemp("demo"), index)


@pytest.fixture(scope="module")
def address(demo: Demo) -> Iterator[str]:
    with performing(demo) as address:
        yield address


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Page]:
    page = look(browser, address)
    yield page
    page.context.close()


def sit(page: Page, user: int) -> Locator:
    """The pane of a seat, opened alone."""
    page.locator(f".seat[data-chat='{user}'] .seat-open").click()
    return page.locator(f".pane[data-chat='{user}']")


def ask(pane: Locator, text: str) -> None:
    pane.locator("textarea").fill(text)
    pane.locator("textarea").press("Enter")


def test_a_newcomer_taps_a_question_and_reads_the_citation(window: Page) -> None:
    pane = sit(window, PARTNER)
    pane.get_by_role("button", name=ENGLISH).click()
    answer = pane.locator("article.other", has=window.locator("blockquote")).last
    expect(answer).to_contain_text("133 people worked at CASTED", timeout=SLOW)
    expect(answer.locator("strong").first).to_contain_text("133")
    expect(answer.locator("em").first).to_contain_text("CASTED Annual Report 2021")
    expect(pane.locator(".hints")).to_be_hidden()


def test_a_chinese_question_is_answered_in_chinese(window: Page) -> None:
    pane = sit(window, CHINESE_PARTNER)
    ask(pane, CHINESE)
    answer = pane.locator("article.other", has=window.locator("blockquote")).last
    expect(answer.locator("blockquote").first).to_contain_text(
        "由中国科学技术发展战略研究院（CASTED）发起", timeout=SLOW
    )
    expect(answer.locator(".text")).to_have_attribute("lang", "zh-Hans")
    expect(answer.get_by_role("button", name="上下文")).to_be_visible()


def test_in_context_and_thanks_come_from_buttons(window: Page) -> None:
    pane = sit(window, PARTNER)
    count = pane.locator("article").count() + 2
    ask(pane, ENGLISH)
    expect(pane.locator("article")).to_have_count(count, timeout=SLOW)
    key = pane.locator("article").last.get_by_role("button", name="In context")
    pane.get_by_role("button", name="👍").last.click()
    expect(window.locator(".toast")).to_contain_text("Thank you")
    key.click()
    expect(pane.locator("article")).to_have_count(count + 1)
    expect(pane.locator("article").last.locator("blockquote")).to_contain_text("133 people worked at CASTED")
    expect(pane.locator("[aria-busy=true]")).to_have_count(0)


def test_the_source_of_an_answer_is_downloaded(window: Page) -> None:
    pane = sit(window, PARTNER)
    ask(pane, ENGLISH)
    pane.locator("article").last.get_by_role("button", name="Source").click(timeout=SLOW)
    expect(pane.locator("a.file").last).to_be_visible()
    with window.expect_download() as download:
        pane.locator("a.file").last.click()
    original = starter_library() / "casted-annual-report-2021-digest.en.md"
    assert Path(download.value.path()).read_bytes() == original.read_bytes()


def test_an_admin_uploads_a_report_and_it_answers(window: Page, demo: Demo) -> None:
    pane = sit(window, ADMIN)
    report = b"# Tide tables\n\n## Depth\n\nThe tidal basin of Marbury is 4217 metres deep at spring tide.\n"
    pane.locator("input[type=file]").set_input_files(
        {"name": "tides.md", "mimeType": "text/markdown", "buffer": report}
    )
    ask(pane, "/upload")
    said = pane.locator("article.other")
    expect(said.last).to_contain_text("Of which year is Tide tables?", timeout=60_000)
    expect(said.nth(-2)).to_contain_text("You can ask about Tide tables now")
    ask(pane, "How deep is the tidal basin of Marbury?")
    expect(pane.locator("article.other").last).to_contain_text("4217 metres deep at spring tide", timeout=SLOW)
    assert (demo.config.content.path / "tides.md").read_bytes() == report
    assert not (starter_library() / "tides.md").exists()


def test_each_role_has_its_own_menu_in_its_language(window: Page) -> None:
    def offered(user: int) -> list[str]:
        pane = sit(window, user)
        ask(pane, "/help")
        expect(pane.locator("article.other").last).to_contain_text("/library", timeout=SLOW)
        pane.locator("textarea").fill("/")
        expect(pane.get_by_role("option").first).to_be_visible()
        found = pane.get_by_role("option").all_inner_texts()
        pane.locator("textarea").fill("")
        return found

    admin, chinese = offered(ADMIN), offered(CHINESE_PARTNER)
    assert any(option.startswith("/reindex") for option in admin)
    assert not any(option.startswith("/reindex") for option in chinese)
    assert any(re.search("[\u4e00-\u9fff]", option) for option in chinese)


def test_what_a_partner_tells_the_staff_arrives_at_the_seat_beside(window: Page) -> None:
    staff = sit(window, STAFF)
    ask(staff, "/start")
    expect(staff.locator("article.other").first).to_be_visible(timeout=SLOW)
    window.locator(f".seat[data-chat='{PARTNER}'] .beside").focus()
    window.keyboard.press("Enter")
    partner = window.locator(f".pane[data-chat='{PARTNER}']")
    ask(partner, "Which giraffes juggle porcelain on Neptune?")
    partner.locator("article").last.get_by_role("button", name="staff").click(timeout=SLOW)
    expect(window.get_by_role("dialog")).to_contain_text("staff")
    expect(staff.locator("article.other").last).to_contain_text("giraffes juggle porcelain")


def test_in_the_group_the_bot_answers_when_mentioned(window: Page) -> None:
    window.locator(".seat", has_text="Workshop group").locator(".seat-open").click()
    pane = window.locator(".pane")
    expect(pane.locator("article.other").first).to_contain_text("Mention me", timeout=SLOW)
    ask(pane, "Just talking among ourselves")
    pane.get_by_label("Speaking as").select_option(label="陈静")
    ask(pane, f"@citedesk_bot {CHINESE}")
    answer = pane.locator("article.other", has=window.locator("blockquote")).last
    expect(answer).to_contain_text("CASTED）发起", timeout=SLOW)
    expect(answer.locator(".replied")).to_contain_text(CHINESE)
    assert pane.get_by_text("Just talking among ourselves").count() == 1


def test_a_flood_delays_an_answer_and_does_not_lose_it(window: Page) -> None:
    pane = sit(window, PARTNER)
    window.get_by_role("button", name="What may go wrong").click()
    window.get_by_role("switch", name="Flood limit").check()
    expect(window.locator("#notice")).to_contain_text("Flood limit")
    count = pane.locator("article").count()
    ask(pane, "When was CISTRAT founded?")
    expect(window.locator("#notice")).to_contain_text("met 1 ×", timeout=SLOW)
    expect(pane.locator("article")).to_have_count(count + 1)
    window.locator("#notice").get_by_role("button", name="Lift all").click()
    expect(pane.locator("article")).to_have_count(count + 2, timeout=SLOW)


def press(pane: Locator, name: str) -> None:
    """A button under the last message, once it is there."""
    pane.locator("article").last.get_by_role("button", name=name, exact=True).click(timeout=SLOW)


def test_an_announcement_arrives_at_each_seat_in_its_language(tmp_path: Path, index: Path, browser: Browser) -> None:
    seats = (PARTNER, CHINESE_PARTNER, STAFF)
    with performing(furnished(tmp_path, index)) as address:
        page = look(browser, f"{address}#{'+'.join(map(str, seats))}")
        ana, jing, kofi = (page.locator(f".pane[data-chat='{user}']") for user in seats)
        for pane, topic in ((ana, "Training workshops"), (jing, "国际培训班")):
            pane.get_by_role("button", name="/subscribe", exact=True).click()
            press(pane, f"▫️ {topic}")
            expect(pane.get_by_role("button", name=f"✅ {topic}", exact=True)).to_be_visible()
        received = ana.locator("article").count(), jing.locator("article").count()
        write_announcement(kofi)
        press(kofi, "Send … ▸")
        press(kofi, "📤 Send to 2 now")

        expect(ana.locator("article.other").last).to_contain_text("It runs from 11 to 22 May 2027.", timeout=SLOW)
        expect(ana.locator("article.other").last.locator("strong")).to_have_text("14th Workshop")
        expect(jing.locator("article.other").last).to_contain_text("2027年5月11日至22日举行。", timeout=SLOW)
        expect(jing.locator("article.other").last.locator("strong")).to_have_text("第十四期培训班")
        expect(jing.get_by_role("button", name="👍 感兴趣")).to_be_visible()
        assert (ana.locator("article").count(), jing.locator("article").count()) == tuple(n + 1 for n in received)

        # the screen that was pressed shows the course, and a message of its own says that it is over
        expect(kofi.get_by_text("2 of 2")).to_be_visible(timeout=SLOW)
        report = kofi.locator("article.other", has_text="It is out.")
        expect(report).to_contain_text("Together: 2 sent", timeout=SLOW)
        expect(report).to_contain_text("English: 1 sent")
        expect(report).to_contain_text("中文: 1 sent")
        page.context.close()


def write_announcement(pane: Locator) -> None:
    """A draft in both languages, for everyone subscribed, at any hour, with the desk's buttons."""
    screen = pane.locator("article.other").last
    pane.get_by_role("button", name="/announce", exact=True).click()
    expect(screen).to_contain_text("A new announcement", timeout=SLOW)
    ask(pane, "14th Workshop\nIt runs from 11 to 22 May 2027.")
    press(pane, "➕ 中文")
    expect(screen).to_contain_text("Send the announcement in 中文")
    ask(pane, "第十四期培训班\n2027年5月11日至22日举行。")
    press(pane, "👥 Audience")
    press(pane, "▫️ Everyone subscribed")
    expect(screen).to_contain_text("2 recipients (English 1 · 中文 1)")
    press(pane, "‹ Back")
    press(pane, "🕘 When")
    press(pane, "🌙 Nobody at night")
    expect(pane.get_by_role("button", name="🌙 At night too")).to_be_visible(timeout=SLOW)
    press(pane, "‹ Back")
    expect(screen).to_contain_text("at night too")


def test_conversations_outlive_a_restart(tmp_path: Path, index: Path, browser: Browser) -> None:
    demo = furnished(tmp_path, index)
    with performing(demo) as address:
        page = look(browser, address)
        pane = sit(page, PARTNER)
        ask(pane, ENGLISH)
        expect(pane.locator("article").last).to_contain_text("133", timeout=SLOW)
        numbers = pane.locator("article").count()
    expect(page.locator("#notice")).to_contain_text("Offline")
    port = int(address.split(":")[2].partition("/")[0])
    with performing(demo, port=port) as again:
        assert again == address
        expect(page.locator("#notice")).to_be_hidden()
        expect(pane.locator("article")).to_have_count(numbers)
        pane.get_by_role("button", name="In context").last.click()
        expect(pane.locator("article")).to_have_count(numbers + 1, timeout=SLOW)
        ask(pane, "And in 2012?")
        expect(pane.locator("article")).to_have_count(numbers + 3, timeout=SLOW)
        page.context.close()


# The command


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(f'[data]\npath = "{tmp_path / "data"}"\n', encoding="utf-8")
    return file


def command(config: Path, *options: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "bot", "demo", "--config", str(config), "--port", "0", *options]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    """The first line on stdout; the test fails with what is on stderr where there is none."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, process.communicate(timeout=30)[1]
    return line


def test_a_fresh_demo_prints_its_address_serves_it_and_stops_on_a_signal(config: Path) -> None:
    folder = config.parent / "data" / "demo"
    (folder / "reports").mkdir(parents=True)
    (folder / "reports" / "mine.md").write_text("# Mine\n\nWords.\n", encoding="utf-8")
    (folder / "key").write_text("the-key-of-an-earlier-demo", encoding="ascii")
    process = command(config, "--fresh")
    try:
        address = first_line(process)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/chat/[\w-]{20,}/", address)
        assert "earlier" not in address
        assert "citedesk" in httpx.get(address, trust_env=False).text
        assert not (folder / "reports" / "mine.md").exists()
        with pytest.raises(AlreadyRunning):
            RunLock(folder).acquire()
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == ""
    assert "10 of the starter library" in err
    assert "Traceback" not in err
    assert [path.name for path in (config.parent / "data").iterdir()] == ["demo"]
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert address.split("/")[-2] not in (folder / "demo.log").read_text(encoding="utf-8")


def test_a_port_that_is_taken_is_named(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = command(config, "--port", str(port))
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert out == ""
    assert f"127.0.0.1:{port}: Address already in use: choose another --port or --host" in err


def test_without_a_port_a_free_one_is_taken_where_the_usual_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        usual = taken.getsockname()[1]
        assert free_port("127.0.0.1", None, usual) not in (usual, 0)
        with pytest.raises(NoAddress):
            free_port("127.0.0.1", usual)
    assert free_port("127.0.0.1", None, usual) == usual


def test_clearing_leaves_the_lock_and_what_links_point_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    folder = tmp_path / "demo"
    with RunLock(folder):
        (folder / "bot").mkdir()
        (folder / "bot" / "bot.sqlite").touch()
        (folder / "key").touch()
        (folder / "link").symlink_to(outside)
        clear(folder)
        assert [path.name for path in folder.iterdir()] == ["run.lock"]
    assert (outside / "precious").exists()
