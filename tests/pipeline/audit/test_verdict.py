from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipeline.audit.coverage import coverage, longest_silence, observe
from pipeline.audit.verdict import verdicts
from pipeline.records import AuditItem, DayProof, Duty, Outlet, Phase

PHASE = Phase("before", "Trước", date(2020, 9, 1), date(2020, 9, 10))
OUTLET = Outlet("bao", "Báo", "newspaper", ("press",))
DAYS = [PHASE.first_day + timedelta(days=n) for n in range(10)]
SEEN = [DayProof("bao", day, proved=True) for day in DAYS]
AFTER = date(2020, 12, 31)


def item(number, day=1, *, verified=(), rejected=(), machine=(), minutes=0.0, outlet="bao"):
    return AuditItem(
        article=f"a{number}",
        outlet=outlet,
        channel="website",
        url=f"http://bao/{number}",
        title=f"Bài {number}",
        day=date(2020, 9, day) if day else None,
        date_state="certain" if day else "undated",
        cluster=f"a{number}",
        minutes=minutes,
        verified=frozenset(verified),
        rejected=frozenset(rejected),
        machine=frozenset(machine),
        scores={},
        evidence={},
        archive_sha256=None,
    )


def verdict(duty, items, proofs=SEEN, as_of=AFTER, outlet=OUTLET, allowed=0):
    observed = observe([PHASE], [outlet], items, proofs)
    cells = coverage([PHASE], ["t"], [outlet], items, observed)
    return verdicts([duty], [PHASE], [outlet], cells, observed, {i.article: i for i in items}, as_of, allowed)


TWO = Duty("before", "t", outlet="bao", min_items=2)
READ = item(9, rejected=["t"])


@pytest.mark.parametrize(
    ("items", "name"),
    [
        ([item(1, verified=["t"]), item(2, verified=["t"])], "met"),
        ([item(1, verified=["t"]), item(2, machine=["t"])], "uncertain"),
        ([item(1, verified=["t"]), item(2)], "uncertain"),
        ([item(1, verified=["t"]), READ], "gap"),
        ([item(1, verified=["t"]), item(2, day=None)], "uncertain"),
        ([item(1, verified=["t"]), item(2, rejected=["t"], machine=["t"])], "gap"),
        ([], "gap"),
    ],
)
def test_verdict_follows_what_was_read(items, name):
    assert [v.verdict for v in verdict(TWO, items)] == [name]


def test_collection_outage_never_gives_a_gap():
    for missing in range(1, 10):
        proofs = [replace(proof, proved=proof.day.day > missing, reason="trang 2 trả lời 503") for proof in SEEN]
        (answer,) = verdict(TWO, [READ], proofs)
        assert answer.verdict == "not_observed"
        assert (answer.days_proved, answer.days_total) == (10 - missing, 10)
        assert f"{missing}/10 ngày" in answer.reason


def test_day_never_looked_at_is_not_a_proof():
    assert verdict(TWO, [READ], proofs=[])[0].verdict == "not_observed"


def test_confirmed_items_meet_a_duty_whatever_was_not_seen():
    assert verdict(TWO, [item(1, verified=["t"]), item(2, verified=["t"])], proofs=[])[0].verdict == "met"


def test_allowed_unproved_days_are_forgiven():
    proofs = [replace(proof, proved=proof.day.day > 1) for proof in SEEN]
    assert verdict(TWO, [READ], proofs, allowed=1)[0].verdict == "gap"


def test_running_phase_has_no_gap_yet():
    (answer,) = verdict(TWO, [READ], as_of=date(2020, 9, 8))
    assert answer.verdict == "not_observed"
    assert "còn 2 ngày" in answer.reason


def test_minutes_are_counted_from_media():
    duty = Duty("before", "t", outlet="bao", min_minutes=20)
    assert verdict(duty, [item(1, verified=["t"], minutes=21.5)])[0].verdict == "met"
    assert (
        verdict(duty, [item(1, verified=["t"], minutes=12), item(2, machine=["t"], minutes=9)])[0].verdict
        == "uncertain"
    )
    assert verdict(duty, [item(1, verified=["t"], minutes=12), replace(READ, minutes=90)])[0].verdict == "gap"


def test_silence_longer_than_allowed_is_a_gap_only_when_all_is_read():
    duty = Duty("before", "t", outlet="bao", max_gap_days=4)
    spoken = [item(1, day=1, verified=["t"]), item(2, day=6, verified=["t"])]
    assert verdict(duty, spoken)[0].verdict == "met"
    assert verdict(duty, [*spoken[:1], READ])[0].verdict == "gap"
    assert verdict(duty, [*spoken[:1], item(3, day=6)])[0].verdict == "uncertain"


def test_group_duty_is_owed_by_each_outlet_that_existed():
    other = Outlet("dai", "Đài", "broadcaster", ("press",))
    gone = Outlet("cu", "Cũ", "district", ("press",), valid_to=date(2020, 8, 31))
    outlets = [OUTLET, other, gone]
    observed = observe([PHASE], outlets, [], SEEN)
    cells = coverage([PHASE], ["t"], outlets, [], observed)
    duty = Duty("before", "t", group="press", min_items=1)
    found = verdicts([duty], [PHASE], outlets, cells, observed, {}, AFTER)
    assert [(v.outlet, v.verdict) for v in found] == [("bao", "gap"), ("dai", "not_observed")]


def test_every_number_is_the_length_of_a_list():
    items = [item(1, verified=["t"]), item(2, machine=["t"]), item(3), READ, item(5, day=30, verified=["t"])]
    observed = observe([PHASE], [OUTLET], items, SEEN)
    (cell,) = coverage([PHASE], ["t"], [OUTLET], items, observed)
    assert (cell.verified_ids, cell.machine_ids, cell.unread_ids) == (("a1",), ("a2",), ("a3",))
    assert observed[0].article_ids == ("a1", "a2", "a3", "a9")


def test_reprints_count_as_items_but_as_one_cluster():
    items = [item(1, verified=["t"]), replace(item(2, verified=["t"]), cluster="a1")]
    (cell,) = coverage([PHASE], ["t"], [OUTLET], items, observe([PHASE], [OUTLET], items, SEEN))
    assert (len(cell.verified_ids), cell.clusters) == (2, 1)


def test_unobserved_days_break_a_silence():
    assert longest_silence(DAYS, []) == 10
    assert longest_silence(DAYS, [DAYS[3]]) == 6
    assert longest_silence([*DAYS[:4], *DAYS[6:]], []) == 4
    assert longest_silence([], []) == 0
