"""Every method and parameter that the sandbox knows stands in the published Bot API."""

import json
from pathlib import Path

import pytest

from sandbox.bot_api import METHODS

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def published():
    if not (DATA / "botapi.json").is_file():
        pytest.skip("the published Bot API does not lie beside the checkout")
    names = {}
    for file in ("botapi.json", "botapi_10_3_overlay.json"):
        for method, form in json.loads((DATA / file).read_text())["methods"].items():
            names.setdefault(method, set()).update(field["name"] for field in form.get("fields", []))
    return names


@pytest.mark.parametrize("method", METHODS)
def test_a_method_knows_only_published_parameters(published, method):
    assert method in published
    assert METHODS[method].names - published[method] == set()


def test_a_made_up_parameter_would_be_noticed(published):
    assert {"chat_id", "colour"} - published["sendMessage"] == {"colour"}
