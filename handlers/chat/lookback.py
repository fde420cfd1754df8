"""The look back talk: somebody who was asked goes to see, and shows that all is well, or that it is back."""

from dataclasses import replace
from datetime import timedelta

from cards import lookback as cards
from domain.calendar import add_working
from domain.draft import Draft, DraftPhoto
from domain.lookback import Stand
from domain.message import Message, Picture
from domain.moves import relapse
from domain.people import Role
from domain.permission import Action, may
from domain.ticket import Deadlines, Event, NotYours, OwnWork, State, Ticket
from handlers import moving
from handlers.access import in_private, member
from handlers.attention import LOOK_BACK_WAITS, elsewhere_since
from handlers.desk import Desk
from handlers.notice import notify
from handlers.said import Content, PhotoSent, PlaceSent
from handlers.tell import as_pictures
from storage import lookbacks, people, photos, tickets
from storage.busy import Busy
from storage.lookbacks import LookBack

ALBUM = timedelta(minutes=5)  # how long the rest of an album does
SETTLES = timedelta(minutes=5)  # photos have been fetched by then
MOST = 200
OLD_PHOTOS = 9
OPEN = frozenset({Stand.ASKED, Stand.ANSWERING})


async def listed(desk: Desk, _argument: str = "") -> None:
    """What this person was asked to look at and has not."""
    person = member(desk)
    in_private(desk)
    waiting = [one for one in await lookbacks.waiting(desk.tx.c, MOST) if str(person.id) in one.asked]
    known = await tickets.by_numbers(desk.tx.c, {one.number for one in waiting})
    mine = [(one.id, one.days, known[one.number]) for one in waiting]
    if len(mine) == 1:
        desk.say(cards.ask(moving.view(desk), mine[0], await old_pictures(desk, mine[0][2])))
    else:
        desk.say(cards.listed(moving.view(desk), mine))


async def see(desk: Desk, args: tuple[str, ...]) -> None:
    """One of a list."""
    if found := await _current(desk, args[0]):
        one, ticket = found
        desk.say(cards.ask(moving.view(desk), (one.id, one.days, ticket), await old_pictures(desk, ticket)))


async def clear(desk: Desk, args: tuple[str, ...]) -> None:
    """All is well: a photo and the place are to show it."""
    if found := await _current(desk, args[0]):
        one, ticket = found
        due_at = desk.now + desk.office.district.look_back.patience
        begun = replace(one, state=Stand.ANSWERING, answered_at=desk.now, due_at=due_at)
        lookbacks.save(desk.tx, replace(begun, person_id=desk.said.person_id))
        desk.say(cards.ask_photo(moving.view(desk), ticket))


async def back(desk: Desk, args: tuple[str, ...]) -> None:
    """The problem is there again: the ticket is reopened with stricter limits, and that counts."""
    found = await _current(desk, args[0])
    if found is None:
        return
    one, ticket = found
    reason = cards.note(desk.language, "reason", one.days)
    move = relapse(ticket, reason=reason, deadlines=_stricter(desk, ticket), at=desk.now, by=member(desk))
    await moving.made(desk, move)
    ended = replace(one, state=Stand.RELAPSED, person_id=desk.said.person_id, answered_at=desk.now)
    lookbacks.save(desk.tx, ended)
    desk.edit(cards.relapsed(moving.view(desk), move.ticket))
    office = [
        one for one in await people.serving(desk.tx.c, [Role.OFFICE], None) if one.id != desk.said.person_id
    ]
    key = f"relapse:{ticket.number}:{move.ticket.version}"
    notify(
        desk.tx,
        desk.office,
        office,
        key,
        lambda view: cards.office_relapsed(view, move.ticket),
        now=desk.now,
    )


async def done(desk: Desk, args: tuple[str, ...]) -> None:
    """Submitted without a place."""
    found = await _current(desk, args[0])
    if found and found[0].state is Stand.ANSWERING and found[0].photos:
        await _finish(desk, *found)


async def takes(desk: Desk, content: Content) -> bool:
    """A photo or a place that belongs to an answer; False when it belongs to something else."""
    if not isinstance(content, PhotoSent | PlaceSent) or desk.said.edited or Busy.LOOK_BACK not in desk.busy:
        return False
    one = await lookbacks.answering(desk.tx.c, desk.said.person_id, desk.now - LOOK_BACK_WAITS)
    if one is None or one.answered_at is None:
        return False
    if await elsewhere_since(desk, one.answered_at):
        return False
    if one.state is not Stand.ANSWERING:
        return isinstance(content, PhotoSent) and await _one_more(desk, one, content)
    ticket = await _taken(desk, one)
    if ticket.state is not State.CLOSED:
        return False
    await (
        _photo(desk, one, ticket, content)
        if isinstance(content, PhotoSent)
        else _place(desk, one, ticket, content)
    )
    return True


async def old_pictures(desk: Desk, ticket: Ticket) -> tuple[Picture, ...]:
    """How it looked then."""
    return as_pictures(await photos.of_ticket(desk.tx.c, ticket.number))[:OLD_PHOTOS]


