"""The consequences talk: what was proposed is looked at, confirmed by two people or refused; the month's register."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, time

from cards import consequences as cards
from domain.audit import Deed
from domain.consequence import Consequence, Kind, Stand, confirm, read_costs, refuse, sees, with_costs
from domain.message import Message
from domain.people import Role
from domain.permission import Action, may
from domain.ticket import NeedsReason, NotYours
from handlers import moving
from handlers.access import NotAllowed, in_private, member
from handlers.asking import ask_about
from handlers.desk import Desk
from handlers.notice import notify
from handlers.said import Press
from storage import audit, consequences, people, ticket_search, tickets
from storage.queries import Asked

Args = tuple[str, ...]
SEE = frozenset({Role.OFFICE, Role.INSPECTOR, Role.TOWN_LEADER})


async def listed(desk: Desk, argument: str = "") -> None:
    """``/consequences``: what waits and what is in force this month; with a kind in words one is registered.

    Raises NotAllowed.
    """
    person = member(desk)
    in_private(desk)
    if person.post.role not in SEE:
        raise NotAllowed
    if argument.strip():
        await _register(desk, argument.strip())
    else:
        desk.say(await _list(desk, 0))


async def turn(desk: Desk, args: Args) -> None:
    """The register of another month, counted back from this one."""
    in_private(desk)
    if member(desk).post.role not in SEE:
        raise NotAllowed
    desk.edit(await _list(desk, int(args[0])))


async def see(desk: Desk, args: Args) -> None:
    """The card of one."""
    if one := await _taken(desk, args[0]):
        desk.say(await _card(desk, one))


async def _list(desk: Desk, months_ago: int) -> Message:
    person, view = member(desk), moving.view(desk)
    since, until = _month(desk, months_ago)
    waiting = (
        [one for one in await consequences.waiting(desk.tx.c) if sees(person, one)] if not months_ago else []
    )
    in_force = [one for one in await consequences.in_force(desk.tx.c, since, until) if sees(person, one)]
    decides = may(person, Action.DECIDE_CONSEQUENCE)
    return cards.listed(view, waiting, in_force, month=since, months_ago=months_ago, may_register=decides)


def _month(desk: Desk, months_ago: int) -> tuple[datetime, datetime]:
    """The first moment of that local month and of the next one."""
    zone = desk.office.district.basics.zone
    today = desk.now.astimezone(zone).date()
    count = today.year * 12 + today.month - 1 - months_ago
    first, following = (today.replace(year=at // 12, month=at % 12 + 1, day=1) for at in (count, count + 1))
    return datetime.combine(first, time(), zone), datetime.combine(following, time(), zone)


async def _register(desk: Desk, text: str) -> None:
    """A kind, about whom, and why: the first person's confirmation goes with it."""
    if not may(member(desk), Action.DECIDE_CONSEQUENCE):
        raise NotAllowed
    read = cards.read_register(desk.language, text)
    if read is None:
        desk.say(cards.usage(moving.view(desk)))
        return
    kind, title, reason = read
    town = next((hit.item.key for hit in desk.office.towns.find(title) if hit.sure), None)
    which = desk.office.new_id()
    one = Consequence(
        id=which,
        kind=kind,
        subject=town or which,
        title=title,
        period=which,
        proposed_at=desk.now,
        proposed_by=desk.said.person_id,
        town=town,
        reason=reason,
    )
    if kind is not Kind.SUBSTITUTE:  # its costs come first
        one = replace(confirm(one, by=member(desk), at=desk.now), version=1)
    consequences.propose(desk.tx, one)
    _note(desk, one)
    desk.say(await _card(desk, one))
    await _tell_office(desk, one)


async def _taken(desk: Desk, which: str) -> Consequence | None:
    """One that nobody else changes in this transaction; None, which is answered, for what the person may not know of."""
    person = member(desk)
    in_private(desk)
    desk.tx.take(f"consequence:{which}")
    one = await consequences.by_id(desk.tx.c, which)
    if one is None or not sees(person, one):
        desk.answer(cards.plain(moving.view(desk), "none").text, alert=True)
        return None
    return one


