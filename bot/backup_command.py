"""The commands that copy everything, and that make the bot anew from a copy."""

from pathlib import Path
from typing import Annotated

import typer
import uvloop

from bot import console, edge
from bot.backup import Copied, Restored, back_up, identity_of, recipient_of, restore
from bot.clock import SystemClock
from bot.settings import Settings, store_options
from storage.migrate import upgrade
from storage.photo_store import PhotoStore


def backup_command(
    folder: Annotated[Path, typer.Argument(help="Where the copies are; photos are kept there once.")],
) -> None:
    """Copy database and photos, encrypted, while the bot goes on."""
    read = edge.settings()
    copied = uvloop.run(_copied(read, folder))
    typer.echo(
        f"{copied.file}: {copied.rows} rows, {copied.photos} photos, of which {copied.new} were new to {folder}"
    )


def restore_command(
    file: Annotated[Path, typer.Argument(help="A copy, with the folder photos beside it.")],
    *,
    identity: Annotated[Path, typer.Option(help="The file with the secret key, of age-keygen.")],
) -> None:
    """Fill an empty database and photo store from a copy; what it owed is not sent again."""
    read = edge.settings()
    upgrade(read.database_url)
    made = uvloop.run(_restored(read, file, identity))
    typer.echo(
        f"restored as of {made.at:%Y-%m-%d %H:%M:%S} UTC: {made.rows} rows, {made.photos} photos; {made.ended} "
        "messages that waited then are not sent again; the groups are told of the gap when the bot starts"
    )


async def _copied(read: Settings, folder: Path) -> Copied:
    recipient = recipient_of(read.backup_recipient)
    store = PhotoStore.open(read.photo_store, store_options())
    async with console.database(read) as db:
        return await back_up(db, store, folder, recipient, SystemClock().now())


async def _restored(read: Settings, file: Path, identity: Path) -> Restored:
    store = PhotoStore.open(read.photo_store, store_options())
    async with console.database(read) as db:
        return await restore(db, store, file, identity_of(identity), SystemClock().now())
