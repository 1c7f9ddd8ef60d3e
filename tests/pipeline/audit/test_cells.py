from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audit.cells import cells, longest_silence
from pipeline.audit.slices import article_names, counted_by_day, phase_days, slices
from pipeline.records import DayProof, Outlet, Phase
from tests.pipeline.audit.frames import frame_of
from tests.pipeline.audit.rows import DAYS, OUTLET, PHASE, SEEN, item

PHASES = (PHASE, Phase("after", "Sau", date(2020, 9, 11), date(2020, 9, 14)))
OUTLETS = (OUTLET, Outlet("dai", "Đài", "broadcaster", valid_from=date(2020, 9, 3), valid_to=date(2020, 9, 13)))


def count(items, phases=(PHASE,), outlets=(OUTLET,), topics=("t",), proofs=SEEN):
    frame = frame_of(items, topics, outlets)
    names = article_names(frame)
    cuts = slices(phases, outlets, frame, names, proofs)
    return cells(frame, cuts, topics, names), [cut.observed for cut in cuts]


def copy(number, day=1, **more):
    return item(number, day, cluster="a1", **more)


def test_every_number_is_the_length_of_a_list():
    items = [item(1, verified=["t"]), item(2, machine=["t"]), item(3), item(9, rejected=["t"]), item(5, 30)]
    (cell,), (seen,) = count(items)
    assert (cell.verified_ids, cell.machine_ids, cell.unread) == (("a1",), ("a2",), 1)
    assert seen.article_ids == ("a1", "a2", "a3", "a9")


def test_reprint_counts_for_the_outlet_that_carries_it():
    other = replace(OUTLET, id="dai")
    found, _ = count([item(1, verified=["t"]), copy(2, verified=["t"], outlet="dai")], outlets=[OUTLET, other])
    assert [(cell.verified_ids, cell.clusters, cell.reprints) for cell in found] == [(("a1",), 1, 0), (("a2",), 1, 1)]


def test_one_text_on_two_pages_of_a_day_counts_once():
    items = [item(1, machine=["t"], minutes=5), copy(2, verified=["t"], minutes=5), copy(3), item(4)]
    (cell,), _ = count(items)
    assert (cell.verified_ids, cell.machine_ids, cell.unread) == (("a2",), (), 1)
    assert (cell.verified_minutes, cell.machine_minutes) == (5, 0)


def test_longest_confirmed_page_of_a_text_counts_so_that_reading_another_takes_no_minutes_away():
    short, long = item(1, verified=["t"], minutes=5), copy(2, verified=["t"], minutes=30)
    unread = replace(short, verified=frozenset())
    for pages in ([unread, long], [short, long], [replace(unread, rejected=frozenset("t")), long]):
        (cell,), _ = count(pages)
        assert (cell.verified_ids, cell.verified_minutes) == (("a2",), 30)


def test_same_text_on_another_day_and_a_second_airing_count_again():
    (cell,), _ = count([item(1, verified=["t"]), copy(2, day=3, verified=["t"])])
    assert (len(cell.verified_ids), cell.clusters) == (2, 1)
    airings = [replace(each, channel="radio") for each in (item(1, verified=["t"]), copy(2, verified=["t"]))]
    (cell,), _ = count(airings)
    assert [(each.channel, each.verified) for each in cell.channels] == [("radio", 2)]


def test_words_channels_and_front_pages_are_those_of_the_items_counted():
    items = [
        item(1, verified=["t"], words=300, front=True, channel="print"),
        item(2, machine=["t"], words=200, front=False, minutes=2.5),
        item(3, machine=["t"], words=100),
        item(4, words=999, front=True),
    ]
    (cell,), _ = count(items)
    assert (cell.verified_words, cell.machine_words, cell.front, cell.front_known) == (300, 300, 1, 2)
    assert [(c.channel, c.verified, c.machine, c.minutes) for c in cell.channels] == [
        ("print", 1, 0, 0),
        ("website", 0, 2, 2.5),
    ]


def test_longest_silence_begins_on_its_first_observed_day():
    (cell,), _ = count([item(1, 2, verified=["t"]), item(2, 6, machine=["t"])])
    assert (cell.silence_from, cell.longest_silence_days) == (date(2020, 9, 7), 4)
    unseen = [proof for proof in SEEN if proof.day != date(2020, 9, 8)]
    (cell,), _ = count([item(1, 2, verified=["t"]), item(2, 6, machine=["t"])], proofs=unseen)
    assert (cell.silence_from, cell.longest_silence_days) == (date(2020, 9, 3), 3)
    (cell,), _ = count([item(n, n, verified=["t"]) for n in range(1, 11)])
    assert (cell.silence_from, cell.longest_silence_days) == (None, 0)


