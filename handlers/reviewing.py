"""Those who verify a fix, what they get to see of it, and what the photos after the work say for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cards import ticket_fix as cards
from cards.ticket import TicketFacts, Ticketing
from domain.fixing import After
from domain.message import Message
from domain.moves_open import possible
from domain.people import Person, Role
from domain.ticket import Ticket, Verb
from domain.work import Work
from handlers.desk import Office
from handlers.notice import notify
from handlers.tell import as_pictures
from storage import people
from storage.photos import Kept
from storage.tx import Tx

SHOWN_BEFORE, SHOWN_AFTER = 3, 7  # together one album
ALIKE = frozenset({"looks_like", "used_before"})


@dataclass(frozen=True, slots=True)
class Seen:
    """The photos of the place from before the work and after it."""

    before: Sequence[Kept]
    after: Sequence[Kept]


async def reviewers(tx: Tx, ticket: Ticket) -> list[Person]:
    """The inspectors who may verify it, or else the office."""
    for role in (Role.INSPECTOR, Role.OFFICE):
        serving = await people.serving(tx.c, [role], None)
        if found := [one for one in serving if Verb.VERIFY_CLOSE in possible(one, ticket)]:
            return found
    return []


async def ask_reviewers(tx: Tx, office: Office, ticket: Ticket, seen: Seen, now: datetime) -> None:
    """Owe every reviewer the card with photos from before and after, and what to look at in them."""
    for person in await reviewers(tx, ticket):
        card = partial(reviewer_card, person=person, ticket=ticket, seen=seen)
        notify(tx, office, [person], review_key(ticket), card, now=now)


def review_key(ticket: Ticket) -> str:
    """Under what a reviewer's card is owed, with the reviewer's id after it."""
    return f"review:{ticket.number}:{ticket.version}"


def reviewer_card(view: Ticketing, person: Person, ticket: Ticket, seen: Seen) -> Message:
    """What one reviewer gets to see."""
    facts = TicketFacts(
        ticket,
        as_pictures(seen.before)[:SHOWN_BEFORE],
        after=as_pictures(seen.after)[:SHOWN_AFTER],
        verbs=possible(person, ticket),
    )
    return cards.review(view, facts, len(seen.before), len(seen.after))


def afters(work: Work, kept: Sequence[Kept]) -> tuple[After, ...]:
    """What is known of the photos by now; where one tells no place, the place that the person sent stands for it."""
    return tuple(
        After(
            taken_at=one.taken_at,
            lat=work.lat if one.exif_lat is None else one.exif_lat,
            lng=work.lng if one.exif_lng is None else one.exif_lng,
            sha256=one.sha256,
            reused=any(warning["kind"] in ALIKE for warning in one.warnings or ()),
        )
        for one in kept
    )
