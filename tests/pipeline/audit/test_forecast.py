from datetime import date, timedelta
from time import process_time

import numpy as np
import pytest

from pipeline.audit.forecast import forecast
from pipeline.audit.paces import PRIOR_DAYS
from pipeline.audits import AuditItem
from pipeline.frames import Frame
from pipeline.records import DayProof, Duty, Outlet, Phase
from tests.pipeline.audit.frames import frame_of

FIRST = date(2020, 9, 1)
PHASE = Phase("sau", "Sau lễ", FIRST, FIRST + timedelta(days=29))
BEFORE = Phase("truoc", "Trước lễ", FIRST - timedelta(days=31), FIRST - timedelta(days=1))
BAO = Outlet("bao", "Báo A", "newspaper", ("press",))
DAI = Outlet("dai", "Đài B", "broadcaster", ("press",))
TODAY = FIRST + timedelta(days=10)
ITEMS = Duty("sau", "du-lich", group="press", min_items=4)
MINUTES = Duty("sau", "du-lich", outlet="dai", min_minutes=20.0)
DAYS = Duty("sau", "du-lich", group="press", max_gap_days=5)


def item(article: str, day: int, outlet: str = "bao", *, said: str = "", score: float = 0.0, **more) -> AuditItem:
    defaults = {"channel": "website", "cluster": article, "minutes": 0.0}
    return AuditItem(
        article=article,
        outlet=outlet,
        url=f"https://a.example/{article}",
        title="",
        day=FIRST + timedelta(days=day),
        date_state="certain",
        verified=frozenset({"du-lich"} if said == "yes" else ()),
        rejected=frozenset({"du-lich"} if said == "no" else ()),
        machine=frozenset({"du-lich"} if score >= 0.5 else ()),
        scores={"du-lich": score},
        evidence={},
        archive_sha256=None,
        **defaults | more,
    )


def proofs(outlets=(BAO, DAI), days=range(-30, 11)):
    return [DayProof(outlet.id, FIRST + timedelta(days=day), proved=True) for outlet in outlets for day in days]


def forecasts(items, duties, *, as_of=TODAY, over=None, seen=None, outlets=(BAO, DAI)):
    frame = frame_of(items, ["du-lich"], outlets)
    known = proofs() if seen is None else seen
    rows = forecast((BEFORE, PHASE), outlets, ["du-lich"], duties, frame, known, as_of, over)
    return {(row.outlet, row.unit): row for row in rows}


def test_only_phases_that_run_are_forecast_the_likeliest_to_be_missed_first():
    items = [item("a1", 1, said="yes"), item("a2", 5, said="yes"), item("b1", 3, "dai", said="no")]
    duty_before = Duty("truoc", "du-lich", outlet="bao", min_items=1)
    frame = frame_of(items, ["du-lich"], (BAO, DAI))
    rows = forecast((BEFORE, PHASE), (BAO, DAI), ["du-lich"], (duty_before, ITEMS, DAYS), frame, proofs(), TODAY)
    assert len(rows) == 4
    assert {row.phase for row in rows} == {"sau"}
    assert [row.missing for row in rows] == sorted((row.missing for row in rows), reverse=True)
    assert forecast((PHASE,), (BAO, DAI), ["du-lich"], (ITEMS,), frame, proofs(), PHASE.last_day, PHASE.last_day) == ()


def test_a_row_says_what_is_done_what_is_likely_and_which_pace_would_do():
    items = [item("a1", 1, said="yes"), item("a2", 5, score=0.75), item("a3", 6, score=0.75, said="no")]
    row = forecasts(items, (ITEMS,))["bao", "items"]
    assert (row.verified, row.likely, row.needed) == (1, 1.75, 4)
    assert (row.days_seen, row.days_left) == (11, 19)
    assert row.pace_needed == pytest.approx(3 / 19)
    assert row.last_day == PHASE.last_day
    silent = forecasts(items, (DAYS,))["bao", "days"]
    assert (silent.verified, silent.likely, silent.needed) == (9, 5, 5)  # silent since a1, with the machine since a2
    assert silent.last_day == FIRST + timedelta(days=11)
    assert silent.pace_needed == pytest.approx(1 / 5)


def test_a_copy_on_the_website_of_one_day_is_one_item_and_a_second_airing_is_another():
    copies = [item("a1", 1, said="yes", cluster="x"), item("a2", 1, said="yes", cluster="x")]
    aired = [item(f"b{n}", 1, "dai", said="yes", cluster="y", channel="radio", minutes=6.0) for n in range(2)]
    rows = forecasts([*copies, *aired], (ITEMS, MINUTES))
    assert (rows["bao", "items"].verified, rows["dai", "items"].verified) == (1, 2)
    assert rows["dai", "minutes"].verified == 12


def test_days_that_nobody_observed_say_nothing_about_the_pace():
    few = [item("a1", 1, said="yes")]
    observed = forecasts(few, (ITEMS,))["bao", "items"]
    blind = forecasts(few, (ITEMS,), seen=proofs(days=range(-30, 3)))["bao", "items"]
    assert (observed.days_seen, blind.days_seen) == (11, 3)
    assert blind.pace > observed.pace
    assert blind.missing < observed.missing


