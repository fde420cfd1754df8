"""From what was sent or typed to a place with a town: a pin, a map link, a name, or a question back."""

from dataclasses import replace

from cards import report as cards
from domain.draft import Awaited, Draft, DraftPlace
from domain.geo import BetweenTowns, InTown, Point
from domain.maplinks import MapPlace, MapRefusal, WhyNot, read_map_link
from domain.name_spans import without
from domain.names import Accepted, Ask
from domain.ticket import Evidence
from handlers.chat import report_show
from handlers.chat.report_show import reporting
from handlers.desk import Desk
from handlers.said import PlaceSent

NEAR_A_SITE_M = 100
LIKELY_SITE = 60  # score of a site that a caption may mean; what is typed for a place is asked about anyway


def pinned(desk: Desk, draft: Draft, sent: PlaceSent) -> Draft:
    """The report with a sent location; a name that was told before stays when it is the site that stands there."""
    if draft.changing is Awaited.PLACE:
        draft = _asked(draft)  # the name that was told before is what is being changed
    return _at(desk, draft, Point(sent.lat, sent.lng), Evidence(sent.how), sent.name)


async def learn(desk: Desk, draft: Draft, text: str) -> Draft:
    """Take from a caption or a sentence what it plainly says: a place, a category; guesses are left to questions."""
    if draft.category is None or draft.changing is Awaited.CATEGORY:
        sure = [guess.key for guess in desk.office.categories.guess(text) if guess.certain]
        if len(sure) == 1:
            draft = replace(draft, category=sure[0], changing=None)
    if draft.place is not None:
        return draft
    link = read_map_link(text)
    if isinstance(link, MapPlace):
        return _at(desk, draft, link.point, Evidence.LINK, link.name)
    return _by_name(desk, draft, text, LIKELY_SITE)


async def named(desk: Desk, draft: Draft, text: str) -> None:
    """Text while a place is awaited: a map link, a site, a town; else it is asked about, and nothing is lost."""
    link = read_map_link(text)
    if isinstance(link, MapRefusal):
        key = "short_link" if link.reason is WhyNot.SHORT_LINK else "bad_link"
        desk.say(cards.plain(reporting(desk), key))
        return
    if isinstance(link, MapPlace):
        await report_show.ask(desk, _at(desk, _asked(draft), link.point, Evidence.LINK, link.name))
        return
    found = _by_name(desk, _asked(draft), text)
    if found.place is not None:
        await report_show.ask(desk, await learn(desk, found, text))
        return
    learnt = await learn(desk, found.with_words(desk.said.message_id, text), text)
    await report_show.ask(desk, replace(learnt, changing=draft.changing), asked=text)


def with_site(desk: Desk, draft: Draft, site_id: str) -> Draft:
    """The report at a known site; its town is the site's, unless a pin says otherwise."""
    site = desk.office.sites().by_id[site_id]
    point = site.point
    place = DraftPlace(
        Evidence.NAME, point.lat if point else None, point.lng if point else None, site.id, site.name
    )
    return replace(
        draft, place=place, town=site.town, town_choices=(), site_choices=(), changing=None, apart=False
    )


def with_plain_name(desk: Desk, draft: Draft, name: str) -> Draft:
    """The report at a place that is not in the books; its town is asked when the name does not say it."""
    towns = [hit.item.key for hit in desk.office.towns.find(name) if hit.sure]
    place = DraftPlace(Evidence.NAME, site=name)
    choices = tuple(town.code for town in desk.office.district.towns)
    town = towns[0] if len(towns) == 1 else None
    return replace(
        draft, place=place, town=town, town_choices=() if town else choices, site_choices=(), changing=None
    )


def _asked(draft: Draft) -> Draft:
    """The report as it is when its place is told anew."""
    if draft.changing is Awaited.PLACE or draft.awaited is Awaited.TOWN:
        return replace(draft, place=None, town=None, town_choices=(), changing=None, site_choices=())
    return draft


def _by_name(desk: Desk, draft: Draft, text: str, least: float = 0) -> Draft:
    """Find the site that a text names: in the town that it names or the reporter's own first.

    Sites that score under ``least`` are not worth a button.
    """
    hits = desk.office.towns.find(text)
    towns = {hit.item.key for hit in hits if hit.sure}
    own = desk.person.post.town if desk.person else None
    town = towns.pop() if len(towns) == 1 else own
    finder, words = desk.office.sites().finder, desk.office.categories.rest(text)
    names = dict.fromkeys((words, without(words, desk.office.towns.find(words)), text))
    verdicts = [finder.find(name, town) for name in names]
    for verdict in verdicts:
        if isinstance(verdict, Accepted):
            return with_site(desk, draft, verdict.item.key)
    asks = [verdict.candidates for verdict in verdicts if isinstance(verdict, Ask)]
    best = max(asks, key=lambda found: max(one.score for one in found), default=())
    likely = tuple(one.item.key for one in best if one.score >= least)
    return replace(draft, site_choices=likely) if likely else draft


def _at(desk: Desk, draft: Draft, point: Point, evidence: Evidence, name: str | None) -> Draft:
    """The report at a point: the site that stands there, and the town by the fence."""
    before = draft.place
    site = desk.office.sites().nearest(point, NEAR_A_SITE_M)
    place = DraftPlace(
        evidence,
        point.lat,
        point.lng,
        site[0].id if site else None,
        site[0].name if site else (before.site if before and before.evidence is Evidence.NAME else name),
        site[1] if site else None,
    )
    town, choices = _town(desk, draft, point)
    return replace(
        draft, place=place, town=town, town_choices=choices, site_choices=(), changing=None, apart=False
    )


def _town(desk: Desk, draft: Draft, point: Point) -> tuple[str | None, tuple[str, ...]]:
    """The town of a point, or the towns to ask about: near a border, outside, or where the name told another."""
    placed = desk.office.fence.place(point)
    told = draft.town if draft.place and draft.place.evidence is Evidence.NAME else None
    if isinstance(placed, InTown):
        if told is None or told == placed.town:
            return placed.town, ()
        return None, (placed.town, told)
    if isinstance(placed, BetweenTowns):
        return (told, ()) if told in placed.towns else (None, placed.towns)
    every = [town.code for town in desk.office.district.towns]
    return None, tuple(dict.fromkeys([placed.nearest_town, *every]))
