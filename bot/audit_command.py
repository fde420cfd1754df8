"""The command that checks the audit log."""

import re
from enum import StrEnum
from typing import Annotated

import typer
import uvloop

from bot import console, edge
from domain.audit import Fault, Head, Why
from storage import audit

WORDS = {
    Why.CHANGED: "audit row {seq} was changed",
    Why.MISSING: "audit row {seq} is missing",
    Why.UNLINKED: "audit row {seq} does not follow the row before it: rows were put in, moved or written anew",
    Why.NOT_THE_HEAD: "audit row {seq} is not the one that was kept as the head: rows were written anew",
    Why.BEYOND_THE_HEAD: "audit row {seq} stands beyond the head that was kept: it was put in",
    Why.NOT_THE_ANCHOR: "the audit log ends with row {seq} and does not hold the given head: "
    "rows were removed from its end, or it was written anew",
}
HASH = re.compile(r"[0-9a-f]{64}")


class Verb(StrEnum):
    """What can be done with the log."""

    VERIFY = "verify"


def audit_command(
    _what: Annotated[Verb, typer.Argument(metavar="verify", help="Check every row.")],
    *,
    head: Annotated[str | None, typer.Option(help="A head that was kept elsewhere, 64 digits.")] = None,
) -> None:
    """Check that no row of the audit log was changed, removed or put in; names the first that was."""
    if head is not None and not HASH.fullmatch(head):
        raise typer.BadParameter("a head is 64 hexadecimal digits", param_hint="--head")
    found = uvloop.run(_verify(head))
    if isinstance(found, Fault):
        typer.echo(WORDS[found.why].format(seq=found.seq), err=True)
        raise typer.Exit(1)
    typer.echo(f"the audit log is whole: {found.seq} rows, head {found.hash}")


async def _verify(head: str | None) -> Head | Fault:
    async with console.database(edge.settings()) as db, db.read() as c:
        return await audit.checked(c, head)
