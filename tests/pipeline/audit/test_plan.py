import numpy as np
import pytest

from pipeline.audit.plan import plan
from pipeline.audits import AuditItem, AuditResult, Verdict
from pipeline.records import Directive, Duty
from tests.pipeline.audit.test_forecast import item

LETTER = Directive("1", "2020", "Sở", "")


def verdict(
    topic="du-lich", outlet="bao", *, needed=2, unit="items", reads=(), expected=None, name="uncertain", **more
):
    duty = Duty("sau", topic, outlet=outlet, min_items=int(needed))
    defaults = {"verified": 0, "machine": 0, "days_proved": 5, "days_total": 5, "reason": "", "reason_en": ""}
    return Verdict(
        phase="sau",
        topic=topic,
        outlet=outlet,
        duty=duty,
        verdict=name,
        needed=needed,
        unit=unit,
        to_read=tuple(reads),
        expected_reads=expected,
        **defaults | more,
    )


def result_of(verdicts, items: list[AuditItem]) -> AuditResult:
    by_id = {each.article: each for each in items}
    return AuditResult(None, LETTER, "c", "m", (), (), (), (), tuple(verdicts), (), by_id, ())


def scored(**scores) -> list[AuditItem]:
    return [item(article, 1, score=score) for article, score in scores.items()]


def test_the_verdict_that_needs_the_fewest_readings_comes_first():
    easy = verdict(outlet="dai", needed=1, reads=["b1", "b2"])
    hard = verdict(needed=2, reads=["a1", "a2", "a3"])
    found = plan(result_of([hard, easy], scored(a1=0.6, a2=0.5, a3=0.4, b1=0.95, b2=0.3)), 3)
    assert [each.article for each in found.articles] == ["b1", "a1", "a2"]
    assert [goal.outlet for goal in found.goals] == ["dai", "bao"]
    assert found.goals[0].chance == pytest.approx(0.95)
    assert found.goals[1].chance == pytest.approx(0.6 * 0.5)
    assert (found.uncertain, found.expected) == (2, pytest.approx(0.95 + 0.3))


def test_an_article_is_read_once_for_all_verdicts_that_it_serves():
    both = [verdict(outlet="bao", needed=1, reads=["a1"]), verdict("van-hoa", needed=1, reads=["a1"])]
    alone = verdict(outlet="dai", needed=1, reads=["b1"])
    items = [item("a1", 1, score=0.5), item("b1", 1, score=0.6)]
    items[0].scores["van-hoa"] = 0.5
    found = plan(result_of([alone, *both], items), 2)
    assert [each.article for each in found.articles] == ["b1", "a1"]
    assert set(found.articles[1].serves) == {both[0].key, both[1].key}
    assert [goal.reads for goal in found.goals] == [1, 1, 1]


def test_readings_that_find_nothing_settle_where_the_auditor_expects_it():
    """Two score high; if neither counts, five more exclude the duty: 1 + 0.5 + 0.25 x 5 readings on average."""
    lows = {f"l{n}": 0.001 for n in range(20)}
    open_ = verdict(needed=1, reads=["h1", "h2", *lows], expected=1 + 0.5 + 0.25 * 5)
    found = plan(result_of([open_], scored(h1=0.5, h2=0.5, **lows)), 100)
    assert [each.article for each in found.articles] == ["h1", "h2", "l0", "l1", "l2", "l3", "l4"]
    assert found.expected == 1.0
    few = plan(result_of([open_], scored(h1=0.5, h2=0.5, **lows)), 2)
    assert few.expected == pytest.approx(0.75)


def test_what_was_said_since_the_audit_is_not_read_again_and_counts():
    open_ = verdict(needed=2, reads=["a1", "a2", "a3"])
    items = scored(a1=0.6, a2=0.5, a3=0.4)
    found = plan(result_of([open_], items), 5, {"a1": {"du-lich": True}, "a2": {"khac": True}})
    assert [each.article for each in found.articles] == ["a2", "a3"]
    assert found.expected == pytest.approx(1 - 0.5 * 0.6)
    assert plan(result_of([open_], items), 5, {"a1": {"du-lich": True}, "a2": {"du-lich": True}}).uncertain == 0


def test_minutes_are_worth_what_the_item_lasts_and_hopeless_readings_are_left():
    long_, short = item("a1", 1, score=0.5, minutes=10.0), item("a2", 1, score=0.9, minutes=1.0)
    open_ = verdict(needed=8.0, unit="minutes", reads=["a2", "a1"])
    found = plan(result_of([open_], [long_, short]), 5)
    assert [each.article for each in found.articles] == ["a2", "a1"]
    assert found.expected == pytest.approx(0.5)
    hopeless = verdict(needed=50.0, unit="minutes", reads=["a2", "a1"])
    assert plan(result_of([hopeless], [long_, short]), 5).articles == ()


def test_settled_verdicts_ask_for_nothing():
    names = ("met", "gap", "not_observed")
    found = plan(result_of([verdict(name=name, reads=["a1"]) for name in names], scored(a1=0.9)), 5)
    assert (found.articles, found.goals, found.uncertain, found.expected) == ((), (), 0, 0)


def test_plans_of_many_verdicts_keep_to_the_readings_and_begin_alike():
    rng = np.random.default_rng(17)
    ids = [f"a{n:05}" for n in range(4_000)]
    topics = [f"t{n}" for n in range(10)]
    items = [item(each, 1) for each in ids]
    for each, scores in zip(items, rng.beta(0.2, 2, (len(ids), 10)), strict=True):
        each.scores.update(zip(topics, scores.tolist(), strict=True))
    by_id = {each.article: each for each in items}
    verdicts = []
    for n in range(200):
        topic, own = topics[n % 10], rng.choice(ids, 150, replace=False).tolist()
        own.sort(key=lambda each: -by_id[each].scores[topic])
        expected = float(rng.integers(5, 120)) if n % 3 else None
        verdicts.append(verdict(topic, f"o{n}", needed=int(rng.integers(1, 9)), reads=own, expected=expected))
    result = result_of(verdicts, items)
    plans = [plan(result, reads) for reads in (60, 300)]
    assert [len(each.articles) <= reads for each, reads in zip(plans, (60, 300), strict=True)] == [True, True]
    assert plans[0].expected < plans[1].expected < 200
    assert all(0 <= goal.chance <= 1 for each in plans for goal in each.goals)
    assert [each.article for each in plans[1].articles[:20]] == [each.article for each in plans[0].articles[:20]]
