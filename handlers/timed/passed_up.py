"""A call that could not be given to somebody is given to the next level."""

from datetime import datetime

from domain.deadline import Call, Level, calls, key
from domain.push import Push
from domain.ticket import Ticket
from handlers.desk import Office
from handlers.timed.hearers import UPWARDS, Hearer, from_level
from handlers.timed.speaking import Spoken, Voice
from storage import calls as store
from storage import tickets
from storage.calls import Carried
from storage.tx import Tx


async def pass_up(tx: Tx, office: Office, push: Push, now: datetime) -> None:
    """Let those above hear the calls that ``push`` carried, where they still hold and were not heard there before."""
    carried = await store.carried_by(tx.c, [push.key])
    found = await tickets.by_numbers(tx.c, [one.number for one in carried]) if carried else {}
    told = await store.told(tx.c, [one.call_key for one in carried])
    heard: dict[Hearer, list[Spoken]] = {}
    for one in carried:
        ticket = found.get(one.number)
        call = _call(office, ticket, one, now) if ticket else None
        if ticket is None or call is None or one.level == UPWARDS[-1]:
            continue
        above = UPWARDS[UPWARDS.index(Level(one.level)) + 1]
        for hearer, level in (await from_level(tx, ticket, call.clock, above)).items():
            if (one.call_key, hearer.chat_id) not in told:
                heard.setdefault(hearer, []).append(Spoken(ticket, call, level))
    for hearer, spoken in heard.items():
        Voice(tx, office, now, now).speak(hearer, spoken)


def _call(office: Office, ticket: Ticket, carried: Carried, now: datetime) -> Call | None:
    """The call itself, unless the ticket has moved since."""
    every = calls(ticket, office.district.calls, now)
    return next((call for call in every if key(ticket.number, call) == carried.call_key), None)
