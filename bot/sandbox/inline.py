"""Inline queries of people in, the bot's results to choose from out, and the chosen one as a message.

https://core.telegram.org/bots/api#inline-mode. The sandbox knows results of the type `article` with a text.
"""

from __future__ import annotations

from bot.sandbox.api_errors import bad_request
from bot.sandbox.call import Call
from bot.sandbox.content import message_text, refuse_unknown
from bot.sandbox.records import Chat, Json, Message
from bot.sandbox.reply_markup import inline_keyboard
from bot.sandbox.shapes import user_json
from bot.sandbox.world import World

MOST_RESULTS = 50
RESULT_FIELDS = frozenset({
    "type", "id", "title", "input_message_content", "reply_markup", "url", "description", "thumbnail_url",
    "thumbnail_width", "thumbnail_height",
})  # fmt: skip
TEXT_FIELDS = frozenset({"message_text", "parse_mode", "entities", "link_preview_options"})


class Inline:
    """Inline mode of one bot: the queries that wait, and the results that were given."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.waiting: dict[str, tuple[int, str, float]] = {}
        self.given: dict[str, dict[str, Json]] = {}

    def ask(self, user: int, query: str, chat: Chat) -> str:
        """Types `@bot query` in a chat; the number of the query. Refused while inline mode is off."""
        if not self.world.inline:
            raise bad_request("the bot has no inline mode: make the world with inline=True")
        number = str(self.world.random.getrandbits(62))
        self.waiting[number] = (user, query, self.world.now())
        self.world.updates.add(
            "inline_query",
            {
                "id": number,
                "from": user_json(self.world.users[user]),
                "query": query,
                "offset": "",
                "chat_type": "sender" if chat.kind == "private" else chat.kind,
            },
        )
        return number

    def answer(self, call: Call) -> bool:
        """answerInlineQuery."""
        asked = self.waiting.pop(call["inline_query_id"], None)
        if asked is None or self.world.now() - asked[2] > self.world.callback_seconds:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        results = call["results"]
        if not isinstance(results, list):
            raise bad_request("can't parse results: expected an Array of InlineQueryResult")
        if len(results) > MOST_RESULTS:
            raise bad_request("RESULTS_TOO_MUCH")
        checked: dict[str, Json] = {}
        for result in results:
            item = self.checked(result)
            if item["id"] in checked:
                raise bad_request("RESULT_ID_DUPLICATE")
            checked[item["id"]] = item
        self.given[call["inline_query_id"]] = checked
        shown = [
            {"id": item["id"], "title": item["title"], "text": item["content"]["text"]} for item in checked.values()
        ]
        self.world.changes.add("inline", 0, {"query": call["inline_query_id"], "results": shown}, user=asked[0])
        return True

    def checked(self, result: Json) -> Json:
        """One result: id, title, content and keyboard of the message that it would become."""
        if not isinstance(result, dict) or result.get("type") != "article":
            raise bad_request("the sandbox does not know inline results other than article")
        refuse_unknown(result, RESULT_FIELDS, "InlineQueryResultArticle")
        if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
            raise bad_request("RESULT_ID_INVALID")
        if not result.get("title"):
            raise bad_request("can't parse inline query result: can't find field \"title\"")
        text = result.get("input_message_content")
        if not isinstance(text, dict) or "message_text" not in text:
            raise bad_request("can't parse inline query result: message_text expected")
        refuse_unknown(text, TEXT_FIELDS, "InputTextMessageContent")
        fields = {name: value for name, value in text.items() if name != "message_text"}
        content = message_text(self.world, Call("sendMessage", fields | {"text": text["message_text"]}))
        markup = result.get("reply_markup")
        return {
            "id": str(result["id"]),
            "title": str(result["title"]),
            "content": content,
            "markup": inline_keyboard(markup) if isinstance(markup, dict) and "inline_keyboard" in markup else None,
        }

    def choose(self, user: int, query: str, result: str, chat: Chat) -> Message:
        """Sends a result into a chat, as a message of the person via the bot."""
        item = self.given.get(query, {}).get(result)
        if item is None:
            raise bad_request(f"query {query} has no result {result!r}")
        message = self.world.post(chat, user, **item["content"], markup=item["markup"], via_bot=True)
        self.world.tell_bot(message)
        return message
