"""What every card of a ticket needs: the reader's language, district, buttons and time, and the facts around a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cards.catalogue import Html, label, say
from cards.when import moment, stamp
from domain.button import Sealer
from domain.district import District
from domain.message import Button, Picture, Style
from domain.ticket import Ticket, Verb


@dataclass(frozen=True, slots=True)
class Ticketing:
    """What every card of a ticket needs: whose language, which district, whose buttons, and when."""

    language: str
    district: District
    seal: Sealer
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.district.basics.zone

    def say(self, key: str, **values: object) -> Html:
        """A sentence of this topic."""
        return say(self.language, f"ticket.{key}", **values)

    def label(self, key: str, **values: object) -> str:
        """The same where nothing is escaped."""
        return label(self.language, f"ticket.{key}", **values)

    def button(self, key: str, verb: str, *args: str | int, style: Style | None = None) -> Button:
        """A button whose label is a sentence of this topic."""
        return Button(self.label(key), self.seal(verb, *args), style=style)

    def state(self, ticket: Ticket) -> str:
        return self.label(f"state_{ticket.state}")

    def town(self, code: str | None) -> str:
        """A town's name in this language."""
        if code is None:
            return self.label("no_town")
        town = self.district.town(code)
        return town.name if self.language == "zh" else town.name_en

    def category(self, code: str) -> str:
        """A category's name in this language."""
        category = self.district.category(code)
        return category.name if self.language == "zh" else category.name_en

    def place(self, ticket: Ticket) -> str:
        """The town, and the site where one is known."""
        town = self.town(ticket.town)
        return self.label("place", town=town, site=ticket.site) if ticket.site else town

    def moment(self, at: datetime) -> str:
        return moment(self.language, at, self.now, self.zone)

    def stamp(self, at: datetime) -> str:
        """When, for a card that is read on another day."""
        return stamp(self.language, at, self.zone)


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket with what stands in other tables. Names are None where the reader may not know them.

    ``pictures`` are those from before the work, or all where that is not known; ``verbs`` what the reader may do.
    """

    ticket: Ticket
    pictures: tuple[Picture, ...] = ()
    reporter: str | None = None
    assignee: str | None = None
    reports: int = 1
    others: Sequence[Ticket] = ()
    after: tuple[Picture, ...] = ()
    verbs: tuple[Verb, ...] = ()
