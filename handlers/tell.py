"""Who is told that a ticket is there or has changed: the town's groups, its people on duty, the reporters."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from cards import ticket as cards
from cards.ticket import TicketFacts, Ticketing
from cards.ticket_news import news
from domain.audit import Deed
from domain.message import Picture
from domain.moves_open import possible
from domain.people import Role, may_see_reporter
from domain.push import Act, Push, PushClass
from domain.ticket import Ticket, Verb
from handlers.desk import Desk
from storage import audit, chats, people, photos, ticket_search, tickets
from storage.photos import Kept
from storage.tx import Tx

LIVES = timedelta(hours=12)
SETTLES = timedelta(seconds=2)  # edits of one card within this time become one
ON_DUTY = (Role.TOWN_STAFF, Role.TOWN_LEADER)
GROUP_LANGUAGE = "zh"
AFTER = "after"  # the kind of a photo of the place after the work


async def new_ticket(desk: Desk, ticket: Ticket, pictures: Sequence[Picture] = ()) -> None:
    """The town gets the ticket: its live card in every group of the town, and a notice to those on duty.

    ``pictures`` are those of the report, whose rows cannot be read yet in the transaction that wrote them.
    """
    if ticket.town is None:
        return
    await in_groups(desk, ticket, pictures)
    await _notify_duty(desk, ticket, pictures)


async def in_groups(desk: Desk, ticket: Ticket, pictures: Sequence[Picture] = ()) -> None:
    """The live card of a new ticket in every group of its town."""
    for chat in await desk.tx.once(chats.bound_to, ticket.town or ""):
        _show_card(desk, TicketFacts(ticket, tuple(pictures)), chat.id, chat.thread_id)


async def opened_fixed(
    desk: Desk, ticket: Ticket, before: Sequence[Picture], after: Sequence[Picture]
) -> None:
    """A ticket that was opened and fixed in one go: its town sees the card, and has nothing to do."""
    for chat in await desk.tx.once(chats.bound_to, ticket.town or ""):
        _show_card(desk, TicketFacts(ticket, tuple(before), after=tuple(after)), chat.id, chat.thread_id)


async def changed(desk: Desk, ticket: Ticket, after: Sequence[Picture] = ()) -> None:
    """Every card of the ticket in a group is edited soon; several changes at once make one edit.

    ``after`` are photos of the work that cannot be read yet in the transaction that wrote them.
    """
    shown = await ticket_search.cards_shown(desk.tx.c, ticket.number)
    facts = await public_facts(desk.tx, ticket) if shown else TicketFacts(ticket)
    facts = replace(facts, after=(*facts.after, *after))
    for chat_id, thread_id in shown.items():
        _edit_card(desk, facts, chat_id, thread_id)


async def moved(desk: Desk, ticket: Ticket) -> None:
    """The ticket went to a town: its cards change, and the town is told as of a new one."""
    await changed(desk, ticket)
    shown, facts = (
        await ticket_search.cards_shown(desk.tx.c, ticket.number),
        await public_facts(desk.tx, ticket),
    )
    for chat in await chats.bound_to(desk.tx.c, ticket.town or ""):
        if chat.id not in shown:
            _show_card(desk, facts, chat.id, chat.thread_id)
    await _notify_duty(desk, ticket, facts.pictures)


async def reporters(desk: Desk, ticket: Ticket, verb: Verb, *, but: Collection[int] = ()) -> None:
    """Everybody who reported the ticket, but for these, hears of this move of it, once, where it was reported."""
    every = {one.person_id: one for one in await tickets.reports_of(desk.tx.c, ticket.number)}
    facts = await public_facts(desk.tx, ticket)
    for report in [one for person, one in every.items() if person not in but]:
        view = _view(desk, report.chat_id, report.language)
        push = Push(
            key=f"news:{ticket.number}:{ticket.version}:{report.person_id}",
            chat_id=report.chat_id,
            due_at=desk.now,
            expires_at=desk.now + LIVES,
            push_class=PushClass.DAILY,
            message=news(view, facts, verb),
        )
        desk.owe(push)


def as_pictures(kept: Sequence[Kept]) -> tuple[Picture, ...]:
    """Photos as the channel can show them; one that came as a file only once it is in the store."""
    return tuple(
        Picture(file_id=None if one.as_file else one.file_id, sha256=one.sha256)
        for one in kept
        if one.sha256 or not one.as_file
    )


async def public_facts(tx: Tx, ticket: Ticket) -> TicketFacts:
    """What anybody may know: who accepted it is official where it is staff, and nobody's business where it is not."""
    kept = await photos.of_ticket(tx.c, ticket.number)
    owner = (
        (await people.of(tx.c, [ticket.assignee_id])).get(ticket.assignee_id) if ticket.assignee_id else None
    )
    return TicketFacts(
        ticket,
        as_pictures([one for one in kept if one.kind != AFTER]),
        assignee=owner.name if owner and owner.post.role is not Role.PATROL else None,
        after=as_pictures([one for one in kept if one.kind == AFTER]),
    )


def _show_card(desk: Desk, facts: TicketFacts, chat_id: int, thread_id: int | None) -> None:
    push = Push(
        key=f"card:{facts.ticket.number}:{chat_id}",
        chat_id=chat_id,
        thread_id=thread_id,
        due_at=desk.now,
        expires_at=desk.now + LIVES,
        push_class=PushClass.DAILY,
        message=cards.group_card(_view(desk, chat_id, GROUP_LANGUAGE), facts),
    )
    desk.owe(push)


def _edit_card(desk: Desk, facts: TicketFacts, chat_id: int, thread_id: int | None) -> None:
    number = facts.ticket.number
    about = f"card-edit:{number}:{chat_id}"
    push = Push(
        key=f"{about}:{desk.said.update_id}",
        act=Act.EDIT,
        chat_id=chat_id,
        thread_id=thread_id,
        due_at=desk.now + SETTLES,
        expires_at=desk.now + LIVES,
        push_class=PushClass.DAILY,
        subject=about,
        target_key=f"card:{number}:{chat_id}",
        message=cards.group_card(_view(desk, chat_id, GROUP_LANGUAGE), facts),
    )
    desk.owe(push)


async def _notify_duty(desk: Desk, ticket: Ticket, pictures: Sequence[Picture]) -> None:
    on_duty = await desk.tx.once(people.serving, ON_DUTY, ticket.town)
    names = await ticket_search.names_of(desk.tx.c, [ticket.reporter_id]) if on_duty else {}
    if told := [one.id for one in on_duty if may_see_reporter(one) and one.id != ticket.reporter_id]:
        audit.note(desk.tx, Deed.REPORTER_SEEN, ticket.number, at=desk.now, by=None, told=told)
    for person in on_duty:
        reporter = names.get(ticket.reporter_id) if may_see_reporter(person) else None
        facts = TicketFacts(ticket, tuple(pictures), reporter, verbs=possible(person, ticket))
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
