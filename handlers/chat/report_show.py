"""What a report shows next: the one thing that is missing, the same problem nearby, or the card to check."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from cards import report as cards
from cards.catalogue import label
from cards.report import Reporting
from cards.when import moment
from domain.district import Town
from domain.draft import Awaited, Draft
from domain.geo import BetweenTowns, OutsideDistrict, Point
from domain.message import Message, Picture
from domain.nearby import Nearby, box_around, same_problem
from domain.permission import Action, may
from domain.sites import Site
from domain.ticket import Evidence, Source, Ticket
from handlers.desk import Desk
from handlers.said import Press
from storage import drafts, photos, tickets

STILL_ABOUT_IT = timedelta(minutes=30)
LIKELY = 5  # categories that are offered before "more"


def reporting(desk: Desk) -> Reporting:
    """What the cards of this talk need to know."""
    return Reporting(desk.language, desk.office.district, desk.seal)


async def ask(
    desk: Desk,
    draft: Draft,
    *,
    album: bool = False,
    edit: bool = False,
    instead_of: Draft | None = None,
    asked: str | None = None,
) -> None:
    """Keep the report and show what comes next: in place of the pressed card, or as a new message.

    Parts of an album wait a moment and share one question; a part that is later still changes that question.
    """
    settle = desk.office.district.basics.album_settle
    late = album and draft.prompt_key is not None and desk.now - draft.touched_at > settle
    message = await question(desk, draft, asked=asked)
    if instead_of and instead_of.photos:
        message = cards.new_problem(reporting(desk), draft, instead_of, message)
    if isinstance(desk.said.content, Press) and not message.pictures:
        desk.edit(message)
        key = draft.prompt_key
    elif (late or edit) and draft.prompt_key:
        desk.edit(message, target_key=draft.prompt_key)
        key = draft.prompt_key
    else:
        key = desk.say(message, subject=f"draft:{draft.id}", wait=settle if album else timedelta(0))
    expires_at = desk.now + desk.office.district.basics.draft_expiry
    drafts.save(desk.tx, replace(draft.touched(desk.now, expires_at), prompt_key=key))


async def question(desk: Desk, draft: Draft, *, asked: str | None = None) -> Message:
    """The card for what is awaited now."""
    card = reporting(desk)
    awaited = draft.awaited
    if awaited is Awaited.PHOTO:
        return cards.ask_photo(card, draft, taken_over=draft.place is not None and not draft.photos)
    if awaited is Awaited.PLACE:
        return cards.ask_place(card, draft, _choices(desk, draft), asked)
    if awaited is Awaited.TOWN:
        return _which_town(desk, draft)
    if awaited is Awaited.CATEGORY:
        likely = await _likely(desk, draft)
        return cards.ask_category(card, draft, likely, everything=False)
    if not draft.apart and (found := await nearby(desk, draft)):
        return await _somebody_was_there(desk, draft, found)
    return cards.check(card, replace(draft, version=draft.version + 1), fixable=fixable(desk, draft))


def fixable(desk: Desk, draft: Draft) -> bool:
    """Whether this person may put right on the spot what the report is about."""
    category, town = draft.category, draft.town
    if desk.person is None or category is None:
        return False
    probe = Ticket(
        number="",
        day=desk.now.date(),
        sequence=0,
        category=category,
        description="",
        source=Source.PATROL,
        evidence=Evidence.NAME,
        reporter_id=desk.said.person_id,
        reported_at=desk.now,
        photo_count=len(draft.photos),
        town=town,
        bureau=desk.office.district.category(category).bureau,
    )
    return may(desk.person, Action.FIX_ON_THE_SPOT, probe)


async def nearby(desk: Desk, draft: Draft) -> list[Nearby]:
    """Open tickets that may be the same problem, nearest first."""
    place, category = draft.place, draft.category
    if place is None or place.lat is None or place.lng is None or category is None:
        return []
    point, rule = Point(place.lat, place.lng), desk.office.district.category(category).near
    box = box_around(point, rule.distance_m)
    candidates = await tickets.near(desk.tx.c, category, box, desk.now - rule.age)
    return same_problem(
        candidates, category=category, point=point, metres=rule.distance_m, age=rule.age, now=desk.now
    )


async def _somebody_was_there(desk: Desk, draft: Draft, found: Sequence[Nearby]) -> Message:
    first = found[0].ticket
    evidence = await photos.of_ticket(desk.tx.c, first.number)
    picture = next((Picture(file_id=photo.file_id) for photo in evidence if not photo.as_file), None)
    when = moment(desk.language, first.reported_at, desk.now, desk.office.district.basics.zone)
    state = label(desk.language, f"ticket.state_{first.state}")
    return cards.nearby(reporting(desk), draft, found, picture, when=when, state=state)


def _choices(desk: Desk, draft: Draft) -> list[Site]:
    book = desk.office.sites()
    return [book.by_id[site] for site in draft.site_choices if site in book.by_id]


def _which_town(desk: Desk, draft: Draft) -> Message:
    card, place = reporting(desk), draft.place
    towns: Sequence[Town] = [desk.office.district.town(code) for code in draft.town_choices]
    if place is None or place.lat is None or place.lng is None:
        return cards.ask_town(
            card, draft, card.say("ask_town_named", place=place.site if place else ""), towns
        )
    placed = desk.office.fence.place(Point(place.lat, place.lng))
    if isinstance(placed, OutsideDistrict):
        text = card.say("ask_town_outside", metres=round(placed.distance_m))
    elif isinstance(placed, BetweenTowns):
        text = card.say("ask_town")
    else:
        named = next((code for code in draft.town_choices if code != placed.town), placed.town)
        text = card.say("ask_town_differs", pin=card.town(placed.town), named=card.town(named))
    return cards.ask_town(card, draft, text, towns or desk.office.district.towns)


async def _likely(desk: Desk, draft: Draft) -> list[str]:
    """What the words suggest, then what this person reports most, then the district's own order."""
    guessed = (
        [guess.key for guess in desk.office.categories.guess(draft.description)] if draft.description else []
    )
    usual = await tickets.usual_categories(desk.tx.c, desk.said.person_id, LIKELY)
    order = [category.code for category in desk.office.district.categories]
    known = [code for code in [*guessed, *usual, *order] if code in order]
    return list(dict.fromkeys(known))[:LIKELY]
