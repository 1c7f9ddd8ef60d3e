"""A day is proved only where a route was read past it and nothing speaks against the route's being whole."""

from datetime import date

import pytest

from crawlers.proof import Evidence, Judge, Reading, days_between, doubt_ends, observe, settle_small, unproved
from crawlers.reason import because

HOME = "https://bao.vn/"
DOWN = because("listing_page", url=f"{HOME}tin?p=2", why=because("answered", status=503))


def day(number):
    return date(2020, 9, number)


DAYS = {"a": day(10), "b": day(8), "c": day(5), "stray": day(9), "old": day(1), "about": None}


def proved(evidence, first=1, last=12):
    """Gives the proved days of September by number."""
    judge = Judge(evidence, DAYS.get)
    proofs = {each.day: judge.proof(each) for each in days_between(day(first), day(last))}
    return [number for number, proof in proofs.items() if proof is not None]


def listing(*keys, **more):
    return Reading("listing", f"{HOME}tin", set(keys), **more)


def test_listing_proves_the_days_after_the_one_it_reached():
    assert proved(Evidence(readings=[listing("a", "b", "c", reach=day(5))])) == [6, 7, 8, 9, 10, 11, 12]


def test_list_read_to_its_end_proves_every_day():
    assert proved(Evidence(readings=[listing("a", whole=True)])) == list(range(1, 13))


def test_article_that_no_route_names_takes_the_proof_from_the_route_that_claims_its_day():
    home = Reading("listing", HOME, {"a", "stray"})
    evidence = Evidence(readings=[listing("a", "b", "c", reach=day(5)), home])
    assert proved(evidence) == []
    assert "names stray of 2020-09-09" in str(Judge(evidence, DAYS.get).reason(day(9)))


@pytest.mark.parametrize("harmless", ["old", "about", "unknown"])
def test_page_older_than_the_reach_or_without_a_day_takes_nothing(harmless):
    home = Reading("listing", HOME, {"a", harmless})
    assert proved(Evidence(readings=[listing("a", "b", "c", reach=day(5)), home]), last=7) == [6, 7]


def test_shorter_view_of_the_same_articles_is_no_objection():
    feed = Reading("feed", f"{HOME}rss", {"a"}, reach=day(10))
    assert proved(Evidence(readings=[feed, listing("a", "b", "c", reach=day(5))]), last=7) == [6, 7]


def test_second_section_that_was_not_read_as_far_keeps_older_days_open():
    other = Reading("listing", f"{HOME}van-hoa", {"stray"}, reach=day(9), reason=DOWN)
    evidence = Evidence(readings=[listing("a", "b", "c", reach=day(5)), other])
    assert proved(evidence) == [10, 11, 12]
    assert Judge(evidence, DAYS.get).reason(day(7)) == DOWN


def test_section_that_could_not_be_opened_voids_the_other_listings_but_not_the_sitemap():
    dead = Reading("listing", f"{HOME}van-hoa", reason=DOWN)
    assert proved(Evidence(readings=[listing("a", whole=True), dead])) == []
    sitemap = Reading("sitemap", f"{HOME}sitemap.xml", {"a", "b"}, whole=True)
    assert proved(Evidence(readings=[sitemap, dead])) == list(range(1, 13))


def test_day_of_an_unreadable_article_is_open_whatever_was_read():
    evidence = Evidence(readings=[listing("a", whole=True)], walked=True)
    evidence.block(day(3), day(4), DOWN)
    assert [d for d in range(1, 13) if d not in proved(evidence)] == [3, 4]


def test_walk_over_all_links_proves_days_unless_something_was_unread():
    assert proved(Evidence(walked=True)) == list(range(1, 13))
    assert proved(Evidence(walked=True, unread="budget")) == []


def test_short_list_of_a_shape_that_goes_on_elsewhere_is_whole():
    paged = listing("a", "b", "c", "d", block="ul/li", pages=2)
    short = Reading("listing", f"{HOME}xa", {"stray"}, block="ul/li", pages=1)
    full = Reading("listing", f"{HOME}xa", {"x", "y"}, block="ul/li", pages=1)
    settle_small([paged, short, full])
    assert (short.whole, full.whole) == (True, False)


def test_days_proved_before_are_neither_asked_for_nor_reported_as_open():
    evidence = Evidence(proved={day(1), day(2)}, readings=[listing("a", reach=day(3))])
    assert unproved(evidence, DAYS.get, day(1), day(5)) == [day(3)]
    seen = {each.day: each for each in observe("bao", evidence, DAYS.get, day(1), day(5), HOME)}
    assert sorted(seen) == [day(3), day(4), day(5)]
    assert (seen[day(3)].proved, str(seen[day(3)].reason)) == (
        False,
        f"listing {HOME}tin reaches back to 2020-09-03 only",
    )
    assert (seen[day(5)].proved, seen[day(5)].evidence_url, seen[day(5)].reason) == (True, f"{HOME}tin", None)


def test_feed_alone_proves_no_day_after_its_newest_item():
    feed = Reading("feed", f"{HOME}rss", {"a", "b"}, reach=day(5), newest=day(8))
    assert proved(Evidence(readings=[feed])) == [6, 7, 8]
    assert str(Judge(Evidence(readings=[feed]), DAYS.get).reason(day(9))) == (
        f"feed {HOME}rss names nothing after 2020-09-08, and no list confirms it"
    )
    home = Reading("listing", HOME, {"a"})
    assert proved(Evidence(readings=[feed, home])) == list(range(6, 13))


def test_doubt_takes_the_proof_and_is_the_reason():
    doubt = because("younger", route="listing", url=HOME, number=3, total=5)
    evidence = Evidence(readings=[listing("a", whole=True, doubt=doubt)])
    assert proved(evidence) == []
    assert Judge(evidence, DAYS.get).reason(day(5)) == doubt


def test_unreadable_title_of_unknown_day_speaks_against_routes_that_do_not_name_it():
    readings = [listing("a", whole=True), Reading("listing", HOME, {"x"})]
    evidence = Evidence(readings=readings, unknown={"x": DOWN})
    assert proved(evidence) == []
    assert Judge(evidence, DAYS.get).reason(day(5)) == DOWN
    assert proved(Evidence(readings=[listing("a", "x", whole=True)], unknown={"x": "down"})) == list(range(1, 13))


@pytest.mark.parametrize(
    ("sizes", "whole"),
    [
        ([[10] * 5], [False]),
        ([[10] * 10], [False]),
        ([[10] * 9 + [4]], [True]),
        ([[13] + [10] * 4], [False]),
        ([[7] + [10] * 3 + [8]], [True]),
        ([[10] * 7], [True]),
        ([[10] * 7, [8] * 7], [False, False]),
        ([[10] * 2, [8] * 2], [True, True]),
    ],
)
def test_lists_that_end_on_full_pages_at_a_round_or_shared_number_are_doubted(sizes, whole):
    readings = [listing(f"k{n}", whole=True, sizes=each, pages=len(each)) for n, each in enumerate(sizes)]
    doubt_ends(readings)
    assert [each.whole for each in readings] == whole
    assert all(each.whole or "it may be cut off there" in str(each.reason) for each in readings)
