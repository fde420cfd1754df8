"""A call that could not be given to somebody is given to the next level."""

from datetime import datetime

from domain.deadline import Level
from domain.push import Push
from handlers.desk import Office
from handlers.timed.hearers import Hearer, next_above
from handlers.timed.recall import standing
from handlers.timed.speaking import Spoken, Voice
from storage import calls as store
from storage import tickets
from storage.tx import Tx


async def pass_up(tx: Tx, office: Office, push: Push, now: datetime) -> None:
    """Let those above hear the calls that ``push`` carried, where they still hold and were not heard there before."""
    await tx.flush()  # a ticket that moves in this transaction is seen as it has become
    carried = await store.carried_by(tx.c, [push.key])
    standing_now = await tickets.by_numbers(tx.c, [one.number for one in carried]) if carried else {}
    told = await store.told(tx.c, [one.call_key for one in carried])
    heard: dict[Hearer, list[Spoken]] = {}
    for one in carried:
        ticket = standing_now.get(one.number)
        call = standing(office, ticket, one, now) if ticket else None
        if ticket is None or call is None:
            continue
        heard_it = {chat for name, chat in told if name == one.call_key}
        above = await next_above(tx, ticket, call.clock, Level(one.level), heard_it)
        for hearer, level in above.items():
            heard.setdefault(hearer, []).append(Spoken(ticket, call, level))
    for hearer, spoken in heard.items():
        Voice(tx, office, now, now).speak(hearer, spoken)
    await tx.flush()  # and one that moves after this takes back what was said here
