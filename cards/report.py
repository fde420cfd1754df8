"""The report talk: what is asked for, the card to check, and the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.when import duration, moment
from domain.button import Sealer
from domain.district import District, Town
from domain.draft import Awaited, Draft
from domain.message import Button, Message, Picture, Style
from domain.nearby import Nearby
from domain.sites import Site
from domain.ticket import Ticket

REPORT_LINK = "report"  # the payload of the link that leads from a group to a new report
NAME_ON_A_BUTTON = 20  # characters that a phone shows


@dataclass(frozen=True, slots=True)
class Reporting:
    """What every card of this talk needs: whose language, which district, whose buttons."""

    language: str
    district: District
    seal: Sealer

    def town(self, code: str) -> str:
        """A town's name in this language."""
        town = self.district.town(code)
        return town.name if self.language == "zh" else town.name_en

    def category(self, code: str) -> str:
        """A category's name in this language."""
        category = self.district.category(code)
        return category.name if self.language == "zh" else category.name_en

    def button(self, key: str, verb: str, *args: str | int, style: Style | None = None) -> Button:
        """A button whose label is a sentence of this topic."""
        return Button(label(self.language, f"report.{key}"), self.seal(verb, *args), style=style)

    def say(self, key: str, **values: object) -> Html:
        """A sentence of this topic."""
        return say(self.language, f"report.{key}", **values)


def ask_photo(card: Reporting, draft: Draft, *, taken_over: bool) -> Message:
    lines = [card.say("defaults"), _place_line(card, draft)] if taken_over else []
    return Message("\n".join([*filter(None, lines), card.say("ask_photo")]), _cancel_row(card, draft))


def ask_place(card: Reporting, draft: Draft, choices: Sequence[Site], asked: str | None) -> Message:
    """Ask where it is, with up to five likely sites as buttons, and the phone's own position as one more."""
    if choices and asked:
        question = card.say("ask_place_named", asked=asked)
    elif asked:
        question = card.say("ask_place_unknown", asked=asked)
    elif choices:
        question = card.say("ask_place_likely")
    else:
        question = card.say("ask_place")
    buttons = tuple((Button(site.name, card.seal("dsite", draft.id, at)),) for at, site in enumerate(choices))
    if asked:
        name = label(card.language, "report.use_name", name=asked[:NAME_ON_A_BUTTON])
        buttons = (*buttons, (Button(name, card.seal("dname", draft.id)),))
    ask = label(card.language, "report.send_location") if not buttons else None
    return Message(_with_photos(card, draft, question), buttons, ask_location=ask)


def ask_town(card: Reporting, draft: Draft, question: Html, towns: Sequence[Town]) -> Message:
    buttons = [Button(card.town(town.code), card.seal("dtown", draft.id, town.code)) for town in towns]
    return Message(f"{_with_photos(card, draft, question)}", columns(buttons, 2))


def ask_category(card: Reporting, draft: Draft, likely: Sequence[str], *, everything: bool) -> Message:
    """Ask what it is: the likely ones first, or all of them."""
    codes = [category.code for category in card.district.categories] if everything else list(likely)
    buttons = [Button(card.category(code), card.seal("dcat", draft.id, code)) for code in codes]
    rows = columns(buttons, 3 if everything else 2)
    if not everything:
        rows = (*rows, (card.button("more", "dmore", draft.id),))
    lines = filter(None, [_place_line(card, draft), card.say("ask_category")])
    return Message(_with_photos(card, draft, Html("\n".join(lines))), rows)


def check(card: Reporting, draft: Draft, *, again: bool = False, fixable: bool = False) -> Message:
    """Everything that will be reported, to be looked at once before it is; ``fixable`` offers to have put it right."""
    facts = [
        card.say("check_category", category=card.category(draft.category or "")),
        card.say("check_place", place=_place_words(card, draft)),
        card.say("photos", count=len(draft.photos)),
    ]
    if any(photo.forwarded for photo in draft.photos):
        facts.append(card.say("forwarded"))
    if draft.description:
        facts.append(card.say("words", words=draft.description))
    head = card.say("changed_check") if again else card.say("check")
    submit = card.button("submit", "dsubmit", draft.id, draft.version, style=Style.SUCCESS)
    spot = (card.button("on_the_spot", "dspot", draft.id, draft.version),) if fixable else ()
    rows = (
        (submit, *spot),
        (card.button("change_category", "dmore", draft.id), card.button("change_place", "dplace", draft.id)),
        (card.button("add_photos", "dphoto", draft.id), card.button("cancel", "dcancel", draft.id)),
    )
    return Message(f"{head}\n{' · '.join(facts)}", rows)


