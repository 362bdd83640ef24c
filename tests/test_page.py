"""The chat page in a real browser: what people see and do in it, and whom it keeps out."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.sandbox.call import Upload
from bot.sandbox.entities import Entity
from bot.sandbox.page import Card
from bot.sandbox.records import Message
from bot.sandbox.world import World
from tests.browser import Played, chromium, look, playing

TOKEN = "123456:sandbox-token"
WIDTH, HEIGHT = 120, 80
BO = 700_000_001
JING = 700_000_002


def png() -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    rows = zlib.compress(HEIGHT * (b"\0" + WIDTH * b"\x80"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def stage() -> Iterator[Played]:
    world = World(TOKEN)
    world.add_user("Bo", last_name="Berg", language="en", id=BO)
    world.add_user("静", language="zh-hans", id=JING)
    cards = (Card(BO, "Partner", "Ask away.", ("How deep is it?",)), Card(JING, "合作伙伴", "", ("多深？",)))
    with playing(world, cards=cards) as played:
        yield played


@pytest.fixture
def page(browser: Browser, stage: Played) -> Iterator[Page]:
    page = look(browser, stage.address)
    yield page
    page.context.close()


def start(stage: Played, user: int = BO) -> None:
    """The person presses Start, and the bot may write to them."""
    stage.do(lambda: stage.server.people.open_link(user))


def say(stage: Played, text: str, user: int = BO, **more: object) -> int:
    """The bot writes; the message's number."""
    stage.call("sendMessage", chat_id=user, text=text, parse_mode="HTML", **more)
    return stage.server.world.message_ids[0]


def bubbles(page: Page, user: int = BO) -> Locator:
    return page.locator(f".pane[data-chat='{user}'] article")


def field(page: Page, user: int = BO) -> Locator:
    return page.locator(f".pane[data-chat='{user}'] textarea")


# What is shown


def test_entities_become_elements(page: Page, stage: Played) -> None:
    start(stage)
    say(
        stage,
        '<b>bold <i>both</i></b> <u>u</u> <s>s</s> <code>a&lt;b</code> <a href="https://example.org/">link</a> 😀 <b>x</b>',
    )
    text = bubbles(page).last.locator(".text")
    expect(text).to_have_text("bold both u s a<b link 😀 x")
    assert text.locator("strong").all_inner_texts() == ["bold both", "x"]
    assert text.locator("strong em").inner_text() == "both"
    assert text.locator("code").inner_text() == "a<b"
    link = text.locator("a")
    assert link.get_attribute("href") == "https://example.org/"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_text_is_never_taken_for_markup(page: Page, stage: Played) -> None:
    start(stage)
    hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    field(page).fill(hostile)
    field(page).press("Enter")
    expect(bubbles(page).last).to_contain_text(hostile)
    world = stage.server.world
    stage.do(lambda: world.add_user(hostile, id=900))
    link = Entity("text_link", 0, 4, url="javascript:document.title='taken'")
    posted = stage.do(lambda: world.post(world.chats[BO], world.bot.id, text="here", entities=(link,)))
    last = page.locator(f"article[data-id='{posted.id}']")
    expect(last).to_contain_text("here")
    assert last.locator("a").count() == 0
    page.reload()
    expect(bubbles(page).last).to_contain_text("here")
    assert page.locator("#seats img, #seats script, article img, article script").count() == 0
    assert page.title().endswith("citedesk: the rehearsal room")


def test_a_long_expandable_quote_opens_and_a_short_one_has_no_button(page: Page, stage: Played) -> None:
    start(stage)
    say(stage, f"<blockquote expandable>{'Some words that fill lines. ' * 40}</blockquote>")
    say(stage, "<blockquote expandable>short</blockquote>")
    long, short = bubbles(page).nth(1), bubbles(page).nth(2)
    toggle = long.get_by_role("button", name="Show all")
    before = long.bounding_box()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    expect(long.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
    after = long.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] + 60
    expect(short.locator(".expand")).to_be_hidden()


