"""The parts of one bot process, put together from the settings."""

import asyncio
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.dispatcher import Dispatcher
from bot.district_files import load_district, load_lexicon
from bot.drawing import Drawing
from bot.gateway import Gateway
from bot.health import Health
from bot.picture_source import PictureSource
from bot.process import own_name
from bot.seat import Seat
from bot.settings import Settings, store_options
from bot.uploads import Uploads
from cards.delivery import sent_again
from domain.district import District
from domain.geo import Fence
from domain.guess import Guesser
from domain.limits import Rates
from domain.name_spans import Towns
from domain.name_text import Lexicon, Named
from domain.push import Push
from domain.sites import SiteBook
from handlers.desk import Office
from handlers.timed.recall import recall
from handlers.timed.undelivered import tell_office
from storage import facts, sites
from storage.db import Database
from storage.photo_store import PhotoStore
from storage.tx import Tx

KEY_BYTES = 32
ID_BYTES = 6
REFRESH_SECONDS = 10.0

log = structlog.get_logger()


class SiteShelf:
    """The book of sites that is in use; a new one is made beside the loop when the register has grown."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon, self._count, self._book = lexicon, 0, SiteBook([], lexicon)

    def current(self) -> SiteBook:
        """The newest book."""
        return self._book

    async def refresh(self, db: Database) -> None:
        """Make a new book when the number of sites changed."""
        async with db.read() as c:
            if await sites.count(c) == self._count:
                return
            register = await sites.every(c)
        self._book = await asyncio.to_thread(SiteBook, register, self._lexicon)
        self._count = len(register)

    async def keep_fresh(self, db: Database) -> None:
        """Look for changes until cancelled."""
        while True:
            await self.refresh(db)
            await asyncio.sleep(REFRESH_SECONDS)


@dataclass(slots=True)
class Shell:
    """What exists before Telegram has told who the bot is."""

    settings: Settings
    clock: Clock
    db: Database
    district: District
    lexicon: Lexicon
    shelf: SiteShelf
    store: PhotoStore
    drawing: Drawing
    gateway: Gateway
    health: Health
    owner: str

    @property
    def bot_id(self) -> int:
        """The number before the colon of the token."""
        return int(self.settings.token.split(":", 1)[0])

    async def office(self, me: dict[str, Any]) -> Office:
        """What every desk shares; the key of the buttons is made once and kept."""
        made = secrets.token_hex(KEY_BYTES)
        key = await self.db.write(lambda tx: facts.first(tx, "button_key", made))
        towns = [
            Named(town.code, town.name, (town.name_en, *town.aliases, *town.former_names))
            for town in self.district.towns
        ]
        return Office(
            district=self.district,
            fence=Fence(self.district.cells, self.district.basics.border_margin_m),
            towns=Towns(towns, self.lexicon),
            categories=Guesser(self.district.categories, self.lexicon),
            sites=self.shelf.current,
            button_key=bytes.fromhex(key),
            bot_name=str(me["username"]),
            new_id=partial(secrets.token_hex, ID_BYTES),
            sees_all_messages=bool(me.get("can_read_all_group_messages")),
        )

    def dispatcher(self, office: Office, seat: Seat) -> Dispatcher:
        """The loop of the outbox; what it could not deliver is told to the office."""

        async def undelivered(tx: Tx, push: Push, reason: str) -> None:
            log.error("a push was not delivered", key=push.key, chat_id=push.chat_id, reason=reason)
            await tell_office(tx, office, push, reason, self.clock.now())

        rate = self.settings.sends_per_second
        return Dispatcher(
            self.db,
            self.gateway,
            now=self.clock.now,
            owner=self.owner,
            bot_id=self.bot_id,
            undelivered=undelivered,
            waits_again=lambda tx, keys: recall(tx, office, keys, self.clock.now()),
            rates=Rates(per_second=rate, bulk_per_second=max(rate, 1)),
            seat=seat,
        )


def build(settings: Settings, clock: Clock) -> Shell:
    """The shell of a process; nothing is opened yet."""
    district, lexicon = load_district(settings.district), load_lexicon(settings.district)
    db = Database(settings.database_url)
    store = PhotoStore.open(settings.photo_store, store_options())
    bot_id = int(settings.token.split(":", 1)[0])
    drawing = Drawing()
    pictures = PictureSource(db, store, drawing, bot_id)
    gateway = Gateway(
        settings.token,
        uploads=Uploads(pictures.bytes_of, pictures.file_id_of),
        repeat_label=sent_again,
        api_url=settings.telegram_api_url,
        proxy=settings.telegram_proxy,
    )
    return Shell(
        settings=settings,
        clock=clock,
        db=db,
        district=district,
        lexicon=lexicon,
        shelf=SiteShelf(lexicon),
        store=store,
        drawing=drawing,
        gateway=gateway,
        health=Health(clock, clock.now(), silent_intake_is_fine=settings.intake == "webhook"),
        owner=own_name(),
    )
