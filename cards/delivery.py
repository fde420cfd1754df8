"""Words about delivery: a message that may have arrived already, and one that did not arrive."""

from datetime import datetime
from zoneinfo import ZoneInfo

from cards.catalogue import LANGUAGES, label, say
from cards.when import stamp
from domain.message import Message

TOO_LATE = "it came too late"  # as it is kept with the push


def sent_again(_repeat: int) -> str:
    """The label of a repeated push, in every language: whoever reads it did not choose."""
    return " ".join(label(language, "delivery.sent_again") for language in LANGUAGES)


def undelivered(language: str, name: str, reason: str, *, is_group: bool) -> Message:
    """To the office: what could not be delivered to whom, and what to look at."""
    key = "delivery.group_not_reached" if is_group else "delivery.person_not_reached"
    if reason == TOO_LATE:
        reason = label(language, "delivery.too_late")
    return Message(say(language, key, name=name, reason=reason))


def gap(language: str, since: datetime, until: datetime, zone: ZoneInfo) -> Message:
    """To everybody: what was sent between these moments may be missing, and what to do."""
    first, last = (stamp(language, at, zone) for at in (since, until))
    return Message(say(language, "delivery.gap", since=first, until=last))