def test_edits_deletes_and_typing_are_seen_as_they_happen(page: Page, stage: Played) -> None:
    start(stage)
    number = say(stage, "first words")
    expect(bubbles(page).last).to_contain_text("first words")
    stage.call("editMessageText", chat_id=BO, message_id=number, text="other words")
    expect(bubbles(page).last).to_contain_text("other words")
    expect(bubbles(page).last).to_contain_text("edited")
    stage.call("sendChatAction", chat_id=BO, action="typing")
    expect(page.locator(".pane-state")).to_contain_text("citedesk is typing")
    stage.call("deleteMessage", chat_id=BO, message_id=number)
    expect(page.get_by_text("other words")).to_have_count(0)
    say(stage, "done")
    expect(page.locator(".pane-state")).to_have_text("Partner")


def test_own_messages_are_edited_and_deleted(page: Page, stage: Played) -> None:
    field(page).fill("a questoin")
    field(page).press("Enter")
    bubbles(page).last.hover()
    bubbles(page).last.get_by_role("button", name="Edit").click()
    field(page).fill("a question")
    field(page).press("Enter")
    expect(bubbles(page).last).to_contain_text("a question")
    expect(field(page)).to_have_value("")
    bubbles(page).last.hover()
    bubbles(page).last.get_by_role("button", name="Delete").click()
    expect(bubbles(page)).to_have_count(0)
    expect(page.locator(".day")).to_have_count(0)


def test_a_reply_shows_what_it_replies_to_and_leads_there(page: Page, stage: Played) -> None:
    start(stage)
    number = say(stage, "What do you think?")
    bubbles(page).last.hover()
    bubbles(page).last.get_by_role("button", name="Reply").click()
    field(page).fill("Much")
    field(page).press("Enter")
    quote = bubbles(page).last.locator(".replied")
    expect(quote).to_contain_text("What do you think?")
    assert stage.server.world.messages[BO][number + 1].reply_to == number
    quote.click()
    expect(page.locator(f"article[data-id='{number}']")).to_be_focused()


def test_each_day_has_its_line(page: Page, stage: Played) -> None:
    world = stage.server.world
    clock, days = world.now, 86_400
    world.now = lambda: clock() - 3 * days
    start(stage)
    world.now = lambda: clock() - days
    say(stage, "later")
    world.now = clock
    say(stage, "now")
    expect(page.locator(".day")).to_have_count(3)
    assert page.locator(".day").all_inner_texts()[1:] == ["Yesterday", "Today"]
    page.reload()
    expect(page.locator(".day")).to_have_count(3)


def test_chinese_is_marked_as_chinese_and_the_frame_speaks_it(page: Page, stage: Played) -> None:
    start(stage, JING)
    say(stage, "<b>一带一路智库网络</b>", JING)
    page.locator(f".seat[data-chat='{JING}'] .seat-open").click()
    expect(bubbles(page, JING).last.locator(".text")).to_have_attribute("lang", "zh-Hans")
    expect(field(page, JING)).to_have_attribute("placeholder", "输入消息")
    expect(page.locator(".day")).to_have_text("今天")


# Buttons, links, commands


def test_a_pressed_button_is_busy_until_it_is_answered(page: Page, stage: Played) -> None:
    start(stage)
    keyboard = {
        "inline_keyboard": [[{"text": "Good", "callback_data": "good"}, {"text": "Bad", "callback_data": "bad"}]]
    }
    say(stage, "Was it good?", reply_markup=keyboard)
    page.get_by_role("button", name="Good", exact=True).click()
    expect(page.get_by_role("button", name="Good", exact=True)).to_have_attribute("aria-busy", "true")
    press = next(iter(stage.server.world.presses))
    stage.call("answerCallbackQuery", callback_query_id=press, text="Thank you")
    expect(page.locator(".toast")).to_have_text("Thank you")
    expect(page.get_by_role("button", name="Good", exact=True)).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Bad", exact=True).click()
    expect(page.locator(".key[aria-busy]")).to_have_count(1)
    press = next(iter(stage.server.world.presses))
    stage.call("answerCallbackQuery", callback_query_id=press, text="Sorry", show_alert=True)
    expect(page.get_by_role("dialog")).to_contain_text("Sorry")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_deep_link_opens_the_bot_here_and_other_links_elsewhere(page: Page, stage: Played) -> None:
    start(stage)
    keyboard = {
        "inline_keyboard": [
            [
                {"text": "Web", "url": "https://example.org/x"},
                {"text": "Here", "url": "https://t.me/citedesk_bot?start=b"},
            ]
        ]
    }
    say(stage, '<a href="https://t.me/Citedesk_bot?start=p_1">open it</a>', reply_markup=keyboard)
    page.get_by_role("link", name="open it").click()
    expect(bubbles(page).last).to_contain_text("/start p_1")
    page.get_by_role("button", name="Here", exact=True).click()
    expect(bubbles(page).last).to_contain_text("/start b")
    assert page.get_by_role("link", name="Web").get_attribute("target") == "_blank"