def nearby(
    card: Reporting,
    draft: Draft,
    found: Sequence[Nearby],
    thumbnail: Picture | None,
    *,
    when: str,
    state: str,
) -> Message:
    """Somebody was there before: the nearest open ticket of the same category."""
    first = found[0]
    text = card.say("nearby", metres=first.metres, number=first.ticket.number, when=when, state=state)
    if len(found) > 1:
        text = Html(text + card.say("nearby_more", count=len(found) - 1))
    rows = (
        (card.button("same", "dsame", draft.id, first.ticket.number, style=Style.PRIMARY),),
        (card.button("apart", "dapart", draft.id),),
    )
    return Message(text, rows, pictures=(thumbnail,) if thumbnail else ())


def submitted(card: Reporting, ticket: Ticket, draft_id: str, now: datetime, zone: ZoneInfo) -> Message:
    """The receipt: number, town, deadlines."""
    accept = (ticket.accept_due_at or now) - now
    text = card.say(
        "submitted",
        number=ticket.number,
        town=card.town(ticket.town or ""),
        accept=duration(card.language, accept),
        fix=moment(card.language, ticket.fix_due_at or now, now, zone),
    )
    return Message(
        text, ((card.button("next_nearby", "dnext", draft_id), card.button("view", "see", ticket.number)),)
    )


def joined(card: Reporting, ticket: Ticket, draft_id: str, state: str) -> Message:
    text = card.say("joined", number=ticket.number, state=state)
    return Message(
        text, ((card.button("next_nearby", "dnext", draft_id), card.button("view", "see", ticket.number)),)
    )


def reported_again(card: Reporting, number: str) -> Message:
    return Message(card.say("reported_again", number=number), ((card.button("view", "see", number),),))


def plain(card: Reporting, key: str, **values: object) -> Message:
    """One sentence of this talk without buttons."""
    return Message(card.say(key, **values))


def expired(card: Reporting, began: datetime, now: datetime, zone: ZoneInfo, lived: timedelta) -> Message:
    hours = round(lived.total_seconds() / 3600)
    return Message(card.say("expired", when=moment(card.language, began, now, zone), hours=hours))


def only_private(card: Reporting, bot_name: str) -> Message:
    """In a group: reports are made in private; the button leads there."""
    url = f"https://t.me/{bot_name}?start={REPORT_LINK}"
    return Message(
        card.say("only_private"), ((Button(label(card.language, "report.open_private"), url=url),),)
    )


def unusable(card: Reporting, kind: str, awaited: Awaited | None) -> Message:
    """A kind of message that cannot be used, and what is needed instead."""
    what = card.say(f"what_{kind}") if kind in KINDS else card.say("what_unknown")
    return Message(card.say(f"unusable_{awaited.value if awaited else 'nothing'}", what=what))


def new_problem(card: Reporting, draft: Draft, older: Draft, question: Message) -> Message:
    """A second problem was begun while the first is open: said, and one tap to undo."""
    merge = card.button("merge", "dmerge", draft.id, older.id)
    text = f"{card.say('new_problem')}\n{question.text}"
    return Message(text, (*question.buttons, (merge,)), question.pictures)


KINDS = frozenset(
    {
        "voice",
        "video",
        "video_note",
        "sticker",
        "animation",
        "audio",
        "contact",
        "poll",
        "dice",
        "game",
        "file",
    }
)


def _with_photos(card: Reporting, draft: Draft, question: Html) -> Html:
    return (
        Html(f"{card.say('got_photos', count=len(draft.photos))}\n{question}") if draft.photos else question
    )


def _place_line(card: Reporting, draft: Draft) -> Html | None:
    return card.say("at", place=_place_words(card, draft)) if draft.place and draft.town else None


def _place_words(card: Reporting, draft: Draft) -> str:
    place = draft.place
    if place is None or draft.town is None:
        return ""
    words = [card.town(draft.town)]
    if place.site:
        near = label(card.language, "report.metres", metres=place.metres) if place.metres is not None else ""
        words.append(place.site + near)
    return " · ".join(words)


def _cancel_row(card: Reporting, draft: Draft) -> tuple[tuple[Button, ...], ...]:
    return ((card.button("cancel", "dcancel", draft.id),),)
