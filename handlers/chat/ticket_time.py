"""The time of a ticket: put off until a date and taken up again, and more time asked for, granted or refused."""

from datetime import datetime, timedelta

from cards import ticket_review as cards
from domain.moves import (
    AT_WORK,
    LONGEST,
    UNFIXED,
    ask_extension,
    grant_extension,
    refuse_extension,
    resume,
    suspend,
)
from domain.moves_open import possible
from domain.people import Person, Role
from domain.permission import Action
from domain.ticket import AlreadyAsked, BadDate, ExtendedAlready, OwnWork, Ticket, Verb, WrongState
from handlers import moving
from handlers.access import member
from handlers.chat.ticket_review import calendar_of, owners
from handlers.desk import Desk
from handlers.moving import Telling, current
from handlers.why import Args, Why, said_until
from storage import people

DECIDERS = (Role.INSPECTOR, Role.OFFICE)


async def take_up(desk: Desk, args: Args) -> None:
    """A suspended ticket goes on, with what was left of its time."""
    if ticket := await current(desk, args, Action.SUSPEND):
        move = resume(ticket, calendar=calendar_of(desk, ticket), at=desk.now, by=member(desk))
        await moving.made(desk, move, told=await owners(desk, move.ticket, Verb.RESUME))
        moving.done(desk, cards.resumed(moving.view(desk), move.ticket))


async def grant(desk: Desk, args: Args) -> None:
    """The time that was asked for is given; who has the ticket and who asked hear it."""
    if ticket := await current(desk, args, Action.DECIDE_EXTENSION):
        move = grant_extension(ticket, at=desk.now, by=member(desk))
        told = await owners(desk, move.ticket, Verb.GRANT_EXTENSION, also=ticket.extension_by)
        await moving.made(desk, move, told=told)
        moving.done(desk, cards.extension_granted(moving.view(desk), move.ticket))


async def _suspend(desk: Desk, ticket: Ticket, why: str, until: datetime | None) -> None:
    until = said_until(until)
    move = suspend(ticket, until=until, reason=why, at=desk.now, by=member(desk))
    await moving.made(desk, move, told=await owners(desk, move.ticket, Verb.SUSPEND, why))
    moving.done(desk, cards.suspended(moving.view(desk), move.ticket, until))


async def _ask(desk: Desk, ticket: Ticket, why: str, until: datetime | None) -> None:
    until, person = said_until(until), member(desk)
    _not_too_long(desk, ticket, until)
    move = ask_extension(ticket, until=until, reason=why, at=desk.now, by=person)
    deciding = await people.serving(desk.tx.c, DECIDERS, None)
    told = {one.id: _to_decide(one, move.ticket, person.name) for one in deciding}
    await moving.made(desk, move, told=told)
    moving.done(desk, cards.extension_asked(moving.view(desk), move.ticket, until))


async def _refuse(desk: Desk, ticket: Ticket, why: str, _until: object) -> None:
    move = refuse_extension(ticket, reason=why, at=desk.now, by=member(desk))
    told = await owners(desk, move.ticket, Verb.REFUSE_EXTENSION, why, also=ticket.extension_by)
    await moving.made(desk, move, told=told)
    moving.done(desk, cards.extension_refused(moving.view(desk), move.ticket, why))


def _to_decide(person: Person, ticket: Ticket, asker: str) -> Telling:
    verbs = [
        verb for verb in possible(person, ticket) if verb in {Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION}
    ]
    return lambda view: cards.extension_to_decide(view, ticket, asker, verbs)


def _is_unfixed(_desk: Desk, ticket: Ticket) -> None:
    if ticket.state not in UNFIXED:
        raise WrongState(state=ticket.state)


def _may_still_ask(_desk: Desk, ticket: Ticket) -> None:
    if ticket.state not in AT_WORK:
        raise WrongState(state=ticket.state)
    if ticket.extended:
        raise ExtendedAlready
    if ticket.extension_until:
        raise AlreadyAsked


def _is_asked(desk: Desk, ticket: Ticket) -> None:
    if ticket.extension_until is None:
        raise WrongState(state=ticket.state)
    if ticket.extension_by == member(desk).id:
        raise OwnWork


def _not_too_late(desk: Desk, _ticket: Ticket, until: datetime) -> None:
    if not desk.now < until <= desk.now + LONGEST:
        raise BadDate


def _not_too_long(desk: Desk, ticket: Ticket, until: datetime) -> None:
    """More time than the district gives is refused before anybody has to decide."""
    due = ticket.fix_due_at or desk.now
    most = timedelta(days=desk.office.district.calls.extension_most_days)
    if not max(due, desk.now) < until <= max(due, desk.now) + most:
        raise BadDate


def _from_deadline(desk: Desk, ticket: Ticket) -> datetime:
    return max(ticket.fix_due_at or desk.now, desk.now)


SUSPENDING = Why(Verb.SUSPEND, Action.SUSPEND, _suspend, _is_unfixed, check_until=_not_too_late)
ASKING = Why(
    Verb.ASK_EXTENSION,
    Action.ASK_EXTENSION,
    _ask,
    _may_still_ask,
    since=_from_deadline,
    check_until=_not_too_long,
)
REFUSING = Why(Verb.REFUSE_EXTENSION, Action.DECIDE_EXTENSION, _refuse, _is_asked)
PRESSES = {
    "resume": take_up,
    "grant_extension": grant,
    **SUSPENDING.presses,
    **ASKING.presses,
    **REFUSING.presses,
}
ANSWERS = {**SUSPENDING.answers, **ASKING.answers, **REFUSING.answers}