def test_the_menu_of_commands_filters_and_sends(page: Page, stage: Played) -> None:
    commands = [
        {"command": name, "description": about}
        for name, about in (("help", "How it works"), ("library", "The reports"), ("language", "Choose one"))
    ]
    stage.call("setMyCommands", commands=commands)
    page.get_by_role("button", name="Commands").click()
    options = page.get_by_role("option")
    expect(options).to_have_count(3)
    field(page).press_sequentially("l")
    expect(options).to_have_count(2)
    field(page).press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert field(page).get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    field(page).press("Tab")
    expect(field(page)).to_have_value("/language ")
    field(page).fill("/")
    field(page).press("ArrowUp")
    field(page).press("ArrowUp")
    field(page).press("Enter")
    expect(bubbles(page).last).to_contain_text("/library")


def test_enter_that_ends_a_composition_sends_nothing(page: Page, stage: Played) -> None:
    """Chinese is typed with an input method; its Enter chooses a word."""
    field(page).fill("yi dai")
    field(page).dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True})
    field(page).press("Shift+Enter")
    expect(field(page)).to_have_value("yi dai\n")
    assert not stage.server.world.messages[BO]


def test_what_could_not_be_sent_stays_written(page: Page, stage: Played) -> None:
    page.route("**/seats/*/say", lambda route: route.fulfill(status=400, json={"error": "no such luck"}))
    field(page).fill("precious words")
    field(page).press("Enter")
    expect(page.locator(".toast")).to_have_text("no such luck")
    expect(field(page)).to_have_value("precious words")


# Files


def test_files_are_chosen_dropped_and_downloaded(page: Page, stage: Played) -> None:
    page.set_input_files(
        ".pane input[type=file]", [{"name": "报告.txt", "mimeType": "text/plain", "buffer": b"report"}]
    )
    field(page).fill("my report")
    field(page).press("Enter")
    expect(bubbles(page).last).to_contain_text("报告.txt")
    expect(bubbles(page).last).to_contain_text("my report")
    with page.expect_download() as download:
        bubbles(page).last.locator("a.file").click()
    assert download.value.suggested_filename == "报告.txt"
    assert Path(download.value.path()).read_bytes() == b"report"

    page.evaluate(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "dot.png", {type: "image/png"}));
            for (const kind of ["dragenter", "dragover", "drop"])
                document.querySelector(".pane").dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        list(png()),
    )
    expect(page.get_by_label("Send as a picture")).to_be_checked()
    page.get_by_role("button", name="Send", exact=True).click()
    picture = bubbles(page).last.locator("img")
    expect(picture).to_have_js_property("naturalWidth", WIDTH)
    bubbles(page).last.get_by_role("button", name="Picture").click()
    expect(page.get_by_role("dialog").locator("img")).to_be_visible()
    sent = list(stage.server.world.messages[BO].values())
    assert [message.media for message in sent] == ["document", "photo"]


def test_a_picture_of_the_bot_is_shown_with_its_caption(page: Page, stage: Played) -> None:
    start(stage)
    photo = {"photo": Upload("dot.png", "image/png", png())}
    stage.wait(
        stage.server.api.call("sendPhoto", {"chat_id": BO, "photo": "attach://photo", "caption": "One dot"}, photo)
    )
    expect(bubbles(page).last.locator("img")).to_have_attribute("alt", "One dot")
    expect(bubbles(page).last.locator("img")).to_have_js_property("naturalWidth", WIDTH)


