"""Estimates end to end: a made frame of which the truth is known, through units, strata and limits."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from pipeline.audit.estimates import drift, estimates, inner_limits, look, with_drift
from pipeline.audit.slices import slices
from pipeline.audit.units import BOUNDARIES, STRATA, Column, Reach, Texts, reach, stratum_of, units_of
from pipeline.audits import Agreement, Sample
from pipeline.frames import Frame
from pipeline.records import Outlet, Phase
from pipeline.review import draw
from pipeline.settings import AuditSettings

ARTICLES = 5_000
RATE, EXTRA = 0.12, 40  # of the uniform sample; readings of the topic beside it, in the upper strata
PHASE = Phase("p", "P", date(2020, 9, 1), date(2020, 9, 30))
FIRST = PHASE.first_day.toordinal()
OUTLETS = (Outlet("bao", "Báo", "newspaper", ("press",)), Outlet("dai", "Đài", "broadcaster", ("press",)))
SETTINGS = AuditSettings()


def world(rng, carrying, kind, articles=ARTICLES, separation=3.2):
    """Truth and scores as the design's simulation makes them: calibrated, with blind spots, or drifted."""
    truth = np.zeros(articles, dtype=bool)
    truth[rng.permutation(articles)[:carrying]] = True
    signal = rng.normal(np.where(truth, separation / 2, -separation / 2))
    if kind == "blind":
        signal = np.where(truth & (rng.random(articles) < 0.1), rng.normal(-separation / 2, 1, articles), signal)
    if kind == "drift":
        signal -= 0.5 * truth
    share = carrying / articles / (3 if kind == "drift" else 1)
    return truth, 1 / (1 + np.exp(-(separation * signal + np.log(share / (1 - share)))))


