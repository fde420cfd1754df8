"""A reminder that came back from the wire, and whose ticket has moved meanwhile."""

from datetime import timedelta

import pytest

from domain.moves import accept
from domain.people import Post, Role
from handlers.clocks import retime
from handlers.timed.calls import call_due
from handlers.timed.recall import recall
from storage import tickets
from tests.support.desk import LI, NOW, TOWN, enrol, fresh_db, office
from tests.support.tickets import a_ticket, filed
from tests.support.wire import Rig, gateway, page, wire


@pytest.fixture
async def rig(tmp_path):
    """One reminder to LI is owed; the wire answers the first call with 502, and LI accepts before that is known."""
    async with fresh_db(tmp_path) as db, wire() as bot_api, gateway(bot_api.url) as out:
        made, li = Rig(db, out), await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN))
        await filed(db, a_ticket(7, assigned_at=NOW))
        made.now = NOW + timedelta(minutes=20)
        await db.write(lambda tx: call_due(tx, office(), made.now))

        async def accepts(tx):
            ticket = (await tickets.by_numbers(tx.c, ["HJ20261123-0007"]))["HJ20261123-0007"]
            move = accept(ticket, at=made.now, by=li)
            tickets.save(tx, move)
            await retime(tx, move.ticket, made.now)

        async def moved_meanwhile(_request):
            await db.write(accepts)
            return page(502)

        bot_api.script = [moved_meanwhile]
        yield made, bot_api


@pytest.mark.parametrize(("is_recalled", "texts", "state"), [(True, 1, "cancelled"), (False, 2, "sent")])
async def test_it_is_not_sent_again(rig, is_recalled, texts, state):
    made, bot_api = rig
    more = {"waits_again": lambda tx, keys: recall(tx, office(), keys, made.now)} if is_recalled else {}
    await made.deliver(made.dispatcher(**more))
    made.later(60)
    await made.deliver(made.dispatcher(**more))
    assert len(bot_api.texts) == texts
    assert set((await made.states()).values()) == {state}