# Several seats


def test_what_comes_to_a_closed_seat_is_counted(page: Page, stage: Played) -> None:
    start(stage, JING)
    say(stage, "one", JING)
    say(stage, "two", JING)
    row = page.locator(f".seat[data-chat='{JING}']")
    expect(row.locator(".unread")).to_have_text("2")
    expect(page).to_have_title(re.compile(r"^\(2\)"))
    page.reload()
    expect(row.locator(".unread")).to_have_text("2")
    row.locator(".seat-open").click()
    expect(row.locator(".unread")).to_be_hidden()
    expect(page).to_have_title(re.compile(r"^citedesk"))


def test_seats_stand_side_by_side_and_both_see_what_arrives(page: Page, stage: Played) -> None:
    start(stage)
    start(stage, JING)
    page.get_by_role("button", name="Open beside: 静").focus()
    page.keyboard.press("Enter")
    for user in (BO, JING):
        say(stage, "A workshop in May", user)
    first, second = (page.locator(f".pane[data-chat='{user}']") for user in (BO, JING))
    expect(first).to_contain_text("A workshop in May")
    expect(second).to_contain_text("A workshop in May")
    left, right = first.bounding_box(), second.bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"] + 1
    page.reload()
    expect(page.locator(".pane")).to_have_count(2)


def test_a_group_is_one_conversation_in_which_each_can_speak(page: Page, stage: Played) -> None:
    group = stage.do(lambda: stage.server.people.found(BO, "Team", members=(JING,))).id
    page.locator(f".seat[data-chat='{group}'] .seat-open").click()
    field(page, group).fill("I am Bo")
    field(page, group).press("Enter")
    expect(bubbles(page, group).last).to_have_class(re.compile("own"))
    page.get_by_label("Speaking as").select_option(label="静")
    expect(bubbles(page, group).last).to_have_class(re.compile("other"))
    field(page, group).fill("我是静")
    field(page, group).press("Enter")
    expect(bubbles(page, group)).to_have_count(2)
    assert [message.sender for message in texts(stage, group)] == [BO, JING]


def texts(stage: Played, chat: int) -> list[Message]:
    return [message for message in stage.server.world.messages[chat].values() if message.text]


def test_a_group_that_becomes_a_supergroup_goes_on(page: Page, stage: Played) -> None:
    group = stage.do(lambda: stage.server.people.found(BO, "Team", members=(JING,))).id
    page.locator(f".seat[data-chat='{group}'] .seat-open").click()
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_role("button", name="Make “Team” a supergroup").click()
    expect(page.locator(f".seat[data-chat='{group}']")).to_have_count(0)
    new = next(chat.id for chat in stage.server.world.chats.values() if chat.kind == "supergroup")
    field(page, new).fill("still here")
    field(page, new).press("Enter")
    expect(bubbles(page, new).last).to_contain_text("still here")


# Narrow, keyboard, colours


def test_on_a_phone_there_is_one_thing_at_a_time(browser: Browser, stage: Played) -> None:
    start(stage, JING)
    say(stage, f"<b>{'长' * 400}</b> https://example.org/{'x' * 300}", JING)
    page = look(browser, stage.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator(".pane")).to_have_count(0)
    page.locator(f".seat[data-chat='{JING}'] .seat-open").tap()
    expect(page.locator("#rail")).to_be_hidden()
    expect(bubbles(page, JING).last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.log').scrollWidth <= 390")
    page.get_by_role("button", name="返回座位列表").tap()
    expect(page.locator("#rail")).to_be_visible()
    page.go_back()
    expect(page.locator(f".pane[data-chat='{JING}']")).to_be_visible()
    page.context.close()


def test_the_keyboard_alone_is_enough(page: Page, stage: Played) -> None:
    stage.call("setMyCommands", commands=[{"command": "help", "description": "How it works"}])
    start(stage, JING)
    keyboard = {"inline_keyboard": [[{"text": "更多", "callback_data": "more"}]]}
    say(stage, "一", JING, reply_markup=keyboard)
    page.evaluate("document.activeElement.blur()")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "seat-open":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field(page, JING)).to_be_focused()
    page.keyboard.type("/he")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(bubbles(page, JING).last).to_contain_text("/help")
    page.keyboard.press("ArrowUp")
    expect(bubbles(page, JING).last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(bubbles(page, JING).nth(1)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('key')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="更多", exact=True).last).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Escape")
    expect(field(page, JING)).to_be_focused()


