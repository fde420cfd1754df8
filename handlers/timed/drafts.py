"""Reports that nobody finished are closed with a word to the reporter."""

from dataclasses import replace
from datetime import datetime

from cards import report as cards
from cards.report import Reporting
from domain.push import Push
from handlers.desk import Office
from handlers.timed.evidence import TELL_LIVES
from storage import drafts, outbox, people, photos
from storage.tx import Tx

AT_ONCE = 100


async def close_expired(tx: Tx, office: Office, now: datetime) -> int:
    """Close what was not touched for longer than the district allows; returns how many."""
    found = await drafts.expired(tx.c, now, AT_ONCE)
    owners = await people.of(tx.c, {draft.person_id for draft in found})
    basics = office.district.basics
    for draft in found:
        drafts.save(tx, replace(draft, state="expired", version=draft.version + 1))
        photos.drop(tx, draft.id)
        owner = owners.get(draft.person_id)
        if owner is None:
            continue
        card = Reporting(owner.language, office.district, office.sealer(draft.chat_id))
        push = Push(
            key=f"expired:{draft.id}",
            chat_id=draft.chat_id,
            due_at=now,
            expires_at=now + TELL_LIVES,
            message=cards.expired(card, draft.touched_at, now, basics.zone, basics.draft_expiry),
        )
        outbox.owe(tx, push, now)
    return len(found)
