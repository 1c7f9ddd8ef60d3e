import numpy as np
import pytest

from pipeline.audit.exclusion import HIGH
from pipeline.audit.nights import nights
from pipeline.audit.settle import log_e_value
from pipeline.audit.simulate import by_plan, coverage, gap_at, sequential, simulate
from pipeline.audit.worlds import resampled, synthetic
from pipeline.report.simulated import told
from pipeline.review.draw import BOUNDARIES
from pipeline.settings import AuditSettings
from pipeline.wording import Words

SCENARIOS = ("calibrated", "blind", "drift", "blinder", "apart_10", "apart_15")
NIGHTLY = ("blind", "retrained", "memorised", "high_first", "apart_10", "apart_15")


def test_scores_of_the_scenarios_are_what_they_say():
    truth = np.arange(200_000) < 10_000
    scores = {each: synthetic(each).score(np.random.default_rng(17), truth, 0.05) for each in SCENARIOS}
    near = scores["calibrated"]
    for low, high in ((0.01, 0.1), (0.1, 0.5), (0.5, 1.0)):  # in each stratum the share of the topic is the mean score
        own = (near >= low) & (near < high)
        assert truth[own].mean() == pytest.approx(near[own].mean(), rel=0.05)
    recall = {each: float((said[truth] >= HIGH).mean()) for each, said in scores.items()}
    assert recall["calibrated"] > recall["blind"] > recall["blinder"]
    assert scores["drift"].sum() < 0.6 * truth.sum()  # the machine alone would report a gap


@pytest.mark.parametrize("scenario", SCENARIOS[:3])
def test_intervals_hold_the_truth_and_narrow_with_the_sample(scenario):
    world = synthetic(scenario)
    found, more = (
        coverage(world, 0.02, BOUNDARIES, np.random.default_rng(17), repetitions=60, articles=5_000, rate=rate)
        for rate in (0.06, 0.24)
    )
    assert min(found.covered, more.covered) >= 0.9
    assert more.width < 0.7 * found.width
    whole = coverage(world, 0.02, BOUNDARIES, np.random.default_rng(17), repetitions=5, articles=500, rate=1.0)
    assert (whole.covered, whole.width) == (1.0, 0.0)


def test_the_sequential_test_calls_no_more_false_gaps_than_it_promises():
    found = sequential(np.random.default_rng(17), repetitions=150, risk=0.05)
    assert 0 < found.false_gaps <= found.risk
    assert found.cells == 1350


def test_a_gap_of_the_sequential_test_is_one_of_its_e_value():
    rng = np.random.default_rng(17)
    for _ in range(30):
        order = rng.permuted(np.arange(60) < 2)
        found = order.cumsum()
        slow = [n for n in range(5, 61) if log_e_value(60, 4, n, int(found[n - 1])) >= np.log(1 / 0.05)]
        assert gap_at(order, 4, 5, 0.05) == slow[0]


def test_reading_by_plan_settles_with_few_readings_and_few_false_gaps():
    found = {each: by_plan(synthetic(each), np.random.default_rng(17), repetitions=10, risk=0.05) for each in SCENARIOS}
    assert all(each.false_gaps <= 0.05 for each in found.values())
    assert found["calibrated"].settled > found["drift"].settled > 0.4
    assert found["calibrated"].reads < found["drift"].reads < 30
    most = by_plan(synthetic("calibrated"), np.random.default_rng(17), repetitions=4, risk=0.05, reads=400)
    assert most.settled == 1.0  # who reads everything knows


@pytest.mark.parametrize("scenario", ["high_first", "apart_15"])
def test_campaign_judged_every_night_accuses_few_who_did_their_duty_and_finds_who_did_not(scenario):
    found = nights(synthetic(scenario), np.random.default_rng(17), repetitions=2, settings=AuditSettings())
    assert found.met > 30
    assert found.accused <= found.promised <= 0.05
    assert found.a_report <= found.allowed
    assert found.caught > 0.3


def test_a_simulation_is_the_same_from_the_same_seed_and_speaks_of_ones_own_model():
    own = resampled("du-lich", np.array([0.9, 0.4, 0.02]), np.linspace(0, 0.3, 50))
    worlds = [synthetic("calibrated"), synthetic("blinder"), own]
    size = {"repetitions": 5, "articles": 1_000, "settings": AuditSettings(), "campaigns": [synthetic("retrained")]}
    steps = []
    found = simulate(worlds, BOUNDARIES, 17, **size, step=lambda done, total: steps.append((done, total)))
    assert found == simulate(worlds, BOUNDARIES, 17, **size)
    assert steps[-1] == (11, 11)
    fewer = simulate(worlds[:2], BOUNDARIES, 17, **size)  # more worlds leave the figures of the others as they are
    assert (fewer.coverage, fewer.settled, fewer.nights) == (found.coverage[:3], found.settled[:2], found.nights)
    said = found.as_json()
    assert list(said) == ["min_coverage", "false_gap_rate", "settled_share", "reads_per_verdict", "settings"]
    assert said["min_coverage"] == min(each.covered for each in found.coverage)
    assert [each.topic for each in found.coverage] == [""] * 3 + ["du-lich"] * 3  # a blinder outlet has no interval
    assert len(said["settings"]) == 6 + 3 + 1 + 1 + len(found.recalls)
    for lang in ("vi", "en"):
        lines = list(told(found, Words(lang)))
        assert max(map(len, lines)) <= 80
        assert any("du-lich" in line for line in lines)


@pytest.mark.long
@pytest.mark.parametrize("seed", [17, 18, 19])
def test_every_setting_keeps_its_promise(seed):
    found = simulate(
        [synthetic(each) for each in SCENARIOS],
        BOUNDARIES,
        seed,
        repetitions=200,
        articles=5_000,
        settings=AuditSettings(),
        campaigns=[synthetic(each) for each in NIGHTLY],
    )
    assert found.min_coverage >= 0.93
    assert found.false_gap_rate <= 0.05
    assert all(each.accused <= each.promised and each.a_report <= each.allowed for each in found.nights)
