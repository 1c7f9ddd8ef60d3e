from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.reason import because
from pipeline.audit.campaign import Campaign
from pipeline.audit.judge import judge
from pipeline.records import Directive, Duty, Outlet
from pipeline.settings import AuditSettings
from tests.pipeline.audit.frames import frame_of
from tests.pipeline.audit.rows import AFTER, DAYS, OUTLET, PHASE, SEEN, item

DIRECTIVE = Directive("1", "2020", "Sở", "Việc")


def court(duties, items, proofs=SEEN, as_of=AFTER, outlets=(OUTLET,), topics=("t",), chance=None, **more):
    chosen = AuditSettings(**{name: more.pop(name) for name in list(more) if name in AuditSettings.__slots__})
    names = tuple((topic, topic, topic) for topic in topics)
    campaign = Campaign(DIRECTIVE, "c", "m", (PHASE,), tuple(outlets), names, tuple(duties), chosen)
    frame = frame_of(items, topics, outlets, chance=chance, skipped=more.pop("skipped", ()))
    if taught := more.pop("taught", None):
        frame = replace(frame, taught=np.array([frame.name(row) in taught for row in range(len(frame))]))
    return judge(campaign, frame, proofs, as_of, as_of, **more)


def verdict(duty, items, proofs=SEEN, as_of=AFTER, outlet=OUTLET, allowed=0):
    return court([duty], items, proofs, as_of, [outlet], unproved_days_allowed=allowed).verdicts


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
        proofs = [
            replace(proof, proved=proof.day.day > missing, reason=because("answered", status=503)) for proof in SEEN
        ]
        (answer,) = verdict(TWO, [READ], proofs)
        assert answer.verdict == "not_observed"
        assert (answer.days_proved, answer.days_total) == (10 - missing, 10)
        assert f"{missing}/10 ngày" in answer.reason


def test_day_never_looked_at_is_not_a_proof():
    assert verdict(TWO, [READ], proofs=[])[0].verdict == "not_observed"


def test_confirmed_items_meet_a_duty_whatever_was_not_seen():
    assert verdict(TWO, [item(1, verified=["t"]), item(2, verified=["t"])], proofs=[])[0].verdict == "met"


def test_running_phase_has_no_gap_yet():
    (answer,) = verdict(TWO, [READ], as_of=date(2020, 9, 8))
    assert answer.verdict == "not_observed"
    assert answer.reason.endswith("yêu cầu 2 bài; giai đoạn còn 2 ngày nữa.")
    unseen = [replace(proof, proved=proof.day.day > 1) for proof in SEEN]
    (answer,) = verdict(TWO, [READ], unseen, as_of=date(2020, 9, 8))
    assert "1/10 ngày chưa quan sát được (01/09): chưa thể kết luận là thiếu; giai đoạn còn 2 ngày nữa" in answer.reason


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
    duty = Duty("before", "t", group="press", min_items=1)
    found = court([duty], [], outlets=outlets).verdicts
    assert [(v.outlet, v.verdict) for v in found] == [("bao", "gap"), ("dai", "not_observed")]


def copy(number, day=1, **more):
    return replace(item(number, day, **more), cluster="a1")


def test_copies_neither_meet_a_duty_nor_prove_a_gap():
    (answer,) = verdict(TWO, [item(1, verified=["t"]), copy(2, verified=["t"])])
    assert (answer.verdict, answer.verified) == ("uncertain", 1)
    assert "1 bài trùng nội dung" in answer.reason
    assert "chưa ai đọc" not in answer.reason


def test_video_of_unknown_length_never_proves_a_gap_in_minutes():
    duty = Duty("before", "t", outlet="bao", min_minutes=20)
    silent = replace(item(1, verified=["t"], minutes=3), untimed=True)
    (answer,) = verdict(duty, [silent])
    assert answer.verdict == "uncertain"
    assert "1 item carries audio or video of unknown length" in answer.reason_en
    assert verdict(duty, [replace(silent, verified=frozenset(), rejected=frozenset("t"))])[0].verdict == "gap"


def test_silence_of_a_running_phase_ends_at_the_audit():
    duty = Duty("before", "t", outlet="bao", max_gap_days=4)
    spoken = [item(1, day=2, verified=["t"])]
    (answer,) = verdict(duty, spoken, as_of=date(2020, 9, 3))
    assert (answer.verdict, answer.verified) == ("not_observed", 1)
    assert verdict(duty, [*spoken, item(2, day=6, verified=["t"])], as_of=date(2020, 9, 6))[0].verdict == "met"


def test_forgiven_day_may_have_broken_a_silence():
    duty = Duty("before", "t", outlet="bao", max_gap_days=5)
    proofs = [replace(proof, proved=proof.day.day != 5) for proof in SEEN]
    (answer,) = verdict(duty, [READ], proofs, allowed=1)
    assert answer.verdict == "uncertain"
    assert "1 unobserved day may break the silence" in answer.reason_en
    assert verdict(replace(duty, max_gap_days=3), [READ], proofs, allowed=1)[0].verdict == "gap"


def test_phase_that_has_not_begun_is_not_observed():
    (answer,) = verdict(TWO, [], proofs=[], as_of=date(2020, 8, 20))
    assert answer.verdict == "not_observed"
    assert "còn 10 ngày" in answer.reason