def test_articles_of_each_day_are_counted_and_those_on_a_topic():
    items = [
        item(1, 2, verified=["t"]),
        item(2, 2, machine=["t"], rejected=["t"]),
        item(3, 10, machine=["t"]),
        item(4, 30),
    ]
    frame = frame_of(items, ["t"], [OUTLET])
    [cut] = slices([PHASE], [OUTLET], frame, article_names(frame), SEEN)
    seen = counted_by_day(frame, cut)
    assert seen.per_day == (0, 2, 0, 0, 0, 0, 0, 0, 0, 1)
    assert seen.on_topic == (0, 1, 0, 0, 0, 0, 0, 0, 0, 1)
    assert sum(seen.per_day) == len(seen.article_ids)


def test_minutes_are_sums_of_decimal_numbers():
    (cell,), _ = count([item(n, verified=["t"], minutes=m) for n, m in enumerate((4.1, 8.4, 0.2), start=1)])
    assert cell.verified_minutes == 12.7


def test_unobserved_days_break_a_silence():
    days = np.array([day.toordinal() for day in DAYS])
    assert longest_silence(days, days[:0]) == 10
    assert longest_silence(days, days[3:4]) == 6
    assert longest_silence(np.delete(days, [4, 5]), days[:0]) == 4
    assert longest_silence(days[:0], days[:0]) == 0


def slow(phase, outlet, topic, items, seen):
    """The same cell by a plain loop over the items."""
    wanted = set(phase_days(phase, outlet))
    own = sorted(
        (each for each in items if each.outlet == outlet.id and each.day in wanted), key=lambda i: (i.day, i.article)
    )
    lists = defaultdict(list)
    pages = set()
    for kind in ("verified", "machine", "open"):
        for each in own:
            is_ = "verified" if topic in each.verified else "machine" if topic in each.machine else "open"
            if topic in each.rejected or is_ != kind:
                continue
            page = (each.cluster, each.day)
            if each.channel == "website" and page in pages:
                continue
            if each.channel == "website":
                pages.add(page)
            lists[kind].append(each)
    found = lists["verified"] + lists["machine"]
    heard = {each.day for each in found}
    longest = run = 0
    for day in phase_days(phase, outlet):
        run = run + 1 if day in seen and day not in heard else 0
        longest = max(longest, run)
    return (
        [each.article for each in lists["verified"]],
        [each.article for each in lists["machine"]],
        len(lists["open"]),
        len({each.cluster for each in found}),
        round(sum(each.minutes for each in lists["verified"]), 3),
        min(heard, default=None),
        max(heard, default=None),
        longest,
        sum(each.words for each in found),
        sorted((c, sum(each.channel == c for each in found)) for c in {each.channel for each in found}),
    )


ITEMS = st.lists(
    st.builds(
        lambda number, day, said, machine, cluster, outlet, channel, minutes: item(
            number,
            day,
            **({said: ["t"]} if said else {}),
            machine=["t"] if machine else [],
            cluster=cluster,
            outlet=outlet,
            channel=channel,
            minutes=minutes,
            words=number,
        ),
        st.integers(0, 999),
        st.none() | st.integers(1, 15),
        st.sampled_from(["verified", "rejected", None]),
        st.booleans(),
        st.sampled_from("pqrs"),
        st.sampled_from(["bao", "dai", "khac"]),
        st.sampled_from(["website", "website", "radio"]),
        st.sampled_from([0.0, 2.5, 4.1]),
    ),
    max_size=25,
    unique_by=lambda each: each.article,
)


@settings(deadline=None)  # a first run imports
@given(ITEMS, st.sets(st.integers(1, 14)))
def test_cells_are_those_of_a_plain_loop(items, unseen):
    days = [date(2020, 9, 1) + timedelta(days=n) for n in range(14)]
    seen = {day for day in days if day.day not in unseen}
    proofs = [DayProof(outlet.id, day, proved=day in seen) for outlet in OUTLETS for day in days]
    found, observed = count(items, PHASES, OUTLETS, ("t",), proofs)
    wanted = [(phase, outlet) for phase in PHASES for outlet in OUTLETS]
    for cell, row, (phase, outlet) in zip(found, observed, wanted, strict=True):
        assert (
            list(cell.verified_ids),
            list(cell.machine_ids),
            cell.unread,
            cell.clusters,
            cell.verified_minutes,
            cell.first_day,
            cell.last_day,
            cell.longest_silence_days,
            cell.verified_words + cell.machine_words,
            [(each.channel, each.verified + each.machine) for each in cell.channels],
        ) == slow(phase, outlet, "t", items, seen)
        assert row.days_proved == len(seen.intersection(phase_days(phase, outlet)))
