"""Making an invitation and opening its link, for tests."""

from domain.people import Post, Role
from handlers.chat.joining import make_invitation, start
from storage.db import Database
from storage.tx import Tx
from tests.support.desk import NOW, TOWN, ZHANG, Owed, command, handle

PATROL = Post(Role.PATROL, TOWN)


async def invited(db: Database, post: Post = PATROL, **more: object) -> str:
    async def job(tx: Tx) -> str:
        return make_invitation(tx, NOW, post, **more)[0]  # type: ignore[arg-type]

    return await db.write(job)


async def opened(db: Database, code: str, person_id: int = ZHANG, **more: object) -> Owed:
    (card,) = await handle(db, start, command("start", code, person_id), code, **more)  # type: ignore[arg-type]
    return card