def test_items_outside_the_life_of_the_outlet_do_not_count():
    born = replace(OUTLET, valid_from=date(2020, 9, 3), valid_to=date(2020, 9, 8))
    early, late = item(1, day=2, verified=["t"]), item(2, day=9, verified=["t"])
    (answer,) = verdict(TWO, [early, late], outlet=born)
    assert (answer.verdict, answer.verified, answer.days_total) == ("gap", 0, 6)


def test_undated_item_that_was_denied_does_not_save_from_a_gap():
    assert verdict(TWO, [item(1, day=None, rejected=["t"])])[0].verdict == "gap"
    assert verdict(TWO, [item(n, day=None, verified=["t"]) for n in (1, 2)])[0].verdict == "uncertain"


def test_without_any_model_unread_items_leave_everything_open():
    assert verdict(TWO, [item(1), item(2)])[0].verdict == "uncertain"
    assert verdict(TWO, [item(1)])[0].verdict == "gap"


ITEMS = st.lists(
    st.builds(
        lambda number, day, said, machine, cluster: replace(
            item(number, day, **({said: ["t"]} if said else {}), machine=["t"] if machine else []), cluster=cluster
        ),
        st.integers(0, 10**6),
        st.none() | st.integers(1, 10),
        st.sampled_from(["verified", "rejected", None]),
        st.booleans(),
        st.sampled_from("pqrstuvw"),
    ),
    max_size=8,
    unique_by=lambda each: each.article,
)
DUTIES = st.builds(
    Duty,
    st.just("before"),
    st.just("t"),
    outlet=st.just("bao"),
    min_items=st.none() | st.integers(1, 4),
    min_minutes=st.none() | st.integers(1, 30),
    max_gap_days=st.none() | st.integers(0, 9),
)


def gaps_that_stay(duty, items, unproved, day):
    """Asserts that each gap told without statistics stays one when reviewers confirm every unread item; gives their number."""
    proofs = [replace(proof, proved=proof.day.day not in unproved) for proof in SEEN]
    now = verdict(duty, items, proofs, as_of=date(2020, 9, day))
    unread = [each for each in items if not each.verified and not each.rejected]
    best = [replace(each, verified=frozenset("t")) if each in unread else each for each in items]
    dated = [each if each.day else replace(each, day=DAYS[0]) for each in best]
    later = verdict(duty, dated, proofs, as_of=date(2020, 9, day))
    gaps = [
        after.verdict for before, after in zip(now, later, strict=True) if before.verdict == "gap" and not before.risk
    ]
    assert not gaps or (not unproved and day >= 10)
    assert gaps == ["gap"] * len(gaps)
    return len(gaps)


@settings(max_examples=40, deadline=None)
@given(DUTIES, ITEMS, st.sets(st.integers(1, 10)), st.integers(1, 12))
def test_gap_stays_a_gap_whatever_a_reviewer_still_says(duty, items, unproved, day):
    assert gaps_that_stay(duty, items, unproved, day) <= 3


def test_gap_that_is_known_is_among_those_that_stay():
    assert gaps_that_stay(TWO, [item(1), READ], set(), 10) == 1


@settings(max_examples=40, deadline=None)
@given(DUTIES, ITEMS, st.integers(1, 12))
def test_met_does_not_rest_on_the_machine(duty, items, day):
    as_of = date(2020, 9, day)
    blind = [replace(each, machine=frozenset()) for each in items]
    met = [[v.verdict == "met" for v in verdict(duty, some, as_of=as_of)] for some in (items, blind)]
    assert met[0] == met[1]


def test_reasons_write_numbers_and_days_as_each_language_does():
    minutes = Duty("before", "t", outlet="bao", min_minutes=1234567)
    [answer] = verdict(minutes, [item(1, verified=["t"], minutes=12.5), READ])
    assert answer.reason.startswith("12,5 phút đã xác nhận, yêu cầu 1.234.567 phút; ")
    assert answer.reason_en.startswith("12.5 minutes confirmed, 1,234,567 minutes asked; ")
    unseen = [replace(proof, proved=proof.day.day > 2) for proof in SEEN]
    [answer] = verdict(TWO, [], unseen)
    assert "2/10 ngày chưa quan sát được (01/09–02/09): chưa thể kết luận là thiếu" in answer.reason
    assert "(1 Sep–2 Sep)" in answer.reason_en


def test_what_the_machine_adds_to_a_silence_is_told_with_it():
    rhythm = Duty("before", "t", outlet="bao", max_gap_days=5)
    head = "Theo bài đã xác nhận, quãng dài nhất không có bài là 10 ngày (cho phép tối đa 5 ngày); "
    [answer] = verdict(rhythm, [item(1, day=5, machine=["t"])])
    tail = "tính cả bài máy nhận ra là 5 ngày; 1 bài chưa ai đọc: đọc hết là kết luận được."
    assert answer.reason == head + tail
    [answer] = verdict(rhythm, [item(1, day=5)])
    assert answer.reason.startswith(f"{head}máy không nhận ra thêm bài nào; 1 bài chưa ai đọc")
