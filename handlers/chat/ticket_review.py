"""Looking at finished work: it is closed with an outcome or sent back with a reason; what was closed is reopened."""

from cards import ticket_review as cards
from cards.ticket_news import to_owner
from domain.calendar import Calendar, add_working
from domain.moves import reopen, send_back, verify_close
from domain.moves_open import is_own_work, possible
from domain.permission import Action
from domain.ticket import Deadlines, Outcome, OwnWork, State, Ticket, Verb, WrongState
from handlers import moving
from handlers.access import member
from handlers.chat.ticket_show import facts_for
from handlers.desk import Desk
from handlers.moving import Telling, current
from handlers.why import Args, Why
from storage import people


async def look(desk: Desk, args: Args) -> None:
    """The photos before and after with what is doubtful in them, and a button for each outcome."""
    if ticket := await current(desk, args, Action.VERIFY):
        _fixed_by_others(desk, ticket)
        facts = await facts_for(desk, member(desk), ticket)
        moving.privately(desk, cards.review(moving.view(desk), facts))


async def close(desk: Desk, args: Args) -> None:
    """Closed with the outcome that was pressed."""
    if ticket := await current(desk, args, Action.VERIFY):
        move = verify_close(ticket, outcome=Outcome(args[2]), at=desk.now, by=member(desk))
        await moving.made(desk, move)
        moving.done(desk, cards.closed(moving.view(desk), move.ticket))


async def _send_back(desk: Desk, ticket: Ticket, why: str, _until: object) -> None:
    move = send_back(ticket, reason=why, calendar=calendar_of(desk, ticket), at=desk.now, by=member(desk))
    await moving.made(desk, move, told=await owners(desk, move.ticket, Verb.SEND_BACK, why))
    moving.done(desk, cards.sent_back(moving.view(desk), move.ticket, why))


async def _reopen(desk: Desk, ticket: Ticket, why: str, _until: object) -> None:
    district = desk.office.district
    limits = district.limits_for(ticket.category, ticket.source, ticket.level, ticket.relapses)
    calendar = district.calendar_of(limits)
    deadlines = Deadlines(
        add_working(desk.now, limits.accept_minutes, calendar),
        add_working(desk.now, limits.fix_minutes, calendar),
    )
    move = reopen(ticket, reason=why, deadlines=deadlines, at=desk.now, by=member(desk))
    await moving.made(desk, move)
    moving.done(desk, cards.reopened(moving.view(desk), move.ticket, why))


async def owners(
    desk: Desk, ticket: Ticket, verb: Verb, why: str = "", *, also: int | None = None
) -> dict[int, Telling]:
    """Who has the ticket, and ``also`` somebody, each told with what there is to be done."""
    ids = [one for one in (ticket.assignee_id, also) if one is not None]
    return {
        one.id: _telling(ticket, verb, why, possible(one, ticket))
        for one in (await people.of(desk.tx.c, ids)).values()
    }


def calendar_of(desk: Desk, ticket: Ticket) -> Calendar:
    """The calendar on which the ticket's clocks run."""
    district = desk.office.district
    return district.calendar_of(
        district.limits_for(ticket.category, ticket.source, ticket.level, ticket.relapses)
    )


def _telling(ticket: Ticket, verb: Verb, why: str, verbs: tuple[Verb, ...]) -> Telling:
    return lambda view: to_owner(view, ticket, verb, reason=why, verbs=verbs)


def _fixed_by_others(desk: Desk, ticket: Ticket) -> None:
    if ticket.state is not State.FIXED:
        raise WrongState(state=ticket.state)
    if is_own_work(member(desk), ticket):
        raise OwnWork


def _is_closed(_desk: Desk, ticket: Ticket) -> None:
    if ticket.state is not State.CLOSED:
        raise WrongState(state=ticket.state)


SENDING_BACK = Why(Verb.SEND_BACK, Action.VERIFY, _send_back, _fixed_by_others)
REOPENING = Why(Verb.REOPEN, Action.REOPEN, _reopen, _is_closed)
PRESSES = {"verify_close": look, "outcome": close, **SENDING_BACK.presses, **REOPENING.presses}
ANSWERS = {**SENDING_BACK.answers, **REOPENING.answers}
