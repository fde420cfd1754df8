"""Looks once a day at what the rules on consequences propose, and tells the office what is new."""

from dataclasses import replace
from datetime import datetime, timedelta

from cards import consequences as cards
from domain.audit import Deed
from domain.consequence import Consequence, Kind, blacklisted, of_outcomes, substitutes, talks
from domain.people import Role
from handlers.desk import Office
from handlers.notice import notify
from storage import audit, consequences, people, slots
from storage.tx import Tx

JOB = "consequences"
RECENTLY = timedelta(
    days=3
)  # what was closed since then belongs in the register; a look that was missed is made up for


async def propose(tx: Tx, office: Office, now: datetime) -> int:
    """At the district's time of the day; returns how many are new."""
    rules, local = office.district.consequences, now.astimezone(office.district.basics.zone)
    if local.time() < rules.at or await slots.last(tx.c, JOB) == local.date():
        return 0
    slots.done(tx, JOB, local.date(), now)
    found = await _found(tx, office, now)
    known = await consequences.known(tx.c, tuple(Kind))
    new = [
        replace(one, id=office.new_id()) for one in found if (one.kind, one.subject, one.period) not in known
    ]
    for one in new:
        consequences.propose(tx, one)
        audit.note(
            tx, Deed.CONSEQUENCE, one.id, at=now, by=None, kind=one.kind, about=one.subject, step=one.stand
        )
    if new:
        members = await people.serving(tx.c, [Role.OFFICE], None)
        notify(
            tx,
            office,
            members,
            f"consequences:{local.date()}",
            lambda view: cards.proposed(view, new),
            now=now,
        )
    return len(new)


async def _found(tx: Tx, office: Office, now: datetime) -> list[Consequence]:
    rules, zone = office.district.consequences, office.district.basics.zone
    late = await consequences.late_tickets(tx.c, now - rules.overdue)
    sites = await consequences.repeats(tx.c, now - timedelta(days=rules.repeat_days), rules.repeat_tickets)
    missed = await consequences.missed(tx.c, now - timedelta(days=rules.late_days), now)
    names = {town.code: town.name for town in office.district.towns}
    towns = [(town, names[town], count) for town, count in sorted(missed.items()) if town in names]
    return [
        *substitutes(late, rules, now),
        *blacklisted(sites, rules, now, zone),
        *talks(towns, rules, now, zone),
        *of_outcomes(await consequences.ended(tx.c, now - RECENTLY), now),
    ]