async def _current(desk: Desk, which: str) -> tuple[LookBack, Ticket] | None:
    """The look back and its ticket, as long as it waits for an answer; otherwise the press is answered so.

    Raises NotYours or OwnWork, or what ``member`` raises.
    """
    person = member(desk)
    in_private(desk)
    one = await lookbacks.by_id(desk.tx.c, which)
    ticket = await _taken(desk, one) if one else None
    if one is None or ticket is None or one.state not in OPEN or ticket.state is not State.CLOSED:
        desk.answer(cards.plain(moving.view(desk), "stale").text, alert=True)
        return None
    if not may(person, Action.LOOK_BACK, ticket):
        raise NotYours
    if person.id == ticket.fixed_by:
        raise OwnWork
    return one, ticket


async def _taken(desk: Desk, one: LookBack) -> Ticket:
    desk.tx.take(f"ticket:{one.number}")
    return (await tickets.by_numbers(desk.tx.c, [one.number]))[one.number]


async def _photo(desk: Desk, one: LookBack, ticket: Ticket, sent: PhotoSent) -> None:
    if not _is_picture(sent):
        desk.say(cards.plain(moving.view(desk), "not_picture"))
        return
    _owe(desk, one, sent, lookbacks.KIND)
    grown = replace(one, photos=one.photos + 1)
    if one.lat is not None or sent.as_file:  # a picture that comes as a file tells its place itself
        await _finish(desk, grown, ticket)
        return
    lookbacks.save(desk.tx, grown)
    desk.say(cards.ask_place(moving.view(desk), one.id), subject=f"place:{one.id}")


async def _place(desk: Desk, one: LookBack, ticket: Ticket, sent: PlaceSent) -> None:
    placed = replace(one, lat=sent.lat, lng=sent.lng)
    if one.photos:
        await _finish(desk, placed, ticket)
        return
    lookbacks.save(desk.tx, placed)
    desk.say(cards.plain(moving.view(desk), "ask_only_photo"))


async def _one_more(desk: Desk, one: LookBack, sent: PhotoSent) -> bool:
    """The rest of an album after the answer, or a photo of what is back."""
    if one.answered_at is None:
        return False
    if one.state is Stand.CLEAR:
        if sent.album is None or desk.now - one.answered_at > ALBUM:
            return False
        _owe(desk, one, sent, lookbacks.KIND)
        return True
    # The first picture may take a walk; what comes long after one is about something else.
    if not _is_picture(sent) or (one.photos and desk.now - one.answered_at > ALBUM):
        return False
    _owe(desk, one, sent, "before")
    lookbacks.save(desk.tx, replace(one, photos=one.photos + 1, answered_at=desk.now))
    tickets.more_photos(desk.tx, one.number, 1)
    desk.say(_added(desk, one), subject=f"added:{one.id}")
    return True


def _added(desk: Desk, one: LookBack) -> Message:
    return cards.plain(moving.view(desk), "photo_added", number=one.number)


def _is_picture(sent: PhotoSent) -> bool:
    return not sent.as_file or (sent.media_type or "").startswith("image/")


def _owe(desk: Desk, one: LookBack, sent: PhotoSent, kind: str) -> None:
    """The photo is kept under the look back's own id; only one of what is back is shown with the ticket."""
    said = desk.said
    photo = DraftPhoto(sent.file_id, sent.unique_id, said.message_id, sent.as_file, said.forwarded)
    holder = Draft(one.id, said.chat_id, said.person_id, desk.now, desk.now)
    if kind != lookbacks.KIND:
        holder = replace(holder, number=one.number)
    photos.owe(desk.tx, holder, photo, desk.now, kind)


async def _finish(desk: Desk, one: LookBack, ticket: Ticket) -> None:
    """Noted; what is doubtful in the photos is found out when they have been fetched."""
    ended = replace(one, state=Stand.CLEAR, answered_at=desk.now, due_at=desk.now + SETTLES)
    lookbacks.save(desk.tx, replace(ended, person_id=desk.said.person_id))
    note = cards.note(desk.language, "note_clear", one.days)
    line = Event(
        ticket.number, desk.now, desk.said.person_id, ticket.state, ticket.state, note, unit=ticket.town
    )
    tickets.record(desk.tx, [line])
    rest = [other.due_at for other in await lookbacks.open_of(desk.tx.c, ticket.number) if other.id != one.id]
    desk.say(cards.done(moving.view(desk), (one.id, one.days, ticket), min(rest, default=None)))


def _stricter(desk: Desk, ticket: Ticket) -> Deadlines:
    district = desk.office.district
    limits = district.limits_for(ticket.category, ticket.source, ticket.level, ticket.relapses + 1)
    calendar = district.calendar_of(limits)
    accept = add_working(desk.now, limits.accept_minutes, calendar)
    return Deadlines(accept, add_working(desk.now, limits.fix_minutes, calendar))


COMMANDS = {"lookback": listed}
PRESSES = {"lbsee": see, "lbclear": clear, "lbback": back, "lbdone": done}
