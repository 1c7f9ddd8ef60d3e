import json
from dataclasses import replace

import pytest

from models.codebook import Codebook

from .conftest import CODEBOOK


def test_codebook_comes_back_from_its_json():
    assert Codebook.from_json(CODEBOOK.as_json()) == CODEBOOK


def test_codebook_of_a_version_without_hints_is_still_read():
    rows = [{key: value for key, value in row.items() if key != "hints"} for row in json.loads(CODEBOOK.as_json())]
    assert [topic.hints for topic in Codebook.from_json(json.dumps(rows)).topics] == [(), ()]


def test_any_change_of_a_topic_makes_a_new_version():
    first, second = CODEBOOK.topics
    assert Codebook((replace(first, cues=("lúa",)), second)).version != CODEBOOK.version
    assert Codebook((second, first)).version != CODEBOOK.version


@pytest.mark.parametrize("text", ["[{}]", '[{"id": 1, "wrong": 2}]', "{", "[3]"])
def test_other_json_is_refused(text):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Codebook.from_json(text)


def test_topic_that_was_renamed_is_asked_as_the_model_has_learnt_it():
    first, second = CODEBOOK.topics
    renamed = Codebook((replace(first, id="new", formerly=("newer", first.id)), second))
    assert renamed.learnt_as([first.id]) == {"new": first.id}
    assert renamed.learnt_as(["new", first.id, second.id]) == {"new": "new", second.id: second.id}
    assert Codebook.from_json(renamed.as_json()) == renamed


def test_codebook_that_renamed_nothing_keeps_the_version_that_it_always_had():
    assert "formerly" not in CODEBOOK.as_json()
