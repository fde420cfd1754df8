"""What a method of the Bot API is here: a function of the world and its parameters, and the names it knows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.params import Params
from sandbox.world import World

SENDING = (
    "chat_id message_thread_id disable_notification protect_content allow_paid_broadcast message_effect_id "
    "reply_parameters reply_markup reply_to_message_id allow_sending_without_reply"
)
HIDDEN = "ephemeral_message_parameters receiver_user_id callback_query_id"


@dataclass(frozen=True, slots=True)
class Method:
    """`run` sees only the parameters in `names`; the rest is overlooked as Telegram does."""

    run: Callable[[World, Params], Any | Awaitable[Any]]
    names: frozenset[str]


def method(run: Callable[[World, Params], Any | Awaitable[Any]], *names: str) -> Method:
    return Method(run, frozenset(" ".join(names).split()))
