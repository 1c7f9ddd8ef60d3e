"""Verdicts that statistics settle, and what keeps them from it."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.audit.exclusion import fewest
from pipeline.audit.units import read_up_to
from pipeline.audits import Agreement, Sample
from pipeline.records import Duty, Outlet
from pipeline.review.draw import permanent
from tests.pipeline.audit.rows import OUTLET, SEEN, item
from tests.pipeline.audit.test_verdicts import court

FIVE = Duty("before", "t", outlet="bao", min_items=5)
POOR = Agreement("t", 40, 0.3, 0.1, 0.5, shared=0.5, poor=True)


def articles(count, *, read=0, high=0, found=0):
    """`count` articles, of which the first `read` in random order were denied; `high` more, read too, `found` of them confirmed."""
    names = [f"a{n}" for n in range(count)]
    order = np.argsort(permanent(17, names))
    done = {int(n) for n in order[:read]}
    low = [item(n, 1 + n % 10, rejected=["t"] if n in done else [], score=0.001) for n in range(count)]
    top = [
        item(1_000 + n, 1 + n % 10, score=0.8, **({"verified": ["t"]} if n < found else {"rejected": ["t"]}))
        for n in range(high)
    ]
    return low + top


def test_gap_is_called_when_readings_in_random_order_exclude_the_duty():
    result = court([FIVE], articles(150, read=110, high=6, found=1))
    (answer,) = result.verdicts
    assert (answer.verdict, answer.method, answer.risk) == ("gap", "sequential", 0.05)
    assert (answer.texts, answer.texts_read) == (156, 116)
    assert answer.reason == (
        "1 bài đã xác nhận, yêu cầu 5 bài; đã quan sát 10/10 ngày của giai đoạn;"
        " đã đọc theo thứ tự ngẫu nhiên 110/150 bài máy chấm điểm thấp, thấy 0 bài đúng chủ đề; khả năng kết luận nhầm không quá 5%."
    )
    assert "the risk that this is wrong is 5% at most" in answer.reason_en
    assert (result.risk.tested, result.risk.gaps, result.risk.each) == (1, 1, 0.05)


def test_uncertain_verdict_lists_what_would_settle_it_and_how_many_it_takes():
    (answer,) = court([FIVE], articles(150, read=60, high=6, found=1)).verdicts
    assert (answer.verdict, answer.method, answer.risk) == ("uncertain", None, 0)
    reads = round(answer.expected_reads)
    assert 0 < reads <= len(answer.to_read) == 90
    names = {name: number for number, name in enumerate(f"a{n}" for n in range(150))}
    numbers = permanent(17, list(names))
    assert list(answer.to_read) == sorted(answer.to_read, key=lambda name: numbers[names[name]])
    (later,) = court([FIVE], articles(150, read=60 + reads, high=6, found=1)).verdicts
    assert later.method == "sequential"
    (before,) = court([FIVE], articles(150, read=60 + reads - 1, high=6, found=1)).verdicts
    assert before.verdict == "uncertain"


def test_likely_items_are_read_first_and_expected_to_settle_soon():
    items = [*articles(100), *[item(2_000 + n, 1 + n, machine=["t"], score=0.95 - n / 100) for n in range(8)]]
    (answer,) = court([FIVE], items).verdicts
    assert answer.to_read[:8] == tuple(f"a{2_000 + n}" for n in range(8))
    assert 5 <= answer.expected_reads < 7
    assert "108 bài chưa ai đọc: dự kiến đọc khoảng 6 bài đầu danh sách là kết luận được" in answer.reason


def test_unread_likely_items_are_taken_to_count():
    items = [*articles(200, read=199), *[item(2_000 + n, machine=["t"], score=0.3) for n in range(5)]]
    assert court([FIVE], items).verdicts[0].verdict == "uncertain"
    assert court([FIVE], items[:-1]).verdicts[0].method == "sequential"


def test_model_that_learnt_what_was_found_takes_no_finds_from_the_random_sample():
    twelve = Duty("before", "t", outlet="bao", min_items=12)
    order = np.argsort(permanent(17, [f"a{n}" for n in range(100)])).tolist()
    plain = {each.article: each for each in articles(100, read=60)}
    for score in (0.001, 0.9):  # before the model learnt of the six, as many as a met duty lets expect, and after
        found = {f"a{n}": item(n, 1 + n % 10, verified=["t"], score=score) for n in order[:60:10]}
        (answer,) = court([twelve], {**plain, **found}.values()).verdicts
        assert (answer.verdict, answer.verified) == ("uncertain", 6)


def test_sentence_counts_what_scores_low_as_it_does_now():
    found = np.argsort(permanent(17, [f"a{n}" for n in range(150)]))[0]
    learnt = {f"a{found}": item(found, 1, verified=["t"], score=0.9)}
    (answer,) = court([FIVE], ({each.article: each for each in articles(150, read=130)} | learnt).values()).verdicts
    assert (answer.verdict, answer.method, answer.verified) == ("gap", "sequential", 1)
    assert "đã đọc theo thứ tự ngẫu nhiên 129/149 bài máy chấm điểm thấp, thấy 0 bài đúng chủ đề" in answer.reason


def test_heavy_texts_need_fewer_of_them():
    weights = np.array([1.0, 4.0, 1.0, 2.0])
    assert [fewest(weights, needed) for needed in (-1, 0, 1, 4, 5, 6, 8, 9)] == [0, 0, 1, 1, 2, 2, 4, 5]
    duty = Duty("before", "t", outlet="bao", min_minutes=30)
    short = [replace(each, minutes=2.0) for each in articles(150, read=110)]
    assert court([duty], short).verdicts[0].method == "sequential"
    long = [replace(each, minutes=31.0) for each in short]
    assert court([duty], long).verdicts[0].verdict == "uncertain"
    untimed = [*short[:-1], replace(short[-1], untimed=True)]
    assert court([duty], untimed).verdicts[0].verdict == "uncertain"


DAI = Outlet("dai", "Đài", "broadcaster")
RATE = 0.2  # of the uniform sample


def with_sample(*, missed=0, own_missed=0, carrying=200, read=1.0, read_low=1.0, duty=FIVE, **more):
    """Judges the duty of an outlet that published nothing that scores high, beside one with `carrying` such items.

    Of the uniform sample everything was read, or a share of it, and of what scores low a share of this. `missed` and `own_missed` items of either outlet's part of it
    carry the topic and score low.
    """
    names = [f"a{n}" for n in range(3_000)]
    number = dict(zip(names, permanent(17, names), strict=True))
    left = {"dai": missed, "bao": own_missed}
    items = []
    for n, name in enumerate(names):
        outlet = "dai" if n < 1_500 else "bao"
        high = n < carrying
        said = {}
        if number[name] < RATE * read * (1.0 if high else read_low):
            yes = high or left[outlet] > 0
            left[outlet] -= yes and not high
            said = {"verified": ["t"]} if yes else {"rejected": ["t"]}
        items.append(item(n, 1 + n % 10, outlet=outlet, score=0.95 if high else 0.002, **said))
    drawn = [each.article for each in items if number[each.article] < RATE]
    chance = {each.article: ["t"] for each in items if each.verified or each.rejected}
    sample = Sample(RATE, len(drawn), len(chance), 0, len(drawn) - len(chance))
    proofs = [replace(proof, outlet=outlet) for proof in SEEN for outlet in ("bao", "dai")]
    result = court([duty], items, proofs, outlets=(OUTLET, DAI), chance=chance, sample=sample, **more)
    return result.verdicts[0], result


def test_recall_of_the_machine_excludes_a_duty_where_all_that_scores_high_was_read():
    answer, result = with_sample()
    assert (answer.verdict, answer.method, answer.risk) == ("gap", "recall", 0.05)
    assert "đã đọc theo thứ tự ngẫu nhiên" in answer.reason
    assert (
        "nhiều nhất 0 bài đúng chủ đề; ở các cơ quan khác máy chấm điểm cao 46/46 bài đúng chủ đề của mẫu"
        in answer.reason
    )
    assert result.risk.gaps == 1


def test_recall_is_not_known_of_a_sample_of_which_high_scores_were_read_first():
    for read_low in (0.0, 0.05):
        answer, result = with_sample(read_low=read_low)
        assert (answer.verdict, result.risk.gaps) == ("uncertain", 0)


def test_sample_is_read_up_to_where_more_than_a_tenth_waits():
    numbers = np.arange(20) / 20
    done = np.ones(20, dtype=np.bool_)
    assert read_up_to(numbers, done, 0.5) == 0.5
    done[4:] = False
    assert read_up_to(numbers, done, 0.5) == pytest.approx(0.2)
    assert read_up_to(numbers[::-1], done[::-1], 0.5) == pytest.approx(0.2)
    assert read_up_to(numbers, ~np.ones(20, dtype=np.bool_), 0.5) == 0.0
    assert read_up_to(numbers[:0], done[:0], 0.5) == 0.5


def test_recall_among_articles_that_the_model_learnt_from_accuses_nobody():
    every = {f"a{n}" for n in range(10_000)}
    answer, _ = with_sample(taught=every)
    assert answer.verdict == "uncertain"
    assert with_sample(taught={"a1"})[0].method == "recall"


def test_outlet_of_which_the_machine_misses_more_is_not_judged_by_the_recall_of_others():
    answer, _ = with_sample(own_missed=2, duty=replace(FIVE, min_items=12))
    assert (answer.verdict, answer.doubts) == ("uncertain", ("other_recall",))
    assert "máy bỏ sót bài của cơ quan này nhiều hơn nơi khác" in answer.reason


def test_readers_who_do_not_agree_keep_statistics_from_a_gap():
    answer, _ = with_sample(agreements=[POOR])
    assert (answer.verdict, answer.doubts) == ("uncertain", ("disagreement",))
    census = court([FIVE], [item(n, rejected=["t"]) for n in range(9)], agreements=[POOR]).verdicts[0]
    assert (census.verdict, census.doubts) == ("uncertain", ("disagreement",))
    empty = court([FIVE], [item(n, rejected=["t"]) for n in range(4)], agreements=[POOR]).verdicts[0]
    assert (empty.verdict, empty.method) == ("gap", "census")


def test_machine_that_drifted_keeps_statistics_from_a_gap():
    answer, result = with_sample(assessment={"t": (99, 100)}, missed=20)
    assert [row.parted for row in result.drifts] == [True]
    assert answer.verdict == "uncertain"
    sure = court([FIVE], [item(n, rejected=["t"]) for n in range(4)]).verdicts[0]
    assert sure.method == "census"


def test_few_readings_say_nothing_of_rare_topics():
    answer, _ = with_sample(carrying=55, least_readings=10_000)
    assert answer.verdict == "uncertain"
    assert set(answer.doubts) <= {"few_readings"}


def test_risk_is_split_so_that_the_report_keeps_its_limit():
    duties = [Duty("before", "t", outlet="bao", min_items=n) for n in range(5, 65)]
    result = court(duties, articles(400, read=100), risk=0.05, false_gaps=1.0)
    assert (result.risk.tested, result.risk.each) == (60, 1 / 60)
    assert result.risk.gaps == sum(row.verdict == "gap" for row in result.verdicts) > 0
    assert all(row.risk == 1 / 60 for row in result.verdicts if row.verdict == "gap")
    assert result.risk.expected <= result.risk.limit


SILENT = Duty("before", "t", outlet="bao", max_gap_days=4)


def test_silence_is_told_by_readings_in_random_order():
    order = np.argsort(permanent(17, [f"a{n}" for n in range(400)])).tolist()
    last = {order[-1]: 5, order[-2]: 6}  # the two that nobody read stand in the middle: every long silence has one
    few = [
        item(n, last.get(n, 1 + n % 10), score=0.001, **({} if n in last else {"rejected": ["t"]})) for n in range(400)
    ]
    (answer,) = court([SILENT], few).verdicts
    assert (answer.verdict, answer.method) == ("gap", "sequential")
    assert "khả năng kết luận nhầm không quá 5%" in answer.reason
    (open_,) = court([SILENT], articles(40, read=20)).verdicts
    assert (open_.verdict, len(open_.to_read)) == ("uncertain", 20)
    (hardly,) = court([SILENT], articles(40, read=5), risk=1.0).verdicts  # what is hardly read says nothing at any risk
    assert hardly.verdict == "uncertain"
    likely = [*few, item(3_000, 5, score=0.6), item(3_001, 6, score=0.6)]
    assert court([SILENT], likely).verdicts[0].verdict == "uncertain"
    assert open_.expected_reads == 20
    (undated,) = court([SILENT], [*few, item(3_000, None, score=0.6)]).verdicts
    assert (undated.verdict, undated.to_read[0], undated.expected_reads) == ("uncertain", "a3000", None)


@pytest.mark.long
def test_sequential_verdicts_accuse_few_outlets_that_met_their_duty():
    rng = np.random.default_rng(4)
    duty, accused, trials = Duty("before", "t", outlet="bao", min_items=3), 0, 120
    names = [f"a{n}" for n in range(60)]
    order = np.argsort(permanent(17, names))
    for _ in range(trials):
        carrying = set(rng.permutation(60)[:3].tolist())
        for read in (25, 35, 45, 55):
            done = set(order[:read].tolist())
            said = {n: "verified" if n in carrying else "rejected" for n in done}
            items = [item(n, 1, score=0.001, **({said[n]: ["t"]} if n in said else {})) for n in range(60)]
            (answer,) = court([duty], items).verdicts
            if answer.verdict == "gap":
                accused += 1
                break
            if answer.verdict == "met":
                break
    assert accused / trials <= 0.05
