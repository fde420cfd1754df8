"""What the district's table gives to the first and takes from the last of a ranking: proposed, never decided here."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from cards import consequences as cards
from domain.assessment import End
from domain.audit import Deed
from domain.consequence import MONEY, Consequence, Cost, Kind, Stand
from domain.people import Role
from domain.period import Period
from handlers.desk import Office
from handlers.notice import notify
from handlers.ranking import Made
from handlers.tell import GROUP_LANGUAGE
from storage import audit, consequences, people
from storage.tx import Tx

_KINDS = {End.FIRST: Kind.REWARD, End.LAST: Kind.PENALTY}


async def propose_money(tx: Tx, office: Office, made: Made, now: datetime) -> None:
    """Once for each unit and period; what waits for a decision and stands no longer after a correction is withdrawn."""
    period = made.ranking.period
    wanted = {(one.kind, one.subject): one for one in _wanted(office, made, now)}
    stands = await consequences.of_period(tx.c, MONEY, str(period))
    for one in stands:
        if (one.kind, one.subject) not in wanted and one.stand in {Stand.PROPOSED, Stand.CONFIRMED}:
            gone = replace(one, stand=Stand.REFUSED, decided_at=now, version=one.version + 1)
            _keep(tx, replace(gone, reason=cards.withdrawn(GROUP_LANGUAGE)), now)
    known = {(one.kind, one.subject) for one in stands}
    new = [one for key, one in wanted.items() if key not in known]
    for one in new:
        _keep(tx, one, now)
    if new:
        members = await people.serving(tx.c, [Role.OFFICE], None)
        key = f"money:{period}:{made.version}"
        notify(tx, office, members, key, lambda view: cards.proposed(view, new), now=now)


def _wanted(office: Office, made: Made, now: datetime) -> Iterator[Consequence]:
    district, period = office.district, made.ranking.period
    ranks = [(row.standing.place, row.rank) for row in made.ranking.rows if row.rank is not None]
    for money in district.assessment.money:
        place = _place(money.end, (rank for _, rank in ranks))
        if money.length is not period.length or place is None:
            continue
        for town in (town for town, rank in ranks if rank == place):
            kind = _KINDS[money.end]
            cost = Cost(cards.money_name(GROUP_LANGUAGE, kind), money.yuan)
            yield _proposal(office, kind, town, period, place, cost=cost, now=now)


def _place(end: End, ranks: Iterable[int]) -> int | None:
    """The place at that end; none where all have the same."""
    found = sorted(set(ranks))
    return found[0 if end is End.FIRST else -1] if len(found) > 1 else None


def _proposal(
    office: Office, kind: Kind, town: str, period: Period, place: int, *, cost: Cost, now: datetime
) -> Consequence:
    return Consequence(
        id=office.new_id(),
        kind=kind,
        subject=town,
        title=office.district.town(town).name,
        period=str(period),
        proposed_at=now,
        town=town,
        count=place,
        costs=(cost,),
    )


def _keep(tx: Tx, one: Consequence, now: datetime) -> None:
    consequences.save(tx, one)
    audit.note(
        tx, Deed.CONSEQUENCE, one.id, at=now, by=None, kind=one.kind, about=one.subject, step=one.stand
    )
