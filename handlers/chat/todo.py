"""The to-do talk: what waits for somebody, the longest due first, two taps from being done."""

from cards import todo as cards
from cards.todo import PAGE
from domain.message import Message
from handlers import moving
from handlers.access import in_private, member
from handlers.desk import Desk
from handlers.said import ChatKind
from storage import todo as storage


async def todo(desk: Desk, _argument: str) -> None:
    """What waits for the asker: unfinished reports, and tickets by their deadlines."""
    member(desk)
    in_private(desk)
    desk.say(await _page(desk, 0))


async def turn(desk: Desk, args: tuple[str, ...]) -> None:
    """Another page as it is now; from a group the list goes to the person alone."""
    member(desk)
    message = await _page(desk, int(args[0]) if args else 0)
    if args and desk.said.chat_kind is ChatKind.PRIVATE:
        desk.edit(message)
    else:
        moving.privately(desk, message)


async def _page(desk: Desk, at: int) -> Message:
    drafts = [draft for draft in desk.drafts if draft.state == "open"]
    found = await storage.waiting(desk.tx.c, member(desk), desk.now, offset=at * PAGE, limit=PAGE)
    if at > 0 and found.counts and not found.page:
        return await _page(desk, 0)  # what stood there has been done meanwhile
    counts = {kind.value: count for kind, count in found.counts.items()}
    lines = [(ticket, kind.value) for ticket, kind in found.page]
    return cards.to_do(moving.view(desk), drafts, lines, counts, at)


COMMANDS = {"todo": todo}
PRESSES = {"todo": turn}
