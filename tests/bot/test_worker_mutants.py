"""Updates that were changed at random: none stops the others, and all are accounted for."""

import asyncio
import json
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from tests.support.desk import NOW, PATROL_POST, ZHANG, enrol
from tests.support.post import Json, message, mill, photo, pin, press

DATE = int(NOW.timestamp())
LANES = 128

STRANGE = (
    None,
    True,
    -1,
    0,
    2**31,
    2**70,
    1e300,
    "",
    "x" * 5000,
    "\u0000",
    [],
    {},
    [[1]],
    {"id": 1},
    "2026",
    0.1,
)


def mutants(seed: int, how_many: int) -> Iterator[bytes]:
    """Real updates in which one or a few values, keys or whole branches are changed."""
    rng = random.Random(seed)
    for n in range(how_many):
        update = json.loads(json.dumps(_whole(rng, ZHANG + n % LANES)))
        update["update_id"] = n + 1
        for _ in range(rng.choice((1, 1, 2, 4))):
            _mutate(update, rng)
        body = json.dumps(update).encode()
        yield body if rng.random() > 0.02 else body[: rng.randrange(1, 40)] + b"%d" % n


def _whole(rng: random.Random, who: int) -> Json:
    status = {
        "chat": {"id": -who, "type": "group"},
        "from": {"id": who, "is_bot": False, "first_name": "张三"},
        "date": DATE,
    }
    joined = {"old_chat_member": {"status": "left"}, "new_chat_member": {"status": "member"}}
    choices = (
        photo(1, "f1", person=who, album="a", caption="工地"),
        pin(1, person=who),
        message(1, person=who, text="/help"),
        message(1, person=who, text="在哪"),
        press(1, "dcat.a.b.c", person=who),
        message(1, person=who, chat=-who, text="/bind"),
        message(1, person=who, kind="edited_message", text="x"),
        {"update_id": 1, "my_chat_member": status | joined},
    )
    return rng.choice(choices)


def _mutate(update: Json, rng: random.Random) -> None:
    branches = [(holder, key) for holder, key in _leaves(update) if key != "update_id"]
    if not branches:
        return
    holder, key = rng.choice(branches)
    change = rng.random()
    if change < 0.2 and isinstance(holder, dict):
        del holder[key]
    elif change < 0.3 and isinstance(holder, dict):
        holder["new_field"] = rng.choice(STRANGE[:5])
    else:
        holder[key] = deepcopy(rng.choice(STRANGE))


def _leaves(value: object) -> Iterator[tuple[dict, str] | tuple[list, int]]:
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from _leaves(value[key])
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield value, at
            yield from _leaves(one)


async def test_ten_thousand_mutated_updates_are_all_accounted_for_and_stop_nobody(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        bodies = list(dict.fromkeys(mutants(1, 10_000)))
        for start in range(0, len(bodies), 500):
            await at.take(*bodies[start : start + 500])
        for n in range(LANES // 2):
            await enrol(at.db, ZHANG + n, PATROL_POST)
        await at.take(message(99_999, text="/help"))
        await asyncio.wait_for(at.work(), 120)
        states = await at.states()
        assert states.pop("pending", 0) == 0
        assert sum(states.values()) == len(bodies) + 1
        assert min(states.get(state, 0) for state in ("processed", "ignored", "quarantined")) > 20
        assert "say:1001:99999:1" in await at.owed()
