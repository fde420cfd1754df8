"""The gate: a short run of races has one effect each, and what a careless bot does twice or too late is found."""

from tests.chaos.races import RACES, run

SEED = 20261123


async def test_u14_u17_a_race_has_one_effect_and_the_loser_is_told(tmp_path):
    scores = await run(20, SEED, tmp_path)
    assert [(score.rounds, score.wrong) for score in scores] == [(20, [])] * len(RACES)
    assert all(0 < score.first < 20 for score in scores)  # either may win: it is a race


async def test_two_effects_of_one_transaction_are_found_when_nobody_guards_the_ticket(tmp_path):
    scores = await run(12, SEED, tmp_path, "unguarded")
    assert all("2 effects" in str(score.wrong) for score in scores if score.race.second)


async def test_an_effect_after_the_end_of_the_posts_is_found_when_people_are_read_once(tmp_path):
    scores = await run(12, SEED, tmp_path, "stale")
    assert "acted after the posts had ended" in str(scores[-1].wrong)
