"""Each state of health, from nine weeks of nights as the store keeps them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from crawlers.article import ArchiveRef, Article, Claim, Failure, Fetch, Observation, Outcome
from crawlers.reason import because
from crawlers.source import Source
from pipeline.audit.health import RECENT, WEEKS, examine_all
from pipeline.records import Outlet
from pipeline.store import Store, articles, fetches, health, observations, outlets

NIGHT = date(2020, 12, 1)
DAY = timedelta(days=1)
HOME = "https://bao.example/"
FIRST = NIGHT - DAY * (7 * WEEKS + RECENT)
A_DAY = 8  # articles of a usual day
DOWN = because("at", url=HOME, why=because("answered", status=503))


class Past:
    """Nine weeks of one source: every day seen and eight articles a day, until a test says otherwise."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.number = 0
        with store.begin() as connection:
            outlets.sync(connection, [Outlet("bao", "Báo", "newspaper")], [Source("web", "Web", HOME, outlet="bao")])

    def live(self, first: date, last: date, *, a_day: int = A_DAY, **other: object) -> None:
        """Lets days pass: each is published, and seen on the night after it."""
        with self.store.begin() as connection:
            for back in range((last - first).days + 1):
                day = first + DAY * back
                for _ in range(a_day):
                    self.publish(connection, day, day + DAY, **other)
                self.see(connection, day, day + DAY)

    def publish(self, connection, day: date, night: date, outcome: str = "article", **changes: object) -> None:
        """Stores one page that a feed names, found on a night."""
        self.number += 1
        key = f"bao.example/{self.number}.html"
        at = datetime.combine(day, time(3), UTC)
        ref = ArchiveRef(f"rasoat-{night}.warc.gz", self.number, 10, f"{self.number:064x}")
        url, fetched = f"https://{key}", datetime.combine(night, time(15), UTC)
        fetches.save_fetch(connection, Fetch("web", url, key, "page", 200, fetched, archive=ref), night)
        article = Article(
            "web", url, key, "website", f"Bài {self.number}", "Sa pô.", f"Thân bài {self.number}.", at, "minute",
            "certain", (), None, (), "vi", {}, fetched, ref,
        )  # fmt: skip
        if outcome == "article":
            articles.save(connection, replace(article, **changes), "bao")
        claim = Claim(at, day, "minute", "feed")
        fetches.save_outcome(connection, Outcome("web", url, key, outcome, (claim,)), night)

    def see(self, connection, day: date, night: date, reason=None) -> None:
        """Stores whether a day was seen, and the home page of that night."""
        seen = Observation("web", day, reason is None, "feed", f"{HOME}rss", reason)
        observations.save(connection, [seen], night)
        fetched = datetime.combine(night, time(14), UTC)
        fetches.save_fetch(connection, Fetch("web", HOME, "bao.example", "listing", 200, fetched), night)
        fetches.save_outcome(connection, Outcome("web", HOME, "bao.example", "listing"), night)

    def judged(self):
        """Gives the findings as of the last night."""
        with self.store.read() as connection:
            [found] = examine_all(health.histories(connection, NIGHT, RECENT, WEEKS), NIGHT)
        return found


@pytest.fixture
def past(sqlite_store):
    lived = Past(sqlite_store)
    lived.live(FIRST, NIGHT - DAY * (RECENT + 1))
    return lived


def states(past):
    return [finding.state for finding in past.judged().findings]


def test_source_that_goes_on_as_ever_is_well(past):
    past.live(NIGHT - DAY * RECENT, NIGHT - DAY)
    assert (states(past), past.judged().last_published) == (["well"], NIGHT - DAY)


def test_seen_silence_of_a_usually_small_source_is_quiet(sqlite_store):
    small = Past(sqlite_store)
    for week in range(WEEKS):
        small.live(FIRST + DAY * 7 * week, FIRST + DAY * 7 * week, a_day=2)
        small.live(FIRST + DAY * (7 * week + 1), FIRST + DAY * (7 * week + 6), a_day=0)
    small.live(NIGHT - DAY * RECENT, NIGHT - DAY, a_day=0)
    assert states(small) == ["quiet"]
    assert not small.judged().broken


def test_seen_silence_of_a_daily_paper_is_both_quiet_and_strange(past):
    past.live(NIGHT - DAY * RECENT, NIGHT - DAY, a_day=0)
    assert states(past) == [*["volume"] * RECENT, "quiet"]


def test_days_that_could_not_be_looked_at_are_unseen_and_not_quiet(past):
    with past.store.begin() as connection:
        for back in range(1, RECENT + 1):
            past.see(connection, NIGHT - DAY * back, NIGHT, reason=DOWN)
    found = past.judged()
    assert [finding.state for finding in found.findings] == ["unseen"]
    assert (found.findings[0].why, found.broken) == (DOWN, True)


def test_articles_that_lose_their_date_are_a_changed_layout_and_not_silence(past):
    past.live(NIGHT - DAY * RECENT, NIGHT - DAY * 2)
    with past.store.begin() as connection:
        for _ in range(10):
            past.publish(connection, NIGHT - DAY, NIGHT, published=None, published_precision=None, date_state="undated")
        past.see(connection, NIGHT - DAY, NIGHT)
    assert states(past)[0] == "layout"


def test_pages_in_lists_that_read_as_no_article_are_a_changed_layout(past):
    past.live(NIGHT - DAY * RECENT, NIGHT - DAY * 2)
    with past.store.begin() as connection:
        for _ in range(6):
            past.publish(connection, NIGHT - DAY, NIGHT, outcome="other")
        past.see(connection, NIGHT - DAY, NIGHT)
    assert states(past)[0] == "layout"
    assert past.judged().findings[0].en.startswith("6 new pages in the lists, none of which")


@pytest.mark.parametrize("state", ["undated", "doubtful"])
def test_source_that_never_gives_a_sure_date_is_not_called_quiet(sqlite_store, state):
    vague = Past(sqlite_store)
    shown = {"published": None, "published_precision": None} if state == "undated" else {}
    vague.live(FIRST, NIGHT - DAY, a_day=1, date_state=state, **shown)
    found = vague.judged()
    assert [finding.state for finding in found.findings] == ["undated"]
    assert found.findings[0].vi == "8/8 bài mới thu thập trong 7 ngày gần nhất chưa rõ ngày đăng"


def test_day_far_above_its_weekdays_is_told_and_a_quiet_weekend_is_not(sqlite_store):
    office = Past(sqlite_store)
    for back in range((NIGHT - FIRST).days):
        day = FIRST + DAY * back
        office.live(day, day, a_day=0 if day.weekday() >= 5 else A_DAY)
    assert states(office) == ["well"]
    with office.store.begin() as connection:
        for _ in range(30):
            office.publish(connection, NIGHT - DAY, NIGHT)
    assert states(office) == ["volume"]


def test_home_that_leads_to_another_host_has_moved(past):
    past.live(NIGHT - DAY * RECENT, NIGHT - DAY)
    away = because("redirect_away", target="https://moi.example/")
    with past.store.begin() as connection:
        at = datetime.combine(NIGHT, time(16), UTC)
        refusal = Fetch("web", HOME, "bao.example", "listing", 301, at, reason="refused", detail=away)
        fetches.save_fetch(connection, refusal, NIGHT)
        fetches.save_failure(connection, Failure("web", HOME, "bao.example", "fetch", "refused", away), NIGHT)
    assert states(past) == ["moved"]
    assert "moi.example" in past.judged().findings[0].vi
