"""A person presses a button of a message and waits for the bot's answer."""

import asyncio
from typing import Any

from sandbox.control.talk import party
from sandbox.errors import ControlError
from sandbox.posting import chat_wire
from sandbox.records import Chat, Json, Message, Press
from sandbox.world import World

PRESS_LIFE = 150
WAIT_SECONDS = 5.0


async def press(world: World, wish: Json) -> Json:
    """What the person sees: whether it was answered in time, with which text; `message_id` as the views show it."""
    person, chat = party(world, wish)
    message = chat.messages.get(int(wish["message_id"]))
    if message is None or message.ephemeral_to not in (None, person.id):
        raise ControlError(f"no message {wish['message_id']} in chat {chat.id}")
    data = wish["data"] if "data" in wish else _data_at(message, int(wish["row"]), int(wish["col"]))
    pressed = Press(
        str(next(world.serials.presses)), person.id, chat.id, world.clock.now(),
        asyncio.get_running_loop().create_future(),
    )  # fmt: skip
    world.presses[pressed.id] = pressed
    query: Json = {
        "id": pressed.id,
        "from": person.wire(),
        "message": _shown(world, chat, message),
        "chat_instance": str(chat.id),
        "data": data,
    }
    expires = pressed.pressed_at + PRESS_LIFE
    world.updates.add("callback_query", query, lane=("user", person.id), expires_at=expires)
    return await _answered(pressed, float(wish.get("wait", WAIT_SECONDS)))


async def _answered(pressed: Press, seconds: float) -> Json:
    done, _ = await asyncio.wait([pressed.answer], timeout=seconds)
    if not done:
        return {"answered": False, "text": "", "show_alert": False}
    return {"answered": True} | pressed.answer.result()


def _data_at(message: Message, row: int, col: int) -> Any:
    rows = message.wire.get("reply_markup", {}).get("inline_keyboard", [])
    if not (0 <= row < len(rows) and 0 <= col < len(rows[row])):
        raise ControlError(f"no button at row {row}, col {col}")
    button = rows[row][col]
    if button.get("disabled") is not None or "callback_data" not in button:
        raise ControlError(f"the button «{button['text']}» sends nothing to the bot")
    return button["callback_data"]


def _shown(world: World, chat: Chat, message: Message) -> Json:
    if not message.deleted:
        return message.wire
    return {"chat": chat_wire(world, chat), "message_id": message.wire["message_id"], "date": 0}