def test_days_that_are_over_and_were_not_observed_may_have_brought_items_as_days_to_come_may():
    end = {"as_of": PHASE.last_day, "over": PHASE.last_day - timedelta(days=1)}
    items = [item(f"a{day}", day, said="yes", minutes=2.0) for day in (-20, -15, -10, -5)]
    blind = proofs(days=range(-30, 1))  # all but a day of the phase is unobserved: its items are not known to be absent
    for duty, unit in ((ITEMS, "items"), (Duty("sau", "du-lich", group="press", min_minutes=1.0), "minutes")):
        unknown = forecasts(items, (duty,), seen=blind, **end)["bao", unit]
        absent = forecasts(items, (duty,), seen=proofs(days=range(-30, 30)), **end)["bao", unit]
        assert unknown.missing < 0.95
        assert absent.missing > 0.99
        assert forecasts(items, (duty,), seen=proofs(days=range(-30, 0)), **end) == {}  # our outage foretells nothing


def test_odds_fall_with_every_item_and_rise_with_every_day_that_passes_without_one():
    by_done = [
        forecasts([item(f"a{n}", n, said="yes") for n in range(done)], (ITEMS,))["bao", "items"].missing
        for done in range(5)
    ]
    assert by_done == sorted(by_done, reverse=True)
    assert by_done[-1] == 0
    by_day = []
    for passed in range(3, 29):
        seen = proofs(days=range(-30, passed))
        now, over = FIRST + timedelta(days=passed), FIRST + timedelta(days=passed - 1)
        items = [item("a1", 1, said="yes")]
        by_day.append(forecasts(items, (ITEMS,), as_of=now, over=over, seen=seen)["bao", "items"].missing)
    assert by_day == sorted(by_day)


def test_requirements_are_missed_as_often_as_was_forecast():
    """Outlets whose paces scatter about that of their group, as the prior has it; the phase is forecast on its 11th day."""
    rng = np.random.default_rng(17)
    outlets = tuple(Outlet(f"o{n:03}", "", "newspaper", ("press",)) for n in range(400))
    chance = 0.25  # items a day on the topic, of one item a day on any
    pace = rng.gamma(PRIOR_DAYS * chance, 1 / PRIOR_DAYS, len(outlets))
    items, missed = [], {"items": [], "days": []}
    for n, outlet in enumerate(outlets):
        spoke = rng.random(30) < -np.expm1(-pace[n])
        more = rng.poisson(pace[n], 30) * 0 + spoke  # at most one a day, so that both duties rest on the same days
        for day in range(11):
            said = "yes" if more[day] else "no"
            items.append(item(f"{n:05}{day:03}", day, outlet.id, said=said))
        missed["items"].append(more.sum() < 6)
        runs = "".join("1" if day else "0" for day in spoke).split("1")
        missed["days"].append(max(map(len, runs)) > 9)
    duties = (Duty("sau", "du-lich", group="press", min_items=6), Duty("sau", "du-lich", group="press", max_gap_days=9))
    rows = forecasts(items, duties, seen=proofs(outlets, range(11)), outlets=outlets)
    for unit, seen in missed.items():
        said = np.array([rows[outlet.id, unit].missing for outlet in outlets])
        noise = (said * (1 - said)).sum() ** 0.5 / len(outlets)
        assert abs(said.mean() - np.mean(seen)) < 4 * noise + 0.02  # the share of a topic is itself an estimate
        likely = said > np.median(said)
        assert np.mean(np.array(seen)[likely]) > np.mean(np.array(seen)[~likely])


def test_fifteen_hundred_requirements_are_forecast_at_once():
    rng = np.random.default_rng(17)
    outlets = tuple(Outlet(f"o{n}", "", "newspaper", ("press",)) for n in range(60))
    topics = [f"t{n}" for n in range(25)]
    size, places = 60 * 150, np.repeat(np.arange(60, dtype=np.int32), 150)
    scores = rng.beta(0.1, 2, (size, 25)).astype(np.float32)
    frame = Frame(
        ids=np.array([f"{n:016x}" for n in range(size)], dtype="S16"),
        outlets=places,
        channels=np.zeros(size, np.int8),
        days=np.sort(rng.integers(0, 11, (60, 150)), axis=1).ravel().astype(np.int32) + FIRST.toordinal(),
        clusters=np.arange(size, dtype=np.int32),
        origins=np.ones(size, np.bool_),
        permanent=rng.random(size),
        minutes=rng.gamma(2, 1.5, size).astype(np.float32),
        untimed=np.zeros(size, np.bool_),
        words=np.zeros(size, np.int32),
        front=np.full(size, -1, np.int8),
        scores=scores,
        machine=scores > 0.5,
        said=np.full((size, 25), -1, np.int8),
        chance=np.zeros((size, 25), np.bool_),
        skipped=np.zeros(size, np.bool_),
    )
    duties = [Duty("sau", topic, group="press", min_items=30) for topic in topics[:9]]
    duties += [Duty("sau", topic, group="press", min_minutes=90.0) for topic in topics[9:17]]
    duties += [Duty("sau", topic, group="press", max_gap_days=4) for topic in topics[17:]]
    began = process_time()
    rows = forecast((PHASE,), outlets, topics, duties, frame, proofs(outlets), TODAY)
    spent = process_time() - began
    print(f"{len(rows)} requirements in {spent:.2f} s")
    assert len(rows) == 1500
    assert all(0 <= row.missing <= 1 for row in rows)
