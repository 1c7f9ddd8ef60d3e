"""Verdicts where days of the phase went unseen, within what the campaign allows."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest

from crawlers.reason import Reason, because
from pipeline.audit.campaign import Campaign
from pipeline.audit.judge import judge
from pipeline.audit.requirement import on_seen_days
from pipeline.records import DayProof, Directive, Duty, Phase
from pipeline.settings import AuditSettings
from tests.pipeline.audit.frames import frame_of
from tests.pipeline.audit.rows import OUTLET, item

LONG = Phase("before", "Trước", date(2020, 9, 1), date(2020, 11, 29))
DAYS = [LONG.first_day + timedelta(days=n) for n in range(90)]
OUTAGE = because("answered", status=503)
DUTY = Duty("before", "t", outlet="bao", min_items=10)


def answer(items, lost=(4,), *, duty=DUTY, why=OUTAGE, allowed=1, **settings):
    """Judges 90 days of which some went unseen."""
    proofs = [DayProof("bao", day, proved=n not in lost, reason=why) for n, day in enumerate(DAYS)]
    chosen = AuditSettings(unproved_days_allowed=allowed, **settings)
    campaign = Campaign(
        Directive("1", "2020", "Sở", "Việc"), "c", "m", (LONG,), (OUTLET,), (("t",) * 3,), (duty,), chosen
    )
    after = date(2020, 12, 31)
    [verdict] = judge(campaign, frame_of(items, ["t"], [OUTLET]), proofs, after, after).verdicts
    return verdict


def on(day, number, **more):
    return replace(item(number, **more), day=DAYS[day])


def confirmed(count):
    return [on(20 + n, n, verified=["t"]) for n in range(count)]


def test_day_that_nobody_saw_may_hold_what_is_missing():
    assert answer(confirmed(9)).verdict == "not_observed"
    few = answer(confirmed(5))
    assert (few.verdict, few.method, few.risk) == ("gap", "census", 0.05)
    assert answer(confirmed(6)).verdict == "not_observed"
    assert answer(confirmed(10)).verdict == "met"
    assert answer(confirmed(5), allowed=0).verdict == "not_observed"
    assert answer(confirmed(5), lost=(4, 5), allowed=2).verdict == "not_observed"
    assert answer(confirmed(5), false_gaps=0.02).verdict == "not_observed"  # a smaller risk asks for more


def test_gap_beside_unseen_days_names_them_and_the_condition_in_both_languages():
    few = answer(confirmed(5))
    assert "đã quan sát 89/90 ngày của giai đoạn" in few.reason
    assert (
        "số còn thiếu có thể nằm ở ngày chưa quan sát được (05/09); khả năng kết luận nhầm nêu trên đã tính"
        in few.reason
    )
    assert (
        "what is missing may lie on days not observed (5 Sep): the risk counts that in, on condition that"
        in few.reason_en
    )
    assert "wrong is 5% at most" in few.reason_en


@pytest.mark.parametrize(
    "why",
    [
        because("reaches_back", route="feed", url="u", day="2020-09-06"),
        because("section", url="u", why=because("cut_off", route="listing", url="u", number=3)),
    ],
)
def test_day_that_a_list_overran_is_no_day_like_others(why: Reason):
    assert answer(confirmed(5), why=why).verdict == "not_observed"


def test_open_duty_is_judged_on_the_seen_days_at_half_of_the_risk():
    unread = [on(30 + n % 40, 100 + n, score=0.001) for n in range(60)]
    one = answer([*confirmed(5), *unread])
    assert one.verdict == "uncertain"
    assert "1 ngày chưa quan sát được có thể còn bài" in one.reason
    assert answer([*confirmed(6), *unread]).verdict == "not_observed"  # no reading could call it a gap
    denied = [replace(each, rejected=frozenset("t")) for each in unread[2:]]
    told = answer([*confirmed(1), *unread[:2], *denied])
    assert (told.verdict, told.method, told.risk) == ("gap", "census", 0.05)
    minutes = replace(DUTY, min_items=None, min_minutes=10)
    long = [replace(each, minutes=1.0) for each in confirmed(6)]
    assert [answer(long[:n], duty=minutes).verdict for n in (5, 6)] == ["gap", "not_observed"]


@pytest.mark.parametrize("by_day", [(10,), (1,) * 10, (3, 3, 2, 2), (5, 5), (7, 1, 1, 1)])
@pytest.mark.parametrize("beyond", [0, 3])
def test_lost_days_make_no_more_false_gaps_than_half_of_the_risk_however_items_are_spread(by_day, beyond):
    """All ways to lose one day, or two, out of 90 and of 200, tried one by one; just as many were asked, or fewer."""
    asked = sum(by_day) - beyond
    for days, lost in ((90, 1), (200, 2)):
        items = np.zeros(days)
        items[: len(by_day)] = by_day
        ways = [sum(items) - sum(items[list(way)]) for way in combinations(range(days), lost)]
        least = on_seen_days(asked, lost / days, 0.025, whole=True)
        assert np.mean(np.array(ways) < least) <= 0.025
