"""The moves of a ticket: who may make each, from where, what must come with it, and what it leaves behind.

Every move refuses with NotYours, AlreadyEnded or WrongState; what else it refuses with, it says itself. A move asks
for the ticket to be looked at again at once (``next_action_at``), so that no open one is ever forgotten.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.calendar import Calendar
from domain.fixing import FixRules, Work, check, doubts
from domain.move_parts import allow, awake, left_again, reason_of, started, step, unasked, undone
from domain.people import Person
from domain.permission import Action, may, unit_of
from domain.ticket import (
    OPEN,
    AlreadyAsked,
    AlreadyTaken,
    BadDate,
    Deadlines,
    Event,
    ExtendedAlready,
    Move,
    NeedsPhoto,
    NotOfUnit,
    NotYours,
    Outcome,
    OwnWork,
    State,
    Ticket,
    Verb,
    WrongState,
)

LONGEST = timedelta(days=366)  # nothing is put off for longer
UNFIXED = frozenset({State.REPORTED, State.ASSIGNED, State.ACCEPTED})
AT_WORK = frozenset({State.ASSIGNED, State.ACCEPTED})


def open_ticket(ticket: Ticket) -> Move:
    """A new ticket enters its history as reported."""
    event = Event(
        ticket.number,
        ticket.reported_at,
        ticket.reporter_id,
        None,
        State.REPORTED,
        None,
        Verb.OPEN,
        ticket.town,
    )
    return Move(replace(ticket, next_action_at=ticket.next_action_at or ticket.reported_at), (event,))


def assign(
    ticket: Ticket, *, town: str, unit: str, deadlines: Deadlines, at: datetime, by: Person | None
) -> Move:
    """Give the ticket to a town, whose name is ``unit``, and start its clocks; ``by`` None is the system."""
    allow(Action.ASSIGN, ticket, by, UNFIXED)
    moved = started(unasked(ticket), deadlines, at)
    return step(ticket, replace(moved, town=town, unit=unit), Verb.ASSIGN, at=at, by=by, note=town)


def accept(ticket: Ticket, *, at: datetime, by: Person, holder: str = "") -> Move:
    """Take the ticket up; raises AlreadyTaken with the name of the ``holder``, who was quicker."""
    allow(Action.ACCEPT, ticket, by, AT_WORK)
    if ticket.state is State.ACCEPTED:
        raise AlreadyTaken(name=holder)
    moved = replace(ticket, state=State.ACCEPTED, accepted_at=at, assignee_id=by.id)
    return step(ticket, moved, Verb.ACCEPT, at=at, by=by)


def hand_over(ticket: Ticket, *, to: Person, at: datetime, by: Person) -> Move:
    """Give it to somebody of the same unit who can do the work, which accepts it; raises NotOfUnit."""
    allow(Action.HAND_OVER, ticket, by, AT_WORK)
    moved = replace(ticket, state=State.ACCEPTED, accepted_at=ticket.accepted_at or at, assignee_id=to.id)
    if not may(to, Action.FIX, moved):
        raise NotOfUnit(name=to.name)
    return step(ticket, moved, Verb.HAND_OVER, at=at, by=by, note=to.name)


def not_ours(ticket: Ticket, *, reason: str, at: datetime, by: Person) -> Move:
    """The town has nothing to do with it: the office assigns it again. The day of fixing stands; raises NeedsReason."""
    allow(Action.NOT_OURS, ticket, by, AT_WORK)
    moved = replace(
        unasked(ticket),
        state=State.REPORTED,
        town=None,
        unit=None,
        assignee_id=None,
        assigned_at=None,
        accept_due_at=None,
        accepted_at=None,
        returned_at=at,
    )
    return step(ticket, moved, Verb.NOT_OURS, at=at, by=by, note=reason_of(reason))


def fix(ticket: Ticket, *, work: Work, rules: FixRules, at: datetime, by: Person) -> Move:
    """The work is done and shown; raises NeedsPhoto, UsedPhoto or BadQuantity."""
    allow(Action.FIX, ticket, by, AT_WORK)
    return step(ticket, _fixed(ticket, work, rules, at=at, by=by), Verb.FIX, at=at, by=by, note=work.note)


def fix_on_the_spot(
    ticket: Ticket, *, before: int, work: Work, rules: FixRules, at: datetime, by: Person
) -> Move:
    """Found and put right at once, with so many photos from before and those from after; raises as ``fix`` does."""
    allow(Action.FIX_ON_THE_SPOT, ticket, by, AT_WORK)
    if before < 1:
        raise NeedsPhoto
    moved = _fixed(ticket, work, rules, at=at, by=by, on_the_spot=True)
    return step(ticket, moved, Verb.FIX_ON_THE_SPOT, at=at, by=by, note=work.note)


def verify_close(ticket: Ticket, *, outcome: Outcome, at: datetime, by: Person) -> Move:
    """Found good by somebody who neither did the work nor belongs to the unit that did; raises OwnWork."""
    _review(ticket, by)
    moved = replace(ticket, state=State.CLOSED, closed_at=at, outcome=outcome.value)
    return step(ticket, moved, Verb.VERIFY_CLOSE, at=at, by=by, note=outcome.value)


def send_back(ticket: Ticket, *, reason: str, calendar: Calendar, at: datetime, by: Person) -> Move:
    """Not good enough: what was left of the time when it was shown is left again; raises OwnWork or NeedsReason."""
    _review(ticket, by)
    due = left_again(ticket.fix_due_at, ticket.fixed_at or at, at, calendar)
    moved = replace(undone(ticket), state=State.ACCEPTED, fix_due_at=due)
    return step(ticket, moved, Verb.SEND_BACK, at=at, by=by, note=reason_of(reason))


def reject(ticket: Ticket, *, reason: str, at: datetime, by: Person) -> Move:
    """Refuse to take up a problem; raises NeedsReason."""
    allow(Action.REJECT, ticket, by, OPEN)
    why = reason_of(reason)
    moved = replace(unasked(awake(ticket)), state=State.REJECTED, closed_at=at, outcome=why)
    return step(ticket, moved, Verb.REJECT, at=at, by=by, note=why)


def suspend(ticket: Ticket, *, until: datetime, reason: str, at: datetime, by: Person) -> Move:
    """Stop the clocks until a date; raises BadDate or NeedsReason."""
    allow(Action.SUSPEND, ticket, by, UNFIXED)
    if not at < until <= at + LONGEST:
        raise BadDate
    moved = replace(
        unasked(ticket),
        state=State.SUSPENDED,
        suspended_at=at,
        suspended_until=until,
        suspended_from=ticket.state,
        suspended_reason=reason_of(reason),
    )
    return step(ticket, moved, Verb.SUSPEND, at=at, by=by, note=moved.suspended_reason)


def resume(ticket: Ticket, *, calendar: Calendar, at: datetime, by: Person | None) -> Move:
    """Back to where it was: what was left of each clock is left again. ``by`` None is the date that has come."""
    allow(Action.SUSPEND, ticket, by, {State.SUSPENDED})
    since, back_to = ticket.suspended_at or at, ticket.suspended_from or State.ASSIGNED
    if by is None and ticket.suspended_until is not None and at < ticket.suspended_until:
        raise WrongState(state=ticket.state)
    accept_due = ticket.accept_due_at
    moved = replace(
        awake(ticket),
        state=back_to,
        accept_due_at=accept_due if ticket.accepted_at else left_again(accept_due, since, at, calendar),
        fix_due_at=left_again(ticket.fix_due_at, since, at, calendar),
        returned_at=at if back_to is State.REPORTED else ticket.returned_at,
    )
    return step(ticket, moved, Verb.RESUME, at=at, by=by)


def ask_extension(ticket: Ticket, *, until: datetime, reason: str, at: datetime, by: Person) -> Move:
    """The town asks for more time; raises ExtendedAlready, AlreadyAsked, BadDate or NeedsReason."""
    allow(Action.ASK_EXTENSION, ticket, by, AT_WORK)
    if ticket.extended:
        raise ExtendedAlready
    if ticket.extension_until:
        raise AlreadyAsked
    if not max(at, ticket.fix_due_at or at) < until <= at + LONGEST:
        raise BadDate
    why = reason_of(reason)
    moved = replace(ticket, extension_until=until, extension_by=by.id, extension_reason=why)
    return step(ticket, moved, Verb.ASK_EXTENSION, at=at, by=by, note=why)


def grant_extension(ticket: Ticket, *, at: datetime, by: Person) -> Move:
    """More time, as it was asked for; raises OwnWork, or BadDate where that time has come already."""
    until = _asked(ticket, by)
    if until <= at:
        raise BadDate
    moved = replace(unasked(ticket), fix_due_at=until, extended=ticket.extended + 1)
    return step(ticket, moved, Verb.GRANT_EXTENSION, at=at, by=by)


def refuse_extension(ticket: Ticket, *, reason: str, at: datetime, by: Person) -> Move:
    """No more time; raises OwnWork or NeedsReason."""
    _asked(ticket, by)
    return step(ticket, unasked(ticket), Verb.REFUSE_EXTENSION, at=at, by=by, note=reason_of(reason))


def reopen(ticket: Ticket, *, reason: str, deadlines: Deadlines, at: datetime, by: Person) -> Move:
    """It was closed too early; raises NeedsReason."""
    _again(ticket, Action.REOPEN, by)
    moved = replace(started(undone(ticket), deadlines, at), reopened=ticket.reopened + 1)
    return step(ticket, moved, Verb.REOPEN, at=at, by=by, note=reason_of(reason))


def relapse(ticket: Ticket, *, reason: str, deadlines: Deadlines, at: datetime, by: Person | None) -> Move:
    """A look back found the same problem again: it is reopened, and that counts; raises NeedsReason."""
    _again(ticket, Action.LOOK_BACK, by)
    moved = replace(
        started(undone(ticket), deadlines, at), reopened=ticket.reopened + 1, relapses=ticket.relapses + 1
    )
    return step(ticket, moved, Verb.RELAPSE, at=at, by=by, note=reason_of(reason))


def _review(ticket: Ticket, by: Person) -> None:
    allow(Action.VERIFY, ticket, by, {State.FIXED})
    unit = unit_of(by)
    if by.id == ticket.fixed_by or (unit is not None and unit == ticket.fixed_unit):
        raise OwnWork


def _asked(ticket: Ticket, by: Person) -> datetime:
    """The time that was asked for, by somebody else."""
    allow(Action.DECIDE_EXTENSION, ticket, by, AT_WORK)
    if ticket.extension_until is None:
        raise WrongState(state=ticket.state)
    if by.id == ticket.extension_by:
        raise OwnWork
    return ticket.extension_until


def _again(ticket: Ticket, action: Action, by: Person | None) -> None:
    if by is not None and not may(by, action, ticket):
        raise NotYours
    if ticket.state is not State.CLOSED:
        raise WrongState(state=ticket.state)


def _fixed(
    ticket: Ticket, work: Work, rules: FixRules, *, at: datetime, by: Person, on_the_spot: bool = False
) -> Ticket:
    check(work, rules)
    return replace(
        unasked(ticket),
        state=State.FIXED,
        accepted_at=ticket.accepted_at or at,
        assignee_id=ticket.assignee_id or by.id,
        fixed_at=at,
        fixed_by=by.id,
        fixed_unit=unit_of(by),
        quantity=work.quantity,
        quantity_unit=work.quantity_unit,
        on_the_spot=on_the_spot,
        doubts=doubts(ticket, work.photos, rules, at, on_the_spot=on_the_spot),
    )
