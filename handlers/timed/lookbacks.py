"""Asks people to look back at what was closed, and tells the office what is doubtful in the photos of an answer."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cards import lookback as cards
from cards.lookback import Due
from domain.deadline import quiet_until
from domain.fixing import After, doubts
from domain.lookback import Stand, whom
from domain.people import Person, Role
from domain.ticket import State, Ticket
from handlers.desk import Office
from handlers.notice import notify
from handlers.tell import as_pictures
from storage import lookbacks, outbox, people, photos, tickets
from storage.errors import TakenAlready
from storage.lookbacks import LookBack
from storage.tx import Tx

AT_ONCE = 300
ASKED = (Role.PATROL, Role.GRID_LEAD)
AGAIN = timedelta(minutes=5)
PHOTOS_COME = timedelta(hours=24)  # a photo that could not be fetched for so long will not be
OLD_PHOTOS = 9


@dataclass(slots=True)
class _Round:
    """One look at what is due; what each person hears is gathered and then said together."""

    tx: Tx
    office: Office
    now: datetime
    members: dict[int, Person] = field(default_factory=dict)
    heard: dict[int, list[Due]] = field(default_factory=dict)


async def ask_due(tx: Tx, office: Office, now: datetime) -> int:
    """Ask whoever's turn it is, not in the quiet hours; returns about how many. Many at once become one list."""
    if quiet_until(now, office.district.calls):
        return 0
    found = [one for one in await lookbacks.due(tx.c, now, AT_ONCE) if _take(tx, one)]
    known = await tickets.by_numbers(tx.c, {one.number for one in found}) if found else {}
    this = _Round(tx, office, now)
    for one in found:
        if known[one.number].state is State.CLOSED:
            await _turn(this, one, known[one.number])
        else:
            lookbacks.save(tx, replace(one, state=Stand.CANCELLED))
    for who, every in this.heard.items():
        await _say(this, this.members[who], every)
    return len(found)


async def settle(tx: Tx, office: Office, now: datetime) -> int:
    """Look at the photos of answers that have been fetched since; returns about how many the office was told."""
    this, told = _Round(tx, office, now), 0
    for one in await lookbacks.unsettled(tx.c, now, AT_ONCE):
        found, is_pending = await lookbacks.photos_of(tx.c, one.id)
        if is_pending and one.answered_at and now - one.answered_at < PHOTOS_COME:
            lookbacks.save(tx, replace(one, due_at=now + AGAIN))
            continue
        ticket = (await tickets.by_numbers(tx.c, [one.number]))[one.number]
        proof = [*found, After(lat=one.lat, lng=one.lng)]
        doubtful = doubts(ticket, proof, office.district.basics.fix, one.answered_at or now)
        lookbacks.save(tx, replace(one, settled=True, doubts=doubtful))
        if doubtful:
            await _doubted(this, one, doubtful)
            told += 1
    return told


def _take(tx: Tx, one: LookBack) -> bool:
    """Whether nobody moves the ticket in this transaction; otherwise it is looked at in the next one."""
    try:
        tx.take(f"ticket:{one.number}")
    except TakenAlready:
        return False
    return True


async def _turn(this: _Round, one: LookBack, ticket: Ticket) -> None:
    """Whose turn it is hears of it; who was asked before does not any more."""
    able = await this.tx.once(people.serving, ASKED, ticket.town) if ticket.town else []
    busy = await lookbacks.busy(this.tx.c, [person.id for person in able]) if able else {}
    busy = {**busy, **{who: busy.get(who, 0) + len(every) for who, every in this.heard.items()}}
    asked = [int(who) for who in one.asked]
    person = None if one.office else whom(ticket, able, asked, busy)
    told = [person] if person else await this.tx.once(people.serving, (Role.OFFICE,), None)
    for before in one.asked:
        outbox.cancel(this.tx, f"lookback:{one.id}:{before}")
    for each in told:
        this.members[each.id] = each
        this.heard.setdefault(each.id, []).append((one.id, one.days, ticket))
    turned = replace(
        one,
        state=Stand.ASKED,
        asked=(*one.asked, *(str(each.id) for each in told if each.id not in asked)),
        person_id=person.id if person else None,
        office=person is None,
        due_at=this.now + this.office.district.look_back.patience,
        photos=0,
        lat=None,
        lng=None,
    )
    lookbacks.save(this.tx, turned)


async def _say(this: _Round, person: Person, every: list[Due]) -> None:
    """Each by itself while they are few."""
    at = int(this.now.timestamp())
    if len(every) > this.office.district.calls.single_messages:
        notify(
            this.tx,
            this.office,
            [person],
            f"lookbacks:{at}",
            lambda view: cards.listed(view, every),
            now=this.now,
        )
        return
    for due in every:
        await _ask(this, person, due, f"lookback:{due[0]}:{at}")


async def _ask(this: _Round, person: Person, due: Due, key: str) -> None:
    old = as_pictures(await photos.of_ticket(this.tx.c, due[2].number))[:OLD_PHOTOS]
    notify(
        this.tx,
        this.office,
        [person],
        key,
        lambda view: cards.ask(view, due, old),
        now=this.now,
        subject=f"lookback:{due[0]}",
    )


async def _doubted(this: _Round, one: LookBack, found: tuple[str, ...]) -> None:
    members = await this.tx.once(people.serving, (Role.OFFICE,), None)
    shown = await lookbacks.pictures_of(this.tx.c, one.id)
    notify(
        this.tx,
        this.office,
        members,
        f"lookback-doubts:{one.id}",
        lambda view: cards.office_doubts(view, one.number, found, shown),
        now=this.now,
    )
