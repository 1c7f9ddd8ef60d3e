"""A plan of reading becomes a queue, and gives up readings that its verdicts no longer need."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from pipeline.audits import AuditItem, AuditResult, Verdict
from pipeline.errors import InputError
from pipeline.readings import Draw, Queue
from pipeline.records import LabelEvent, Prediction
from pipeline.steps.draw import shown_queue
from pipeline.steps.plan import draw_plan, plan_reading
from pipeline.steps.settled import close_settled, needless
from pipeline.store import articles, audits, clusters, frame, labels, predictions, schema
from pipeline.store.confirmed import confirmed
from tests.pipeline.steps.desks import AT, Desk

KEYS = ("before|congress|bao|items", "before|youth|dai|minutes")
DAY = date(2020, 9, 6)


def seen(config, ids, names=("uncertain", "uncertain")) -> AuditResult:
    """An audit in which the newspaper may have reported on the congress, and the broadcaster on the young."""
    reads = {"congress": ids[:2], "youth": ids[2:]}
    verdicts = tuple(
        Verdict(
            phase="before",
            topic=duty.topic,
            outlet=outlet,
            duty=duty,
            verdict=name,
            verified=0,
            machine=0,
            needed=duty.min_items or duty.min_minutes,
            unit="items" if duty.min_items else "minutes",
            days_proved=5,
            days_total=5,
            reason="",
            reason_en="",
            to_read=tuple(reads[duty.topic]) if name == "uncertain" else (),
        )
        for duty, outlet, name in zip(config.duties, ("bao", "dai"), names, strict=True)
    )
    items = {
        article: AuditItem(
            article=article,
            outlet="bao",
            channel="website",
            url="",
            title=f"Tin {n}",
            day=DAY,
            date_state="certain",
            cluster=article,
            minutes=1.0,
            verified=frozenset(),
            rejected=frozenset(),
            machine=frozenset(),
            scores={"congress": 0.8 - 0.3 * n, "youth": 0.4},
            evidence={},
            archive_sha256=None,
        )
        for n, article in enumerate(ids)
    }
    topics = tuple((topic.id, topic.name, topic.name_en) for topic in config.topics)
    return AuditResult(
        as_of=DAY,
        directive=config.directive,
        codebook=config.codebook.version,
        model="weak",
        phases=config.phases,
        outlets=config.outlets,
        topics=topics,
        cells=(),
        verdicts=verdicts,
        observed=(),
        items=items,
        undated_ids=(),
    )


def keep(store, result):
    with store.begin() as connection:
        audits.save(connection, result, "weak", {})
    return result


def say(store, article, topic, value, minute=0):
    with store.begin() as connection:
        at = AT.replace(minute=minute)
        labels.append(connection, [LabelEvent(article, topic, value, "r1", at, "c", origin="review")])


def test_a_plan_asks_for_an_audit_of_the_same_topics(filled):
    config, store, ids = filled
    with pytest.raises(InputError, match="no audit yet: run `rasoat audit` first"):
        plan_reading(config, store, 5)
    keep(store, replace(seen(config, ids), codebook="other"))
    with pytest.raises(InputError, match="the topics have changed since the last audit"):
        plan_reading(config, store, 5)


def test_a_plan_goes_on_from_what_was_said_since_the_audit(filled):
    config, store, ids = filled
    keep(store, seen(config, ids))
    found = plan_reading(config, store, 5)
    assert [each.article for each in found.plan.articles] == list(ids[:2])  # one minute is not enough for 1.5
    assert found.titles == {ids[0]: "Tin 0", ids[1]: "Tin 1"}
    say(store, ids[0], "congress", value=False)
    assert [each.article for each in plan_reading(config, store, 5).plan.articles] == [ids[1]]
    say(store, ids[1], "congress", value=True)
    assert plan_reading(config, store, 5).plan.articles == ()


def test_articles_that_a_large_audit_does_not_show_are_looked_up(filled):
    config, store, ids = filled
    keep(store, replace(seen(config, ids), items={}))
    assert plan_reading(config, store, 5).plan.articles == ()  # no model has read them
    with store.begin() as connection:
        for number, article in enumerate(ids):
            text = articles.get(connection, article).content_hash
            scores = {"congress": 0.2 + 0.3 * number, "youth": 0.4}
            predictions.save(connection, [Prediction(article, text, "weak", config.codebook.version, scores, (), {})])
    found = plan_reading(config, store, 5)
    assert [each.article for each in found.plan.articles] == list(ids[:2])
    assert found.titles[ids[1]] == "Giá rau tăng sau mưa"


def test_a_queue_of_a_plan_keeps_what_each_article_serves_and_is_drawn_once(filled):
    config, store, ids = filled
    keep(store, seen(config, ids))
    found = plan_reading(config, store, 5)
    done = draw_plan(config, store, found, AT)
    queue, drawn = shown_queue(store, done.queue)
    assert (queue.purpose, done.new) == ("settle", 2)
    assert queue.design["serves"] == {ids[0]: [KEYS[0]], ids[1]: [KEYS[0]]}
    assert [(each.article, each.topic, each.stratum) for each in drawn] == [(one, None, KEYS[0]) for one in ids[:2]]
    assert all(each.inclusion_probability is None for each in drawn)  # no chance decided
    assert draw_plan(config, store, found, AT).new == 0
    smaller = plan_reading(config, store, 1)
    assert draw_plan(config, store, smaller, AT) is None  # it waits in the other queue


def test_reviewers_are_passed_over_what_their_own_words_have_settled(filled):
    config, store, ids = filled
    keep(store, seen(config, ids))
    desk = Desk(config, store, ids)
    queue = draw_plan(config, store, plan_reading(config, store, 5), AT).queue
    first = desk.next("r1", queue)
    assert first.article.id == ids[0]
    desk.say(first, "congress")
    assert desk.next("r1", queue) is None
    with store.read() as connection:
        assert frame.waiting(connection) == {}


def test_of_a_text_on_several_pages_of_a_day_the_longest_that_was_confirmed_counts(filled):
    config, store, ids = filled
    pages, table = sorted(ids[1:]), schema.articles
    with store.begin() as connection:
        for number, page in enumerate(pages):
            now = {"outlet_id": "dai", "day": date(2020, 9, 2), "media_s": 60.0 * (1 + number)}
            connection.execute(update(table).where(table.c.id == page).values(now))
        clusters.replace(connection, {pages[1]: pages[0]})
    queue, draw = Queue("q", "settle", {"serves": {pages[0]: [KEYS[1]]}}, "c", AT), Draw("q", 0, pages[0], "c")
    passed_over = []
    for page in pages:
        say(store, page, "youth", value=True)
        with store.read() as connection:
            passed_over.append(needless(config, connection, queue)(draw))
    assert passed_over == [False, True]  # two minutes of the 1.5 asked, not one


def test_reviewers_go_on_where_their_words_settled_nothing(filled):
    config, store, ids = filled
    keep(store, seen(config, ids))
    desk = Desk(config, store, ids)
    queue = draw_plan(config, store, plan_reading(config, store, 5), AT).queue
    desk.say(desk.next("r1", queue))
    assert desk.next("r1", queue).article.id == ids[1]


def test_an_audit_closes_the_readings_of_verdicts_that_it_has_reached(filled):
    config, store, ids = filled
    keep(store, seen(config, ids))
    queue = draw_plan(config, store, plan_reading(config, store, 5), AT).queue
    assert close_settled(store, seen(config, ids)) == 0
    assert close_settled(store, seen(config, ids, ("not_observed", "uncertain"))) == 0
    assert close_settled(store, seen(config, ids, ("gap", "uncertain"))) == 2
    assert close_settled(store, seen(config, ids, ("gap", "uncertain"))) == 0
    assert Desk(config, store, ids).next("r1", queue) is None


def test_confirmed_is_what_stands_now_for_the_outlet_and_the_days(filled):
    _, store, ids = filled
    say(store, ids[0], "congress", value=True)
    say(store, ids[1], "congress", value=True)
    say(store, ids[1], "congress", value=False, minute=1)
    say(store, ids[2], "youth", value=True)

    def found(outlet, topic, last=5):
        with store.read() as connection:
            return confirmed(connection, outlet, topic, date(2020, 9, 1), date(2020, 9, last))

    assert [each.article for each in found("bao", "congress")] == [ids[0]]
    assert found("bao", "congress", last=1) == []
    assert found("bao", "youth") == []
    assert [(each.article, each.minutes) for each in found("dai", "youth")] == [(ids[2], 1.0)]
