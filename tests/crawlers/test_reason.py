"""A reason is a code of one table and the values of its sentence; it goes through the store and comes back the same."""

import ast
import json
from datetime import date
from pathlib import Path

import pytest

from crawlers.reason import REASONS, Reason, because, placeholders

ROOT = Path(__file__).parents[2]
DOWN = because("listing_page", url="https://a.vn/tin?p=2", why=because("answered", status=503))


def test_reason_says_its_english_line():
    assert str(DOWN) == "listing page https://a.vn/tin?p=2: answered 503"
    assert str(because("deadline", seconds=60.0)) == "not finished after 60 s"
    reached = because("reaches_back", route="feed", url="https://a.vn/rss", day=date(2020, 9, 6))
    assert str(reached) == "feed https://a.vn/rss reaches back to 2020-09-06 only"


@pytest.mark.parametrize(
    ("code", "args"),
    [
        ("no_such_code", {}),
        ("answered", {}),
        ("answered", {"status": 503, "day": date(2020, 9, 6)}),
        ("at", {"url": "x"}),
    ],
)
def test_reason_of_no_code_or_with_other_values_is_refused(code, args):
    with pytest.raises(ValueError, match=f"^{code}: no reason of the table"):
        because(code, **args)


def test_equal_reasons_are_one():
    assert {DOWN, because("listing_page", why=because("answered", status=503), url="https://a.vn/tin?p=2")} == {DOWN}


def test_reason_comes_back_from_json_the_same():
    assert Reason.from_json(json.loads(json.dumps(DOWN.as_json()))) == DOWN
    assert DOWN.as_json()["args"]["why"] == {"code": "answered", "args": {"status": 503}}


def test_sentence_of_old_stands_for_itself():
    assert Reason.from_json("page {2} answered 503") == because("said", said="page {2} answered 503")
    assert str(Reason.from_json("page {2} answered 503")) == "page {2} answered 503"


def test_reason_of_another_version_is_still_said():
    later = Reason.from_json({"code": "eclipse", "args": {"hours": 2}})
    assert str(later) == "eclipse, hours=2"
    assert str(Reason("answered", {"state": 1})) == "answered, state=1"


def test_every_code_is_made_somewhere():
    made = set().union(
        *(codes(file) for package in ("crawlers", "pipeline") for file in (ROOT / package).rglob("*.py"))
    )
    assert set(REASONS) - made == {"said"}  # of stores of old alone


def codes(file: Path) -> set[str]:
    """Gives the codes that a module's calls of `because` name; every text of the module where a call takes a variable."""
    tree = ast.parse(file.read_text("utf-8"))
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "because"
    ]
    texts = tree if any(not isinstance(call.args[0], ast.Constant) for call in calls) else ast.Module([], [])
    constants = [node for node in ast.walk(texts) if isinstance(node, ast.Constant)]
    return {node.value for node in (*constants, *(call.args[0] for call in calls)) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("code", REASONS)
def test_sentence_takes_plain_names_only(code):
    assert all(name.isidentifier() for name in placeholders(REASONS[code]))
