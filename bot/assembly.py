"""Runs the bot: what is opened at the start, which loops run, and how everything ends."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError

from bot import memory
from bot.air_papers import AirPapers
from bot.clock import Clock, SystemClock
from bot.darkroom import Darkroom
from bot.dispatcher import Dispatcher
from bot.finding import intake_finding
from bot.house import Shell, build
from bot.incoming import Reader
from bot.intake import Intake
from bot.introduction import introduce
from bot.metrics import Meter
from bot.photos import PhotoFetcher
from bot.poller import Poller
from bot.process import has_ended
from bot.settings import Settings, SettingsError
from bot.tasks import Tasks
from bot.timetable import Rest, Timetable, between_ticks
from bot.web import serving
from bot.webhook import PATH, webhook
from bot.worker import Worker
from handlers.desk import Office
from handlers.router import route
from handlers.timed import assessments, auditor, corrections, digest, gap, rankings
from handlers.timed.air_papers import let_go
from handlers.timed.calls import call_due
from handlers.timed.consequences import propose
from handlers.timed.drafts import close_expired
from handlers.timed.lookbacks import ask_due, settle
from handlers.timed.orders import remind_due
from handlers.timed.questions import forget_old
from handlers.timed.retention import forget_raw_updates
from handlers.timed.works import close_expired_works
from storage.damage import damage
from storage.instance import Instance, LeaseLost

DRAIN_SECONDS = 8.0  # of the ten that a service manager is told to wait
ME_SECONDS = 2.0

log = structlog.get_logger()


async def run(
    settings: Settings, clock: Clock | None = None, ready: Callable[[int], None] | None = None
) -> None:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            os._exit(1)  # whatever was acknowledged is in the database
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, asked)
    await serve(settings, clock or SystemClock(), stop, ready)


async def serve(
    settings: Settings,
    clock: Clock,
    stop: asyncio.Event,
    ready: Callable[[int], None] | None = None,
    *,
    rest: Rest = between_ticks,
) -> None:
    """Run until ``stop`` is set; ``ready`` is told the port of the web server once people are served.

    The database is to be at its newest revision.
    """
    if ":" not in settings.token:
        raise SettingsError("LANXUN_TELEGRAM_TOKEN: must be the token that BotFather gave, like 123456:ABC…")
    shell = build(settings, clock)
    async with AsyncExitStack() as stack:
        await shell.db.start()
        stack.push_async_callback(shell.db.stop)
        await shell.gateway.start()
        stack.push_async_callback(shell.gateway.stop)
        stack.push_async_callback(shell.drawing.close)
        instance = Instance(shell.db, clock.now, shell.owner, has_ended)
        stack.push_async_callback(instance.release)
        if shell.db.is_sqlite:
            await instance.acquire(stop)
        await _live(shell, instance, stop, ready, rest)


async def _live(
    shell: Shell,
    instance: Instance,
    stop: asyncio.Event,
    ready: Callable[[int], None] | None,
    rest: Rest,
) -> None:
    me = await _who_am_i(shell, stop)
    if me is None:
        return
    await _refuse_what_cannot_work(shell)
    await shell.shelf.refresh(shell.db)
    office = await shell.office(me)
    dispatcher, darkroom = shell.dispatcher(office, instance), Darkroom(shell.district.basics.zone)
    worker = _worker(shell, office, str(me["username"]), dispatcher.nudge)
    intake = Intake(shell.db, shell.clock, shell.bot_id, worker.nudge)
    beat = partial(shell.health.beat, "intake")
    by_hook = shell.settings.intake == "webhook"
    hook = (PATH, webhook(intake, shell.settings.webhook_secrets, beat)) if by_hook else None
    poller = None if by_hook else Poller(shell.gateway, intake, beat)
    meter, tasks = Meter(shell, dispatcher), Tasks(shell.health.fell)
    where = shell.settings.http_host, shell.settings.http_port
    async with serving(*where, shell.health, meter.registry, hook) as port:
        tasks.start("worker", worker.run)
        tasks.start("sites", partial(shell.shelf.keep_fresh, shell.db))
        tasks.start("meter", meter.run)
        memory.settle()
        if ready:
            ready(port)
        log.info("running", bot=me["username"], intake=shell.settings.intake, port=port)
        await instance.acquire(stop)
        shell.health.sit_down()
        tasks.start("lease", partial(_keep_lease, instance, stop))
        tasks.start("dispatcher", partial(dispatcher.run, within=DRAIN_SECONDS))
        tasks.start("photos", _fetcher(shell, office, darkroom, worker, dispatcher).run)
        tasks.start("tables", _tables(shell, office, dispatcher).run)
        tasks.start("timetable", _timetable(shell, office, dispatcher, rest).run)
        tasks.start("introduction", partial(introduce, shell.gateway, shell.settings, shell.health.fell))
        if poller:
            tasks.start("poller", poller.run)
        await stop.wait()
        log.info("ending")
    if poller:
        poller.stop()
    worker.stop()
    dispatcher.stop()
    await tasks.stop(DRAIN_SECONDS, "poller", "worker", "dispatcher")
    darkroom.close()


def _worker(shell: Shell, office: Office, username: str, worked: Callable[[], None]) -> Worker:
    reader = Reader(shell.bot_id, username)
    return Worker(db=shell.db, clock=shell.clock, reader=reader, office=office, route=route, worked=worked)


def _fetcher(
    shell: Shell, office: Office, darkroom: Darkroom, worker: Worker, dispatcher: Dispatcher
) -> PhotoFetcher:
    return PhotoFetcher(
        db=shell.db,
        clock=shell.clock,
        office=office,
        store=shell.store,
        darkroom=darkroom,
        download=shell.gateway.download,
        idle=lambda: worker.idle,
        told=dispatcher.nudge,
    )


def _tables(shell: Shell, office: Office, dispatcher: Dispatcher) -> AirPapers:
    return AirPapers(
        db=shell.db,
        clock=shell.clock,
        office=office,
        download=shell.gateway.download,
        told=dispatcher.nudge,
    )


def _timetable(shell: Shell, office: Office, dispatcher: Dispatcher, rest: Rest) -> Timetable:
    return Timetable(
        db=shell.db,
        clock=shell.clock,
        jobs={
            "close expired drafts": lambda tx, now: close_expired(tx, office, now),
            "close expired works": lambda tx, now: close_expired_works(tx, office, now),
            "forget old questions": forget_old,
            "look back": lambda tx, now: ask_due(tx, office, now),
            "orders from above": lambda tx, now: remind_due(tx, office, now),
            "photos of looking back": lambda tx, now: settle(tx, office, now),
            "call deadlines": lambda tx, now: call_due(tx, office, now),
            "look for what is forgotten": auditor.look,
            "propose consequences": lambda tx, now: propose(tx, office, now),
            "morning digest": lambda tx, now: digest.morning(tx, office, now),
            "tell what may be missing": lambda tx, now: gap.tell(tx, office, now),
            "forget raw updates": forget_raw_updates,
            "unanswered air tables": lambda tx, now: let_go(tx, office, now),
            "missing air data": lambda tx, now: rankings.missing(tx, office, now),
            "corrected rankings": lambda tx, now: corrections.send(tx, office, now),
            "rankings": lambda tx, now: rankings.send(tx, office, now),
            "assessments of work": lambda tx, now: assessments.send(tx, office, now),
            "evening list": lambda tx, now: digest.evening(tx, office, now),
        },
        beat=partial(shell.health.beat, "timetable"),
        told=dispatcher.nudge,
        rest=rest,
    )


async def _who_am_i(shell: Shell, stop: asyncio.Event) -> dict[str, Any] | None:
    """Ask until Telegram answers; None when the end comes first. Raises SettingsError for a bad token."""
    while not stop.is_set():
        try:
            return await shell.gateway.get_me()
        except PermissionError as error:
            raise SettingsError(f"LANXUN_TELEGRAM_TOKEN: {error}") from None
        except ConnectionError as error:
            log.warning("Telegram cannot be reached yet", error=str(error), again_in_seconds=ME_SECONDS)
            await _rest(stop, ME_SECONDS)
    return None


async def _refuse_what_cannot_work(shell: Shell) -> None:
    """A damaged database, or a webhook that takes every update away from polling; raises SettingsError."""
    async with shell.db.read() as c:
        found = await damage(c)
    if found:
        raise SettingsError(f"the database is damaged ({found}); put a copy back, see docs/operations.md")
    try:
        info = await shell.gateway.get_webhook_info()
    except TelegramError as error:
        log.warning("nobody says whether a webhook is set", error=str(error))
        return
    if shell.settings.intake == "polling" and info.url:
        finding = intake_finding(shell.settings, info)
        raise SettingsError(f"{finding.found}; {finding.remedy}")


async def _keep_lease(instance: Instance, stop: asyncio.Event) -> None:
    try:
        await instance.keep()
    except LeaseLost as lost:
        log.warning("another instance took over; this one ends", holder=str(lost))
        stop.set()


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
