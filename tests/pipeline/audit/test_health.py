"""Silence, blindness, a changed layout, a strange volume and a moved host are told apart."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawlers.reason import because
from pipeline.audit.health import RECENT, WEEKS, examine
from pipeline.records import Fill, History

NIGHT = date(2020, 12, 1)
DAYS = [NIGHT - timedelta(days=back) for back in range(1, 7 * WEEKS + RECENT + 1)]
WELL = History(
    source="bao",
    outlet="bao",
    home="https://bao.vn/",
    last_night=NIGHT,
    unproved={},
    volume=dict.fromkeys(DAYS, 10),
    fresh=70,
    fresh_undated=0,
    claimed=10,
    claimed_articles=10,
    new=Fill(10, 10, 9),
    old=Fill(400, 396, 380),
    moved_to=None,
)


def states(**changes):
    return [finding.state for finding in examine(replace(WELL, **changes), NIGHT).findings]


def test_source_that_publishes_as_ever_is_well():
    health = examine(WELL, NIGHT)
    assert (health.state, health.broken, health.last_published) == ("well", False, NIGHT - timedelta(days=1))


def test_silence_is_quiet_only_when_every_day_was_seen():
    silent = {day: int(day.weekday() == 0 and day < NIGHT - timedelta(days=RECENT)) for day in DAYS}
    assert states(volume=silent) == ["quiet"]
    unseen = states(volume=silent, unproved={NIGHT - timedelta(days=1): because("answered", status=503)})
    assert unseen == ["unseen"]


@pytest.mark.parametrize(("number", "word"), [(0, "fewer"), (6, "more")])
def test_week_outside_its_own_band_is_told_where_no_day_of_it_is(number, word):
    volume = {day: number if day >= NIGHT - timedelta(days=RECENT) else 2 for day in DAYS}
    finding = examine(replace(WELL, volume=volume), NIGHT).findings[0]
    assert finding.state == "volume"
    assert finding.en == f"the last 7 days: {7 * number} items, far {word} than usual (14 on average)"


def test_source_whose_articles_bear_no_sure_date_is_not_called_quiet():
    silent = dict.fromkeys(DAYS, 0)
    [finding] = examine(replace(WELL, volume=silent, fresh=4, fresh_undated=4), NIGHT).findings
    assert (finding.state, finding.en) == ("undated", "4 of 4 items first seen in the last 7 days have no sure date")


@pytest.mark.parametrize(("undated", "state"), [(35, "well"), (36, "undated")])
def test_some_articles_without_a_sure_date_are_told_when_they_are_most(undated, state):
    assert states(fresh_undated=undated) == [state]


@pytest.mark.parametrize(
    "change",
    [
        {"claimed": 8, "claimed_articles": 0},
        {"new": Fill(10, 2, 9)},
        {"new": Fill(10, 10, 0)},
    ],
)
def test_pages_that_stop_reading_as_articles_are_a_changed_layout(change):
    assert states(**change) == ["layout"]


@pytest.mark.parametrize(
    "change", [{"new": Fill(1, 0, 1)}, {"new": Fill(10, 9, 8)}, {"claimed": 2, "claimed_articles": 0}]
)
def test_few_articles_or_a_small_fall_prove_no_change(change):
    assert states(**change) == ["well"]


@pytest.mark.parametrize(("number", "word"), [(0, "fewer"), (60, "more")])
def test_day_outside_its_own_band_is_told(number, word):
    day = NIGHT - timedelta(days=2)
    [finding] = examine(replace(WELL, volume=WELL.volume | {day: number}), NIGHT).findings
    assert finding.state == "volume"
    assert finding.en == f"29 Nov: {number} items, far {word} than usual (10 on average)"


def test_quiet_weekend_of_an_office_is_inside_its_band():
    volume = {day: 0 if day.weekday() >= 5 else 10 for day in DAYS}
    assert states(volume=volume) == ["well"]


def test_numbers_of_a_finding_are_written_as_each_language_does():
    [finding] = examine(replace(WELL, claimed=1234, claimed_articles=0), NIGHT).findings
    assert finding.vi.startswith("1.234 trang trong danh sách tin mới")
    assert finding.en.startswith("1,234 new pages in the lists")


def test_moved_host_is_the_worst_finding():
    assert states(moved_to="moi.vn", unproved={NIGHT: "refused"})[0] == "moved"


def test_source_that_was_never_crawled_says_so():
    health = examine(replace(WELL, last_night=None, volume={}), NIGHT)
    assert (health.state, health.broken, health.last_published) == ("never", True, None)
