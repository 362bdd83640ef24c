"""A demo of its own in, the pictures of the README in docs/images out: `make screenshots`."""

from __future__ import annotations

import asyncio
import base64
import struct
import sys
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from browser import PNG_SIGNATURE, elsewhere, furnished, look, performing, png_chunk, system_chromium
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.sandbox.demo import CAST, CHINESE, ENGLISH
from bot.web_app import serving

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PARTNER, CHINESE_PARTNER, STAFF, ADMIN = (one.id for one in CAST)
LONGEST = 30_000


def ask(page: Page, user: int, text: str) -> None:
    """Asks in a seat that is open, and waits for the answer."""
    pane = page.locator(f".pane[data-chat='{user}']")
    count = pane.locator("article").count()
    pane.locator("textarea").fill(text)
    pane.locator("textarea").press("Enter")
    expect(pane.locator("article")).to_have_count(count + 2, timeout=LONGEST)


def take(page: Page, name: str) -> None:
    """One picture, without the pointer and without a caret."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished)).then(() => document.fonts.ready)")
    file = IMAGES / name
    file.write_bytes(with_palette(page, page.screenshot(caret="hide")))
    sys.stdout.write(f"{file.relative_to(IMAGES.parents[1])}: {file.stat().st_size // 1000} kB\n")


PIXELS = """async (bytes) => {
  const image = await createImageBitmap(new Blob([Uint8Array.fromBase64(bytes)]));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const data = canvas.getImageData(0, 0, image.width, image.height).data;
  return [image.width, image.height, new Uint8Array(data.buffer).toBase64()];
}"""


def with_palette(page: Page, picture: bytes) -> bytes:
    """The PNG with its 256 most frequent colours, a third of its size; others become the nearest of them."""
    width, height, given = page.evaluate(PIXELS, base64.b64encode(picture).decode())
    pixels = np.frombuffer(base64.b64decode(given), np.uint8).reshape(-1, 4)[:, :3].astype(np.int32)
    colours, place, count = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    palette = colours[np.argsort(-count, kind="stable")[:256]]
    nearest = np.square(colours[:, None] - palette[None]).sum(axis=2).argmin(axis=1).astype(np.uint8)
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = nearest[place.reshape(height, width)]
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(rows, 9)))
    return PNG_SIGNATURE + b"".join(png_chunk(kind, data) for kind, data in (*parts, (b"IEND", b"")))


def wide(browser: Browser, address: str) -> None:
    """Two partners side by side, in light colours; then faults, in dark ones."""
    page = look(browser, f"{address}#{PARTNER}+{CHINESE_PARTNER}", viewport={"width": 1280, "height": 800})
    ask(page, PARTNER, ENGLISH)
    ask(page, CHINESE_PARTNER, CHINESE)
    take(page, "page-light.png")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}#{CHINESE_PARTNER}")
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_role("switch", name="Flood limit").check()
    expect(page.locator("#notice")).to_contain_text("Flood limit")
    take(page, "page-dark.png")
    page.locator("#notice").get_by_role("button", name="Lift all").click()
    expect(page.locator("#notice")).to_be_hidden()
    page.context.close()


def narrow(browser: Browser, address: str) -> None:
    """A phone: one seat fills it."""
    page = look(browser, f"{address}#{PARTNER}", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator("article").last).to_contain_text("133")
    page.locator("article.own").last.evaluate("(node) => node.scrollIntoView({block: 'start'})")
    take(page, "page-phone.png")
    page.context.close()


def pages(browser: Browser, address: str) -> None:
    """A paragraph in its report; and the same conversation on a phone, in Chinese, without a script."""
    desk = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US").new_page()
    desk.goto(f"{address}/ask")
    desk.locator("textarea").fill(ENGLISH)
    desk.locator("form.ask button").click()
    desk.locator("figcaption a").first.click()
    desk.wait_for_url("**/p/*")
    take(desk, "pages-desk.png")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark").new_page()
    phone.goto(f"{address}/ask")
    phone.locator("textarea").fill(CHINESE)
    phone.locator("form.ask button").click()
    phone.wait_for_url("**/ask#*")
    take(phone, "pages-phone.png")


def main() -> int:
    """Takes all pictures anew; 3 where there is no Chromium."""
    path = system_chromium()
    if path is None:
        sys.stderr.write("chromium: not found: install it, on Debian with apt-get install chromium\n")
        return 3
    IMAGES.mkdir(exist_ok=True)
    arguments = ["--no-sandbox", "--disable-gpu"]
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=arguments) as browser,
    ):
        demo = furnished(Path(folder))
        with performing(demo) as address:
            wide(browser, address)
            narrow(browser, address)
        public = replace(demo.config.pages, asking="public", listen="127.0.0.1:0")
        with elsewhere() as loop:
            door = serving(replace(demo.config, pages=public))
            address = asyncio.run_coroutine_threadsafe(door.__aenter__(), loop).result(LONGEST)
            pages(browser, address)
            asyncio.run_coroutine_threadsafe(door.__aexit__(None, None, None), loop).result(LONGEST)
    return 0


if __name__ == "__main__":
    sys.exit(main())
