"""Who is told that a ticket is there or has changed: the town's groups, its people on duty, the reporters."""

from collections.abc import Sequence
from datetime import timedelta

from cards import ticket as cards
from cards.ticket import TicketFacts, Ticketing
from domain.message import Picture
from domain.people import Role, may_see_reporter
from domain.push import Act, Push, PushClass
from domain.ticket import Ticket
from handlers.desk import Desk
from storage import chats, people, photos, ticket_search, tickets
from storage.photos import Kept

LIVES = timedelta(hours=12)
SETTLES = timedelta(seconds=2)  # edits of one card within this time become one
ON_DUTY = (Role.TOWN_STAFF, Role.TOWN_LEADER)
GROUP_LANGUAGE = "zh"


async def new_ticket(desk: Desk, ticket: Ticket, pictures: Sequence[Picture] = ()) -> None:
    """The town gets the ticket: its live card in every group of the town, and a notice to those on duty.

    ``pictures`` are those of the report, whose rows cannot be read yet in the transaction that wrote them.
    """
    if ticket.town is None:
        return
    for chat in await desk.tx.once(chats.bound_to, ticket.town):
        _show_card(desk, ticket, chat.id, chat.thread_id, pictures)
    await _notify_duty(desk, ticket, pictures)


async def changed(desk: Desk, ticket: Ticket) -> None:
    """Every card of the ticket in a group is edited soon; several changes at once make one edit."""
    for chat_id, thread_id in (await ticket_search.cards_shown(desk.tx.c, ticket.number)).items():
        _edit_card(desk, ticket, chat_id, thread_id, await _pictures(desk, ticket))


async def moved(desk: Desk, ticket: Ticket) -> None:
    """The ticket went to another town: cards change, the new town is told, and so are the reporters."""
    await changed(desk, ticket)
    shown, pictures = await ticket_search.cards_shown(desk.tx.c, ticket.number), await _pictures(desk, ticket)
    for chat in await chats.bound_to(desk.tx.c, ticket.town or ""):
        if chat.id not in shown:
            _show_card(desk, ticket, chat.id, chat.thread_id, pictures)
    await _notify_duty(desk, ticket, pictures)
    await reporters(desk, ticket)


async def reporters(desk: Desk, ticket: Ticket) -> None:
    """Everybody who reported the ticket hears what became of it, once, in the chat where it was reported."""
    for report in {one.person_id: one for one in await tickets.reports_of(desk.tx.c, ticket.number)}.values():
        view = _view(desk, report.chat_id, report.language)
        push = Push(
            key=f"news:{ticket.number}:{ticket.version}:{report.person_id}",
            chat_id=report.chat_id,
            due_at=desk.now,
            expires_at=desk.now + LIVES,
            push_class=PushClass.DAILY,
            message=cards.news(view, ticket),
        )
        desk.owe(push)


def as_pictures(kept: Sequence[Kept]) -> tuple[Picture, ...]:
    """Photos as the channel can show them; one that came as a file only once it is in the store."""
    return tuple(
        Picture(file_id=None if one.as_file else one.file_id, sha256=one.sha256)
        for one in kept
        if one.sha256 or not one.as_file
    )


async def _pictures(desk: Desk, ticket: Ticket) -> tuple[Picture, ...]:
    return as_pictures(await photos.of_ticket(desk.tx.c, ticket.number))


def _show_card(
    desk: Desk, ticket: Ticket, chat_id: int, thread_id: int | None, pictures: Sequence[Picture]
) -> None:
    push = Push(
        key=f"card:{ticket.number}:{chat_id}",
        chat_id=chat_id,
        thread_id=thread_id,
        due_at=desk.now,
        expires_at=desk.now + LIVES,
        push_class=PushClass.DAILY,
        message=cards.group_card(_view(desk, chat_id, GROUP_LANGUAGE), TicketFacts(ticket, tuple(pictures))),
    )
    desk.owe(push)


def _edit_card(
    desk: Desk, ticket: Ticket, chat_id: int, thread_id: int | None, pictures: Sequence[Picture]
) -> None:
    about = f"card-edit:{ticket.number}:{chat_id}"
    push = Push(
        key=f"{about}:{desk.said.update_id}",
        act=Act.EDIT,
        chat_id=chat_id,
        thread_id=thread_id,
        due_at=desk.now + SETTLES,
        expires_at=desk.now + LIVES,
        push_class=PushClass.DAILY,
        subject=about,
        target_key=f"card:{ticket.number}:{chat_id}",
        message=cards.group_card(_view(desk, chat_id, GROUP_LANGUAGE), TicketFacts(ticket, tuple(pictures))),
    )
    desk.owe(push)


async def _notify_duty(desk: Desk, ticket: Ticket, pictures: Sequence[Picture]) -> None:
    on_duty = await desk.tx.once(people.serving, ON_DUTY, ticket.town)
    names = await ticket_search.names_of(desk.tx.c, [ticket.reporter_id]) if on_duty else {}
    for person in on_duty:
        reporter = names.get(ticket.reporter_id) if may_see_reporter(person) else None
        facts = TicketFacts(ticket, tuple(pictures), reporter)
        push = Push(
            key=f"notice:{ticket.number}:{ticket.version}:{person.id}",
            chat_id=person.id,
            due_at=desk.now,
            expires_at=desk.now + LIVES,
            push_class=PushClass.DAILY,
            message=cards.notice(_view(desk, person.id, person.language), facts),
        )
        desk.owe(push)


def _view(desk: Desk, chat_id: int, language: str) -> Ticketing:
    return Ticketing(language, desk.office.district, desk.office.sealer(chat_id), desk.now)
