"""Proofs of work that nobody submitted are closed with a word to whoever began them."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from cards import ticket_fix as cards
from handlers.desk import Office
from handlers.notice import notify
from storage import people, photos, works
from storage.tx import Tx

AT_ONCE = 100


async def close_expired_works(tx: Tx, office: Office, now: datetime) -> int:
    """Close what was not touched for longer than the district allows; returns how many."""
    found = await works.expired(tx.c, now, AT_ONCE)
    owners = await people.of(tx.c, {work.person_id for work in found})
    lived = office.district.basics.draft_expiry
    for work in found:
        works.save(tx, replace(work, state="expired", version=work.version + 1))
        photos.drop(tx, work.id)
        whose = [owners[work.person_id]] if work.person_id in owners else []
        card = partial(cards.expired, work=work, lived=lived)
        notify(tx, office, whose, f"expired:{work.id}", card, now=now)
    return len(found)