async def _current(desk: Desk, args: Args) -> Consequence | None:
    """The same of a button with a version; an old one shows how it stands now. Raises NotYours."""
    one = await _taken(desk, args[0])
    if one is None:
        return None
    if not may(member(desk), Action.DECIDE_CONSEQUENCE):
        raise NotYours
    if one.version == int(args[1]):
        return one
    desk.answer(cards.plain(moving.view(desk), "changed").text, alert=True)
    desk.edit(await _card(desk, one))
    return None


async def _confirm(desk: Desk, args: Args) -> None:
    if one := await _current(desk, args):
        await _keep(desk, confirm(one, by=member(desk), at=desk.now))


async def _ask_why(desk: Desk, args: Args) -> None:
    if one := await _current(desk, args):
        ask_about(desk, cards.ask_why(moving.view(desk), one), "cswhy", one.id, one.version)


async def _ask_costs(desk: Desk, args: Args) -> None:
    if one := await _current(desk, args):
        ask_about(desk, cards.ask_costs(moving.view(desk), one), "cscost", one.id, one.version)


async def _why(desk: Desk, question: Asked, text: str) -> None:
    if not text.strip():
        raise NeedsReason
    if one := await _asked(desk, question):
        await _keep(desk, refuse(one, reason=text, by=member(desk), at=desk.now))


async def _costs(desk: Desk, question: Asked, text: str) -> None:
    if one := await _asked(desk, question):
        await _keep(desk, with_costs(one, read_costs(text), by=member(desk)))


async def _asked(desk: Desk, question: Asked) -> Consequence | None:
    """The one that a question was about, as long as nothing has happened to it since."""
    one = await _taken(desk, question.number or "")
    if one is not None and one.version != question.version:
        desk.say(await _card(desk, one))
        return None
    return one


async def _keep(desk: Desk, one: Consequence) -> None:
    consequences.save(desk.tx, one)
    _note(desk, one)
    card = await _card(desk, one)
    (desk.edit if isinstance(desk.said.content, Press) else desk.say)(card)
    await _tell_office(desk, one)
    if one.stand is Stand.IN_FORCE and one.town:
        leaders = await people.serving(desk.tx.c, [Role.TOWN_LEADER], one.town)
        key = f"consequence:{one.id}:{one.version}"
        notify(
            desk.tx,
            desk.office,
            leaders,
            key,
            lambda view: cards.card(view, one, cards.Around()),
            now=desk.now,
        )


async def _tell_office(desk: Desk, one: Consequence) -> None:
    """The others of the office: somebody has to confirm it, or it is decided."""
    members = await people.serving(desk.tx.c, [Role.OFFICE], None)
    others = [person for person in members if person.id != desk.said.person_id]
    around = await _around(desk, one)
    key = f"consequence:{one.id}:{one.version}"
    notify(
        desk.tx,
        desk.office,
        others,
        key,
        lambda view: cards.card(view, one, replace(around, decides=True)),
        now=desk.now,
    )


async def _card(desk: Desk, one: Consequence) -> Message:
    around = await _around(desk, one)
    decides = may(member(desk), Action.DECIDE_CONSEQUENCE)
    return cards.card(moving.view(desk), one, replace(around, decides=decides))


async def _around(desk: Desk, one: Consequence) -> cards.Around:
    ids = [who for who in (one.proposed_by, one.confirmed_by, one.decided_by) if who is not None]
    names = await ticket_search.names_of(desk.tx.c, ids) if ids else {}
    found = await tickets.by_numbers(desk.tx.c, [one.number]) if one.number else {}
    return cards.Around(ticket=found.get(one.number or ""), names=names)


def _note(desk: Desk, one: Consequence) -> None:
    facts = {"kind": one.kind, "about": one.subject, "step": one.stand, "yuan": str(one.yuan)}
    audit.note(desk.tx, Deed.CONSEQUENCE, one.id, at=desk.now, by=desk.said.person_id, **facts)


Pressing = Callable[[Desk, Args], Awaitable[None]]
COMMANDS = {"consequences": listed}
PRESSES: dict[str, Pressing] = {
    "csmonth": turn,
    "cssee": see,
    "csconfirm": _confirm,
    "csrefuse": _ask_why,
    "cscosts": _ask_costs,
}
ANSWERS = {"cswhy": _why, "cscost": _costs}
