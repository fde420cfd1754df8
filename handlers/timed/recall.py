"""A reminder that did not arrive is not sent again when its ticket has moved while it was on its way."""

from collections.abc import Collection
from datetime import datetime

from domain.deadline import Call, Clock, calls, key
from domain.ticket import OPEN, State, Ticket
from handlers.desk import Office
from storage import calls as store
from storage import tickets
from storage.calls import Carried
from storage.tx import Tx


async def recall(tx: Tx, office: Office, push_keys: Collection[str], now: datetime) -> None:
    """Of these pushes, which wait again, take back those that are not true any more; what still holds is called anew."""
    carried = await store.carried_by(tx.c, push_keys) if push_keys else []
    if not carried:
        return
    found = await tickets.by_numbers(tx.c, {one.number for one in carried})
    untrue = {one.push_key for one in carried if not _holds(office, found[one.number], one, now)}
    back = [one for one in carried if one.push_key in untrue]
    for number in sorted({one.number for one in back}):
        if found[number].state in OPEN:
            tickets.look_again(tx, number, now)
    store.take_back(tx, back)
    await tx.flush()  # whoever reads after this in the same transaction must see it


def standing(office: Office, ticket: Ticket, carried: Carried, now: datetime) -> Call | None:
    """The call itself, unless its deadline has ended or moved since."""
    every = calls(ticket, office.district.calls, now)
    return next((call for call in every if key(ticket.number, call) == carried.call_key), None)


def _holds(office: Office, ticket: Ticket, carried: Carried, now: datetime) -> bool:
    """The end of a suspension is no deadline: it is news until the next move, whose version its push names."""
    if f":{Clock.SUSPENDED}:" in carried.call_key and ticket.state is not State.SUSPENDED:
        return f":v{ticket.version}:" in carried.push_key
    return standing(office, ticket, carried, now) is not None
