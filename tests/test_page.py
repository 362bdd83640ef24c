"""Messages on the chat page, in a real browser: how they look, and what people do with them."""

from __future__ import annotations

from pathlib import Path

from browser import BO, JING, WIDTH, Played, bubbles, field, png, say, start
from playwright.sync_api import Page, expect

from bot.sandbox.call import Upload
from bot.sandbox.entities import Entity


def test_entities_become_elements(page: Page, stage: Played) -> None:
    start(stage)
    say(
        stage,
        "<b>bold <i>both</i></b> <u>u</u> <s>s</s> <code>a&lt;b</code> "
        '<a href="https://example.org/">link</a> 😀 <b>x</b>',
    )
    text = bubbles(page).last.locator(".text")
    expect(text).to_have_text("bold both u s a<b link 😀 x")
    assert text.locator("strong").all_inner_texts() == ["bold both", "x"]
    assert text.locator("strong em").inner_text() == "both"
    assert text.locator("code").inner_text() == "a<b"
    shown = text.locator("a")
    assert shown.get_attribute("href") == "https://example.org/"
    assert shown.get_attribute("rel") == "noopener noreferrer"


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


def the_press(page: Page, stage: Played) -> str:
    """The press of a button that waits for its answer. The button is busy before the server has heard of it."""
    for _ in range(200):
        if stage.server.world.presses:
            return next(iter(stage.server.world.presses))
        page.wait_for_timeout(50)
    raise AssertionError("the server heard of no press")


def test_a_pressed_button_is_busy_until_it_is_answered(page: Page, stage: Played) -> None:
    start(stage)
    keyboard = {
        "inline_keyboard": [[{"text": "Good", "callback_data": "good"}, {"text": "Bad", "callback_data": "bad"}]]
    }
    say(stage, "Was it good?", reply_markup=keyboard)
    page.get_by_role("button", name="Good", exact=True).click()
    expect(page.get_by_role("button", name="Good", exact=True)).to_have_attribute("aria-busy", "true")
    press = the_press(page, stage)
    stage.call("answerCallbackQuery", callback_query_id=press, text="Thank you")
    expect(page.locator(".toast")).to_have_text("Thank you")
    expect(page.get_by_role("button", name="Good", exact=True)).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Bad", exact=True).click()
    expect(page.locator(".key[aria-busy]")).to_have_count(1)
    press = the_press(page, stage)
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


def test_a_command_that_the_menu_does_not_list_is_sent_as_it_was_typed(page: Page, stage: Played) -> None:
    """/news is found by its description, but whoever wrote /announce and pressed Enter meant that."""
    stage.call("setMyCommands", commands=[{"command": "news", "description": "Past announcements"}])
    field(page).fill("/announce")
    expect(page.get_by_role("option")).to_have_count(1)
    field(page).press("Enter")
    expect(bubbles(page).last).to_contain_text("/announce")
    field(page).fill("/announce")
    field(page).press("ArrowDown")
    field(page).press("Enter")
    expect(bubbles(page).last).to_contain_text("/news")


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


def test_half_a_message_outlives_a_reload_and_what_was_sent_does_not(page: Page, stage: Played) -> None:
    field(page).fill("What I was about to a")
    page.reload()
    expect(field(page)).to_have_value("What I was about to a")
    field(page).press("End")
    field(page).type("sk")
    field(page).press("Enter")
    expect(field(page)).to_have_value("")
    page.reload()
    expect(page.locator(".log article")).not_to_have_count(0)
    expect(field(page)).to_have_value("")


def test_what_is_edited_does_not_take_the_place_of_what_is_half_written(page: Page, stage: Played) -> None:
    field(page).fill("sent")
    field(page).press("Enter")
    expect(field(page)).to_have_value("")
    field(page).fill("half")
    bubbles(page).last.hover()
    bubbles(page).last.get_by_role("button", name="Edit").click()
    expect(field(page)).to_have_value("sent")
    page.reload()
    expect(field(page)).to_have_value("half")


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
            const given = {dataTransfer: data, bubbles: true, cancelable: true};
            for (const kind of ["dragenter", "dragover", "drop"])
                document.querySelector(".pane").dispatchEvent(new DragEvent(kind, given));
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
