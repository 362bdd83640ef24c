"""Seats side by side, a phone, the keyboard, colours and a lost connection, in a real browser."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from browser import BO, JING, TOKEN, Played, bubbles, field, look, playing, say, start
from playwright.sync_api import Browser, Page, expect

from bot.sandbox.records import Message
from bot.sandbox.world import World


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
    say(stage, "答", JING, reply_parameters={"message_id": 2})
    page = look(browser, stage.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator(".pane")).to_have_count(0)
    expect(page.locator(".rail-lead")).to_contain_text("Choose whom you write as")
    page.locator(f".seat[data-chat='{JING}'] .seat-open").tap()
    expect(page.locator("#rail")).to_be_hidden()
    expect(bubbles(page, JING).last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.log').scrollWidth <= 390")
    right = "[...document.querySelectorAll('.bubble')].map((one) => one.getBoundingClientRect().right)"
    assert max(page.evaluate(right)) <= 380.5
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
    expect(field(page, JING)).to_have_value("")  # the message may be seen before the reply to its sending empties it
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
  const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
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