ADDITIONS = """
window.additions = [];
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes)
    if (node.nodeName === "ARTICLE" && change.target.closest(".log")?.getAttribute("aria-busy") !== "true")
      window.additions.push(node.innerText.split("\\n")[0]);
}).observe(document, {childList: true, subtree: true});
"""


def test_new_messages_are_read_out_and_history_is_not(page: Page, stage: Played) -> None:
    start(stage)
    expect(bubbles(page)).to_have_count(1)
    page.add_init_script(ADDITIONS)
    page.reload()
    expect(bubbles(page)).to_have_count(1)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("log")).not_to_have_attribute("aria-busy", "true")
    say(stage, "news")
    expect(bubbles(page)).to_have_count(2)
    assert page.evaluate("window.additions") == ["news"]
    expect(bubbles(page).last).to_have_attribute("aria-label", re.compile(r"^citedesk, \d\d:\d\d$"))


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) { const c = rgba(getComputedStyle(at).backgroundColor); if (c[3] === 255) return c; }
    return rgba("white");
  };
  const poor = [];
  let seen = 0;
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(rgba(style.color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    seen += 1;
    if (ratio < 4.5) poor.push(`${node.className || node.tagName}: ${ratio.toFixed(2)}`);
  }
  return {seen, poor};
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_of_wcag_aa(browser: Browser, stage: Played, scheme: str) -> None:
    start(stage)
    group = stage.do(lambda: stage.server.people.found(BO, "Team", members=(JING,))).id
    stage.call("sendMessage", chat_id=group, text="hello all")
    quote = f"<blockquote expandable>{'words ' * 200}</blockquote><i>— Source</i> <code>code</code> https://example.org"
    keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "m"}]]}
    say(stage, quote, reply_markup=keyboard)
    page = look(browser, f"{stage.address}#{BO}+{group}", color_scheme=scheme)
    field(page).fill("an answer of mine /help")
    field(page).press("Enter")
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_role("switch", name="Flood limit").check()
    expect(page.locator("#notice")).to_contain_text("Flood limit")
    found = page.evaluate(CONTRAST)
    assert found["seen"] > 30
    assert found["poor"] == []
    page.context.close()


def test_colours_follow_the_system_until_one_chooses(page: Page) -> None:
    def ground() -> object:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    light = ground()
    page.emulate_media(color_scheme="dark")
    dark = ground()
    assert light != dark
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Dark colours").click()
    assert ground() == dark
    page.reload()
    expect(page.get_by_role("button", name="Light colours")).to_be_visible()
    assert ground() == dark


# Offline


def test_the_page_says_when_it_is_offline_and_catches_up(browser: Browser) -> None:
    world = World(TOKEN)
    world.add_user("Bo", language="en", id=BO)
    with playing(world) as stage:
        address = stage.address
        page = look(browser, address)
        field(page).fill("half a que")
    expect(page.locator("#notice")).to_contain_text("Offline")
    field(page).press("Enter")
    expect(page.locator(".toast")).to_have_text("The demo does not answer.")
    world = World(TOKEN)
    world.add_user("Bo", language="en", id=BO)
    with playing(world, port=urlsplit(address).port or 0) as stage:
        start(stage)
        say(stage, "while you were away")
        expect(page.locator("#notice")).to_be_hidden()
        expect(bubbles(page).last).to_contain_text("while you were away")
        expect(field(page)).to_have_value("half a que")
        say(stage, "and now")
        expect(bubbles(page).last).to_contain_text("and now")
        page.context.close()


