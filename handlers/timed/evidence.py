"""What becomes of a photo once it was fetched: kept with what was found out about it, or refused with a word to the reporter."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from cards import report as cards
from cards.report import Reporting
from domain.geo import Point
from domain.message import Message
from domain.photo import PhotoFacts, PhotoRefusal, RefusalReason, WarningRules, same_picture, warnings
from domain.push import Push
from handlers.desk import Office
from handlers.tell import AFTER
from handlers.timed import after_photos
from storage import drafts, outbox, people, photos, works
from storage.photos import Kept
from storage.tx import Tx

LOOK_BACK = timedelta(days=30)  # how far back a picture is compared with others by its looks
LOOK_AT = 2000
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
GIVE_UP = timedelta(hours=24)
TELL_LIVES = timedelta(hours=12)


async def stored(tx: Tx, office: Office, photo: Kept, facts: PhotoFacts, now: datetime) -> None:
    """The photo is in the store; what a reviewer should look at is noted. Only a used one is no proof of a work."""
    draft = await drafts.by_id(tx.c, photo.draft_id)
    work = await works.by_id(tx.c, photo.draft_id) if photo.kind == AFTER else None
    place = draft.place if draft else work
    point = Point(place.lat, place.lng) if place and place.lat is not None and place.lng is not None else None
    rules = WarningRules(office.district.basics.zone)
    found: list[dict[str, Any]] = [
        _plain(asdict(one)) for one in warnings(facts, point, photo.received_at, rules)
    ]
    same = await photos.elsewhere(tx.c, photo, facts.sha256)
    if same and work and work.state == "open":
        await after_photos.used(tx, office, photo, now)
        return
    found += [{"kind": "used_before", "number": one.number, "photo": one.id} for one in same]
    if not same and facts.telling_hash:
        found += await _alike(tx, office, photo, facts.telling_hash)
    photos.store(tx, photo, facts, found)
    if work and work.state == "submitted":
        after_photos.judge_later(tx, office, work, now)


async def refused(tx: Tx, office: Office, photo: Kept, why: PhotoRefusal, now: datetime) -> None:
    """The file is no photo that can be used: the reporter is told, and an open report goes on without it."""
    photos.refuse(tx, photo, why.reason.value, now)
    draft = await drafts.by_id(tx.c, photo.draft_id)
    if draft and draft.state == "open":
        drafts.save(tx, draft.without_photo(photo.id.split(":", 1)[1]))
    sentences = {RefusalReason.HEIC: "photo_heic", RefusalReason.TOO_BIG_BYTES: "photo_too_big"}
    await _tell(tx, office, photo, sentences.get(why.reason, "photo_unusable"), now)


async def unfetched(tx: Tx, office: Office, photo: Kept, reason: str, now: datetime) -> None:
    """It could not be fetched now: again after 1, 5 and 30 minutes, for a day; then the reporter is asked again."""
    if now - photo.received_at < GIVE_UP:
        photos.later(tx, photo, now + RETRIES[min(photo.attempts, len(RETRIES) - 1)], reason)
        return
    photos.refuse(tx, photo, reason, now)
    await _tell(tx, office, photo, "photo_lost" if photo.number else "photo_unusable", now)


async def _alike(tx: Tx, office: Office, photo: Kept, looks: str) -> list[dict[str, Any]]:
    others = await photos.recent_pictures(tx.c, photo, photo.received_at - LOOK_BACK, LOOK_AT)
    bits = office.district.basics.photos.same_bits
    alike = [one for one in others if same_picture(looks, one.perceptual, bits)]
    return [{"kind": "looks_like", "number": one.number, "photo": one.id} for one in alike[:5]]


async def _tell(tx: Tx, office: Office, photo: Kept, key: str, now: datetime) -> None:
    person = (await people.of(tx.c, [photo.person_id])).get(photo.person_id)
    card = Reporting(person.language if person else "zh", office.district, office.sealer(photo.chat_id))
    message: Message = cards.plain(card, key, number=photo.number or "")
    push = Push(
        key=f"photo:{photo.id}",
        chat_id=photo.chat_id,
        due_at=now,
        expires_at=now + TELL_LIVES,
        message=message,
    )
    outbox.owe(tx, push, now)


def _plain(warning: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in warning.items()
        if value is not None
    }
