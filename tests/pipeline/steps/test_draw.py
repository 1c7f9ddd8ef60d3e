"""Articles are chosen for reading by rules that can be repeated, and the rule is kept with each of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import InputError
from pipeline.records import LabelEvent
from pipeline.review.draw import permanent
from pipeline.steps import drawing
from pipeline.steps.draw import (
    close_queue,
    draw_disagreements,
    draw_listed,
    draw_strata,
    draw_uniform,
    listed_queues,
    shown_queue,
)
from pipeline.steps.model import model_version
from pipeline.store import labels, queues

AT = datetime(2020, 9, 7, 2, tzinfo=UTC)
NUMBER = 300  # articles of the town


def with_review(config, **changes):
    return replace(config, review=replace(config.review, **changes))


def drawn(store, queue):
    return shown_queue(store, queue)[1]


def test_uniform_sample_is_what_the_permanent_numbers_say_and_keeps_why(town):
    config, store = town.config, town.store
    done = draw_uniform(config, store, AT)
    found = drawn(store, done.queue)
    numbers = permanent(config.review.seed, [each.article for each in found])
    assert 0.06 * NUMBER < len(found) == done.new == done.total < 0.2 * NUMBER
    assert (numbers < config.review.uniform_rate).all()
    assert sorted(numbers.tolist()) == numbers.tolist()
    assert {(each.topic, each.stratum, each.inclusion_probability) for each in found} == {(None, "all", 0.12)}


def test_night_by_night_the_sample_is_that_of_one_draw_at_the_end(town):
    config, store = town.config, town.store
    first = draw_uniform(config, store, AT)
    before = drawn(store, first.queue)
    town.put(range(NUMBER, NUMBER + 60))
    later = draw_uniform(config, store, AT + timedelta(days=1))
    after = drawn(store, later.queue)
    assert later.queue == first.queue
    assert after[: len(before)] == before
    assert later.new == len(after) - len(before) > 0
    assert draw_uniform(config, store, AT + timedelta(days=2)).new == 0
    ids = [town.article(n) for n in range(NUMBER + 60)]
    below = {one for one, u in zip(ids, permanent(config.review.seed, ids), strict=True) if u < 0.12}
    assert below <= {each.article for each in after}


def test_higher_rate_draws_only_what_it_adds(town):
    config, store = town.config, town.store
    first = draw_uniform(config, store, AT)
    more = draw_uniform(with_review(config, uniform_rate=0.3), store, AT)
    both = [{each.article for each in drawn(store, queue)} for queue in (first.queue, more.queue)]
    assert first.queue != more.queue
    assert not both[0] & both[1]
    assert all(each.inclusion_probability == 0.3 for each in drawn(store, more.queue))


def test_strata_add_to_the_uniform_sample_with_the_chance_of_both(town):
    config, store = town.config, town.store
    done = draw_strata(config, store, "congress", 40, AT)
    queue, found = shown_queue(store, done.queue)
    sizes = {each["name"]: each for each in queue.design["strata"]}
    assert len(found) == 40
    assert sum(each["size"] for each in sizes.values()) == NUMBER
    for each in found:
        low, high = map(float, each.stratum.split("-"))
        assert low <= each.score < high or each.score == high == 1
        assert each.inclusion_probability == sizes[each.stratum]["drawn"] / sizes[each.stratum]["size"]
        assert (each.topic, each.threshold, each.model) == ("congress", 0.5, model_version(config))
    assert (permanent(config.review.seed, [each.article for each in found]) >= config.review.uniform_rate).all()
    assert draw_strata(config, store, "congress", 40, AT + timedelta(days=1)) == replace(done, new=0)


def test_more_reads_draw_only_what_they_add(town):
    config, store = town.config, town.store
    first = draw_strata(config, store, "congress", 20, AT)
    more = draw_strata(config, store, "congress", 35, AT + timedelta(hours=1))
    whole = {each.article for queue in (first.queue, more.queue) for each in drawn(store, queue)}
    assert (first.total, more.total, len(whole)) == (20, 15, 35)


def test_stated_shares_are_blind_and_read_twice(town):
    config, store = town.config, town.store
    found = drawn(store, draw_uniform(with_review(config, uniform_rate=1.0), store, AT).queue)
    assert 0.05 < sum(each.blind for each in found) / len(found) < 0.16
    assert 0.05 < sum(each.wanted == 2 for each in found) / len(found) < 0.16


def test_draw_that_is_killed_leaves_nothing_and_run_again_gives_the_same(town, monkeypatch):
    config, store = town.config, town.store
    with monkeypatch.context() as patch:
        patch.setattr(drawing.queues, "add", killed)
        with pytest.raises(KeyboardInterrupt):
            draw_uniform(config, store, AT)
    assert listed_queues(store, closed=True) == []
    assert draw_uniform(config, store, AT).new > 0


def killed(connection, rows):
    queues_add(connection, rows[: len(rows) // 2])
    raise KeyboardInterrupt


queues_add = queues.add


def test_list_is_read_in_its_order_with_what_the_model_says(town, tmp_path):
    config, store = town.config, town.store
    ids = [town.article(n) for n in (90, 5)]
    file = tmp_path / "cells.jsonl"
    rows = [{"article": ids[0], "topic": "congress"}, {"article": ids[1]}, {"article": ids[0], "topic": "congress"}]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    done = draw_listed(config, store, "settle", file, AT)
    found = drawn(store, done.queue)
    assert [(each.article, each.topic, each.score) for each in found] == [
        (ids[0], "congress", town.score(90)),
        (ids[1], None, None),
    ]
    assert {each.inclusion_probability for each in found} == {None}
    assert draw_listed(config, store, "settle", file, AT) == replace(done, new=0)


def test_list_names_every_bad_row_and_draws_nothing(town, tmp_path):
    config, store = town.config, town.store
    file = tmp_path / "cells.jsonl"
    file.write_text(
        '{"article": "none", "topic": "congress"}\n{"article": 5}\n{"topic": "x"}\n{"article": "a", "topic": "x"}\n'
    )
    with pytest.raises(InputError) as told:
        draw_listed(config, store, "settle", file, AT)
    said = str(told.value)
    assert f"{file}:1: the store has no article 'none'" in said
    assert f'{file}:2: "article": expected text' in said
    assert f'{file}:3: missing "article"' in said
    assert f"{file}:4: x: not a topic" in said
    assert listed_queues(store, closed=True) == []


def test_what_reviewers_part_on_is_drawn_once_and_blind(town):
    config, store = town.config, town.store
    one, other = (town.article(n) for n in (1, 2))
    words = [(one, "lan", True), (one, "minh", False), (other, "lan", True), (other, "minh", True)]
    with store.begin() as connection:
        labels.append(connection, [LabelEvent(a, "congress", v, who, AT, "c") for a, who, v in words])
    done = draw_disagreements(config, store, AT)
    assert [(each.article, each.topic, each.blind, each.wanted) for each in drawn(store, done.queue)] == [
        (one, "congress", True, 1)
    ]
    assert draw_disagreements(config, store, AT) == replace(done, new=0)
    with store.begin() as connection:
        labels.append(connection, [LabelEvent(other, "youth", value=True, reviewer="lan", at=AT, codebook="c")])
    assert draw_disagreements(config, store, AT) is None  # what parts waits in a queue already


def test_closed_queue_is_listed_only_when_asked_for(town):
    config, store = town.config, town.store
    queue = draw_uniform(config, store, AT).queue
    assert close_queue(store, queue, AT)
    assert not close_queue(store, queue, AT)
    assert listed_queues(store) == []
    assert [state.queue.id for state in listed_queues(store, closed=True)] == [queue]
    with pytest.raises(InputError, match="queue nothing: there is none of this name"):
        close_queue(store, "nothing", AT)


def test_without_predictions_strata_ask_for_them(campaign):
    with campaign.open() as store, pytest.raises(InputError, match="run `rasoat classify` first"):
        draw_strata(campaign.config, store, "congress", 10, AT)


def test_nothing_is_added_to_a_closed_queue_that_nobody_is_served(town):
    queue = draw_uniform(town.config, town.store, AT).queue
    close_queue(town.store, queue, AT)
    before = drawn(town.store, queue)
    assert draw_uniform(town.config, town.store, AT).new == 0
    town.put(range(NUMBER, NUMBER + 60))
    with pytest.raises(InputError, match=f"{queue}: is closed"):
        draw_uniform(town.config, town.store, AT)
    assert drawn(town.store, queue) == before