def frame(truth, scores, said, chance, permanent, clusters=None):
    n = len(truth)
    outlets = (np.arange(n) >= 2 * n // 3).astype(np.int32)
    days = np.concatenate([np.sort(np.arange(n)[outlets == k] % 30) for k in (0, 1)])
    own = np.arange(n) if clusters is None else clusters
    origins = np.zeros(n, dtype=bool)
    origins[np.unique(own, return_index=True)[1]] = True
    return Frame(
        ids=np.zeros(n, "S16"),  # nobody asks for names here
        outlets=outlets,
        channels=np.zeros(n, np.int8),
        days=(FIRST + days).astype(np.int32),
        clusters=own.astype(np.int32),
        origins=origins,
        permanent=permanent[own],
        minutes=np.zeros(n, np.float32),
        untimed=np.zeros(n, bool),
        words=np.zeros(n, np.int32),
        front=np.full(n, -1, np.int8),
        scores=scores.astype(np.float32)[:, None],
        machine=(scores >= 0.4)[:, None],
        said=said.astype(np.int8)[:, None],
        chance=chance[:, None],
        skipped=np.zeros(n, bool),
    )


def looked(made, sample, outlets=OUTLETS):
    texts, names = Texts.of_frame(made), [""] * len(made)
    groups = {"press": ["bao", "dai"]} if outlets is OUTLETS else {}
    units = units_of(texts, slices([PHASE], outlets, made, names, []), groups)
    column = Column.of(made, 0)
    return look(column, texts, texts.words(column), units, "t", sample)


def sampled(rng, truth, scores, rate=RATE, extra=EXTRA):
    """Reads the uniform sample and `extra` more in the upper strata, those with the least permanent numbers."""
    permanent = rng.random(len(truth))
    read = permanent < rate
    place = stratum_of(scores)
    for stratum in (2, 3):
        rest = np.flatnonzero((place == stratum) & ~read)
        read[rest[np.argsort(permanent[rest])[: extra // 2]]] = True
    return frame(truth, scores, np.where(read, truth, -1), read, permanent), Sample(rate, 0, int(read.sum()), 0, 0)


def repeated(rng, carrying, kind, repetitions, *, extra=0, active=0):
    """Gives the estimates of as many worlds as asked: each is an outlet of one frame, so that one look sees them all."""
    worlds = [world(rng, carrying, kind) for _ in range(repetitions)]
    truth, scores = (np.concatenate(each) for each in zip(*worlds, strict=True))
    made, sample = sampled(rng, truth, scores, extra=extra * repetitions)
    for number in range(repetitions if active else 0):
        highest = number * ARTICLES + np.argsort(-scores[number * ARTICLES : (number + 1) * ARTICLES])[:active]
        made.said[highest, 0] = truth[highest]
    outlets = tuple(Outlet(f"o{number}", f"O{number}", "newspaper") for number in range(repetitions))
    of = np.repeat(np.arange(repetitions, dtype=np.int32), ARTICLES)
    made = replace(made, outlets=of, days=np.full_like(made.days, FIRST))
    seen = looked(made, sample, outlets)
    rows = estimates(seen, SETTINGS, sample, None)[1:]  # the first is all of them
    assert [row.units for row in rows] == [ARTICLES] * repetitions
    return rows, [inner_limits(seen, 1 + number, 0.95) for number in range(repetitions // 2)]


def coverage(rows, truth):
    return np.mean([row.low <= truth <= row.high for row in rows])


@pytest.mark.parametrize("kind", ["calibrated", "blind", "drift"])
@pytest.mark.parametrize("carrying", [50, 100, 250])  # 1, 2, 5 %
def test_interval_covers_the_truth(kind, carrying):
    rows, inner = repeated(np.random.default_rng(3), carrying, kind, 200, extra=EXTRA)
    assert coverage(rows, carrying) >= 0.93
    assert np.mean([low <= carrying <= high for low, high in inner]) >= 0.88


@pytest.mark.parametrize("kind", ["calibrated", "blind", "drift"])
def test_active_readings_of_high_scores_bound_and_do_not_bias(kind):
    rows, _ = repeated(np.random.default_rng(5), 100, kind, 150, active=150)
    assert coverage(rows, 100) >= 0.93
    assert all(row.low >= row.verified for row in rows)
    assert not any(row.doubts for row in rows)


def test_few_readings_of_a_uniform_sample_cover_the_truth_too():
    rng = np.random.default_rng(3)
    covered, wide = 0, 0
    for _ in range(60):
        truth, scores = world(rng, 250, "blind")
        made, sample = sampled(rng, truth, scores, rate=0.02, extra=0)
        seen = looked(made, sample)
        row = estimates(seen, SETTINGS, sample, None)[0]
        covered += row.low <= 250 <= row.high
        exact = estimates(replace(seen, uniform=False), SETTINGS, sample, None)[0]
        wide += exact.high - exact.low > row.high - row.low
    assert covered / 60 >= 0.93
    assert wide / 60 >= 0.9


def test_machine_that_fits_seldom_seems_to_drift_and_one_that_drifted_does():
    rng = np.random.default_rng(7)
    parted = {"calibrated": 0, "drift": 0}
    for kind in parted:
        for _ in range(40):
            truth, scores = world(rng, 250, kind)
            made, sample = sampled(rng, truth, scores)
            parted[kind] += drift(looked(made, sample), sample, (79, 100)).parted
    assert parted["calibrated"] <= 2
    assert parted["drift"] >= 38


def test_recall_of_a_phase_leaves_out_what_the_model_learnt_and_what_was_read_by_score():
    rng = np.random.default_rng(7)
    truth, scores = world(rng, 250, "blind")
    made, sample = sampled(rng, truth, scores)
    found, real = drift(looked(made, sample), sample, (0, 0)).recall_now
    assert 0 < found < real
    taught = made.machine[:, 0] & truth  # by heart
    fresh = drift(looked(replace(made, taught=taught), sample), sample, (0, 0)).recall_now
    assert fresh == (0, real - found)
    high = np.where(made.machine, made.said, -1).astype(np.int8)  # of the sample nobody has come to what scores low
    assert drift(looked(replace(made, said=high), sample), sample, (0, 0)).recall_now == (0, 0)


def test_drift_is_told_beside_the_estimate():
    rng = np.random.default_rng(7)
    truth, scores = world(rng, 250, "drift")
    made, sample = sampled(rng, truth, scores)
    seen = looked(made, sample)
    rows = with_drift(estimates(seen, SETTINGS, sample, None), drift(seen, sample, (99, 100)))
    assert all(row.doubts[0] == "drift" for row in rows)


def test_one_text_is_one_reading_however_often_it_was_printed():
    rng = np.random.default_rng(2)
    truth, scores = (np.repeat(each, 3) for each in world(rng, 60, "calibrated", articles=300))
    clusters = np.arange(900) // 3
    permanent = rng.random(900)
    read = (permanent < 0.5) & (clusters * 3 == np.arange(900))  # first articles alone are in the sample
    made = frame(truth, scores, np.where(read, truth, -1), read, permanent, clusters * 3)
    sample = Sample(0.5, 0, int(read.sum()), 0, 0)
    rows = {(row.outlet, row.group): row for row in estimates(looked(made, sample), SETTINGS, sample, None)}
    whole = rows["", ""]
    assert (whole.units, whole.read) == (300, int(read.sum()))
    assert whole.low <= 60 <= whole.high
    assert rows["", "press"] == replace(whole, group="press")
    assert (rows["bao", ""].units, rows["dai", ""].units) == (200, 100)
    assert rows["bao", ""].read + rows["dai", ""].read == whole.read


def test_reprint_drawn_by_its_own_number_is_known_and_no_sample():
    truth, scores = np.ones(90, dtype=bool), np.full(90, 0.3)
    permanent = np.linspace(0.005, 0.995, 90)
    clusters = np.where(np.arange(90) == 89, 88, np.arange(90))  # the last repeats the one before
    permanent[89] = 0.01
    read = np.isin(np.arange(90), [0, 1, 89])
    made = frame(truth, scores, np.where(read, 1, -1), read, permanent, clusters)
    seen = looked(made, Sample(0.02, 0, 3, 0, 0))
    assert (seen.read[0], seen.strata.found[0].sum(), seen.finished) == (2, 1, True)


def test_readers_who_disagree_widen_the_limits():
    rng = np.random.default_rng(2)
    truth, scores = world(rng, 100, "calibrated")
    made, sample = sampled(rng, truth, scores)
    seen = looked(made, sample)
    plain = estimates(seen, SETTINGS, sample, None)[0]
    poor = Agreement("t", 40, 0.3, 0.1, 0.5, shared=0.5, poor=True)
    row = estimates(seen, SETTINGS, sample, poor)[0]
    assert (row.low, row.high) == (plain.low * 0.5, plain.high / 0.5)
    assert row.doubts == ("disagreement",)


def test_few_readings_of_a_rare_topic_are_doubted_and_their_limits_given():
    rng = np.random.default_rng(2)
    truth, scores = world(rng, 50, "calibrated")
    made, sample = sampled(rng, truth, scores, rate=0.03, extra=0)
    row = estimates(looked(made, sample), SETTINGS, sample, None)[0]
    assert row.doubts == ("few_readings",)
    assert row.low < row.high < 5_000


def test_nothing_read_by_chance_allows_no_limits():
    rng = np.random.default_rng(2)
    truth, scores = world(rng, 50, "calibrated")
    nobody = np.zeros(ARTICLES, dtype=bool)
    made = frame(truth, scores, np.full(ARTICLES, -1), nobody, rng.random(ARTICLES))
    sample = Sample(0.0, 0, 0, 0, 0)
    row = estimates(looked(made, sample), SETTINGS, sample, None)[0]
    assert (row.low, row.estimate, row.high, row.inner_low) == (None, None, None, None)
    assert drift(looked(made, sample), sample, (79, 100)).parted is None  # nobody can tell


def test_sample_that_waits_is_unfinished_and_a_shorter_one_without_holes_will_do():
    number = np.linspace(0, 1, 101)
    done = number <= 0.5
    assert reach(number, done, done) == Reach(0.5, finished=True)
    late = done.copy()
    late[90] = True  # one article beyond what was read: the sample ends before the hole
    assert reach(number, late, late) == Reach(0.5, finished=True)
    scattered = np.arange(101) % 3 == 0
    assert not reach(number, scattered, scattered).finished
    nobody = np.zeros(101, dtype=bool)
    assert reach(number, nobody, nobody) == Reach(-1.0, finished=True)


def test_sample_of_which_a_whole_stratum_waits_is_unfinished():
    rng = np.random.default_rng(2)
    truth, scores = world(rng, 100, "calibrated")
    made, sample = sampled(rng, truth, scores)
    assert looked(made, sample).finished
    likely = np.where(scores[:, None] >= BOUNDARIES[1], made.said, -1).astype(np.int8)
    assert not looked(replace(made, said=likely), sample).finished
    assert looked(replace(made, said=likely), replace(sample, rate=0.0)).finished  # no chance drew the others


def test_strata_are_those_by_which_samples_are_drawn():
    assert BOUNDARIES == draw.BOUNDARIES
    assert len(BOUNDARIES) + 1 == STRATA