# Faults


def test_faults_are_turned_on_shown_and_lifted(page: Page, stage: Played) -> None:
    start(stage)
    start(stage, JING)
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_label("For whom").select_option(label="Bo Berg")
    page.get_by_role("switch", name="Flood limit").check()
    expect(page.locator("#notice")).to_contain_text("Wrong on purpose: Flood limit (Bo Berg)")
    assert stage.wait(stage.server.api.call("sendMessage", {"chat_id": BO, "text": "x"}, {})).status == 429
    assert stage.wait(stage.server.api.call("sendMessage", {"chat_id": JING, "text": "x"}, {})).status == 200
    page.get_by_role("switch", name="Bo Berg blocks the bot").check()
    expect(page.locator("#notice")).to_contain_text("Bo Berg has blocked the bot")
    expect(field(page)).to_be_hidden()
    expect(page.get_by_text("You have blocked the bot")).to_be_visible()
    page.locator("#notice").get_by_role("button", name="Lift all").click()
    expect(page.locator("#notice")).to_be_hidden()
    expect(field(page)).to_be_visible()
    say(stage, "all is well")
    expect(bubbles(page).last).to_contain_text("all is well")
    assert not stage.server.api.faults.rules


@pytest.mark.parametrize(
    ("switch", "kind", "method"),
    [
        ("Telegram is down", "html", None),
        ("Answers get lost", "lost", "sendMessage"),
        ("Telegram is slow", "slow", "sendMessage"),
        ("Connections break", "reset", "sendMessage"),
    ],
)
def test_each_switch_sets_its_fault(page: Page, stage: Played, switch: str, kind: str, method: str | None) -> None:
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_label("How often").select_option(label="one time in ten")
    page.get_by_role("switch", name=switch).check()
    expect(page.locator("#notice")).to_contain_text(switch)
    rules = [(rule.kind, rule.method, rule.share) for rule in stage.server.api.faults.rules]
    assert (kind, method, 0.1) in rules
    page.reload()
    expect(page.locator("#notice")).to_contain_text(switch)
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_role("switch", name=switch).uncheck()
    expect(page.locator("#notice")).to_be_hidden()
    assert stage.server.api.faults.rules == []


def test_rates_are_enforced_on_demand(page: Page, stage: Played) -> None:
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_role("switch", name="Enforce the rate limits").check()
    expect(page.locator("#notice")).to_contain_text("Rate limits enforced")
    assert stage.server.api.rates.mode == "enforce"


# Who gets in


def test_without_the_key_there_is_nothing(stage: Played) -> None:
    base = stage.server.api_url
    for path in (
        "/chat/",
        "/chat/wrong/",
        "/chat/wrong/app.js",
        "/chat/wrong",
        "/chat/key/../page.py",
        "/chat/key/nothing.js",
    ):
        assert httpx.get(base + path, trust_env=False).status_code == 404, path
    assert httpx.get(f"{base}/chat/key/%2e%2e/page.py", trust_env=False).status_code == 404
    assert httpx.get(f"{base}/seats", trust_env=False).status_code == 403


def test_requests_of_other_sites_and_under_other_names_are_refused(stage: Played) -> None:
    host = urlsplit(stage.address).netloc

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(stage.address, headers=named, trust_env=False).status_code

    assert status() == 200
    assert status(Host="localhost:1") == 200
    assert status(Host="evil.example") == 403
    assert status(Host="127.0.0.1.evil.example") == 403
    assert status(Host="[::1") == 403
    assert status(Origin=f"http://{host}") == 200
    assert status(Origin="https://evil.example") == 403
    assert status(Origin="null") == 403
    assert status(Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="script") == 403
    assert status(Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document") == 200


def test_the_page_may_load_nothing_from_elsewhere(page: Page, stage: Played) -> None:
    response = httpx.get(stage.address, trust_env=False)
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert httpx.get(f"{stage.server.api_url}/seats", trust_env=False).headers["x-content-type-options"] == "nosniff"
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => new URL(one.name).origin)")
    assert set(loaded) == {stage.server.api_url}
