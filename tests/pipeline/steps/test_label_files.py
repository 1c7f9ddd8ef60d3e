"""Rows of a label file find their article or are told; a row speaks for no topic that nobody read it for."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.errors import InputError
from pipeline.steps.label_files import import_labels
from pipeline.store import labels

AT = datetime(2020, 10, 1, 3, tzinfo=UTC)


def imported(campaign, *rows):
    file = campaign.folder / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    with campaign.open() as store:
        done = import_labels(campaign.config, store, file, "r1", AT)
        with store.read() as connection:
            return done, labels.current(connection)


@pytest.mark.parametrize(
    "row",
    [{"id": "0123456789abcdef"}, {"id": 7}, {"url": "abc"}, {"url": "http://[/"}, {"id": "\ud800", "url": "\ud800"}],
)
def test_row_whose_article_is_unknown_is_told_and_the_others_are_kept(campaign, row):
    good = {"id": campaign.ids[0], "topics": ["congress"]}
    done, current = imported(campaign, row | {"topics": []}, good)
    assert (done.rows, len(done.unmatched)) == (1, 1)
    assert "labels.jsonl:1: " in done.unmatched[0]
    assert list(current) == [campaign.ids[0]]


@pytest.mark.parametrize("row", [{"id": [1]}, {"id": True}, {"url": {}}, {"id": "x", "reviewer": 3}])
def test_identity_that_is_no_text_is_refused_with_its_line(campaign, row):
    with pytest.raises(InputError, match=r"labels\.jsonl:1: \"(id|url|reviewer)\": expected text"):
        imported(campaign, row | {"topics": []})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"topics": [], "reviewed": []}, {}),
        ({"topics": ["youth"], "reviewed": []}, {"youth": True}),
        ({"topics": ["youth"], "reviewed": ["congress"]}, {"congress": False, "youth": True}),
        ({"topics": ["youth"], "reviewed": None}, {"congress": False, "youth": True}),
        ({"topics": []}, {"congress": False, "youth": False}),
    ],
)
def test_row_speaks_for_what_was_reviewed_and_what_it_names(campaign, row, said):
    _, current = imported(campaign, {"id": campaign.ids[0]} | row)
    assert current.get(campaign.ids[0], {}) == said
