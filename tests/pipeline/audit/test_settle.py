from functools import cache
from itertools import combinations
from math import comb, exp, inf, log

import numpy as np
import pytest

from pipeline.audit.looks import SHARES, least_chances, recalled
from pipeline.audit.settle import (
    ALONE,
    Pool,
    Recall,
    chance_by_recall,
    left_to_chance,
    log_e_value,
    reads_to_exclude,
    same_recall,
)


def by_definition(remaining, needed, read, found):
    """The mixture over all alternatives against the best of the whole null, in plain fractions."""

    def likelihood(total):
        low = total - found
        return comb(remaining - read, low) / comb(remaining, total) if 0 <= low <= remaining - read else 0.0

    against = max((likelihood(total) for total in range(needed, remaining + 1)), default=0.0)
    mixture = sum(likelihood(total) / ((total + 1) * (total + 2)) for total in range(needed))
    return inf if against == 0 else mixture / against


def test_evidence_is_that_of_the_definition():
    for remaining in range(1, 13):
        for needed in range(1, remaining + 2):
            for read in range(remaining + 1):
                for found in range(min(read, needed - 1) + 1):
                    value = log_e_value(remaining, needed, read, found)
                    assert exp(value) == pytest.approx(by_definition(remaining, needed, read, found), rel=1e-9)


def test_nothing_speaks_against_what_is_found_already():
    assert log_e_value(50, 2, 10, 2) == -inf
    assert log_e_value(50, 0, 10, 0) == -inf
    assert log_e_value(50, 3, 0, 0) < 0


def test_false_alarms_in_every_order_of_a_small_cell_stay_below_the_risk():
    remaining, needed, risk = 12, 2, 0.2
    alarms = 0
    for places in combinations(range(remaining), needed):
        found, alarm = 0, False
        for read in range(1, remaining + 1):
            found += read - 1 in places
            alarm |= log_e_value(remaining, needed, read, found) >= log(1 / risk)
        alarms += alarm
    assert 0 < alarms / comb(remaining, needed) <= risk


@pytest.mark.parametrize(("remaining", "needed"), [(150, 5), (400, 3), (60, 10)])
def test_sequential_test_calls_few_met_duties_a_gap(remaining, needed):
    rng = np.random.default_rng(11)
    risk, trials = 0.05, 400
    false = 0
    evidence = cache(log_e_value)
    for _ in range(trials):
        carries = rng.permutation(np.arange(remaining) < needed)
        found = np.cumsum(carries)
        false += any(
            evidence(remaining, needed, read, int(found[read - 1])) >= log(1 / risk) for read in range(10, remaining, 5)
        )
    assert false / trials <= risk + 0.01


def test_reads_to_exclude_is_the_first_number_that_does():
    reads = reads_to_exclude(150, 5, 10, 1, 0.05)
    assert log_e_value(150, 5, 10 + reads, 1) >= log(20) > log_e_value(150, 5, 10 + reads - 1, 1)
    assert reads_to_exclude(30, 2, 30, 1, 0.05) == 0
    assert reads_to_exclude(30, 1, 0, 0, 1e-12) == 30


@pytest.mark.parametrize("risk", [0.15, 0.05, 0.005, 1e-4])
def test_what_recall_leaves_to_chance_is_the_risk_on_average(risk):
    chances = np.geomspace(1e-12, 1, 100_001)  # c / chance is told well by steps that grow with it
    left = np.array([left_to_chance(each, risk) for each in chances.tolist()])
    assert 0.9 * risk < np.trapezoid(left, chances) <= 1.001 * risk
    assert left.min() == ALONE * risk
    assert left_to_chance(1e-9, risk) == 1.0


def test_recall_accuses_no_oftener_than_promised_however_often_one_looks():
    rng = np.random.default_rng(17)
    for share in (0.3, 0.9):
        found = recalled(rng, share, 20, repetitions=2_000, risk=0.05)
        assert 0 < found.accused <= 0.01
        assert found.accused < found.together <= found.risk


@pytest.mark.long
@pytest.mark.parametrize("share", [0.2, *SHARES, 0.95])
def test_chance_by_recall_is_as_rare_as_it_says(share):
    """Outlets differ as much as is borne, or less; the pool grows; just as many items were published as were asked."""
    rng, trials = np.random.default_rng(17), 20_000
    borne = min(0.15, (share * (1 - share)) ** 0.5 / 2)
    for spread in (0.0, 0.10, borne):
        for chances in list(least_chances(rng, share, min(spread, borne), 20, repetitions=trials))[:-1]:
            for most in (0.0025, 0.01, 0.05, 0.2):
                noise = 4 * (most / trials) ** 0.5
                assert (chances <= most).mean() <= most + noise
            for risk in (0.05, 0.005):
                assert np.mean([left_to_chance(each, risk) for each in chances.tolist()]) <= risk


def test_recall_excludes_where_the_others_are_found_and_this_one_is_not():
    known = Pool((Recall(9, 10), Recall(10, 10), Recall(9, 10), Recall(10, 10)))
    assert (known.found, known.positives) == (38, 40)
    assert chance_by_recall(0, 8, known) < 0.005
    assert chance_by_recall(0, 2, known) > 0.025  # an outlet may well be blind to both
    assert chance_by_recall(8, 8, known) == 1.0
    assert chance_by_recall(7, 8, known) > 0.5
    assert chance_by_recall(0, 8, Pool((Recall(3, 10),) * 4)) > 0.05
    assert chance_by_recall(0, 20, Pool(())) == 1.0


def test_recall_of_outlets_that_are_wholly_different_says_nothing():
    alike, apart = Pool((Recall(5, 10),) * 8), Pool((Recall(10, 10), Recall(0, 10)) * 4)
    assert chance_by_recall(0, 40, alike) < 0.025
    assert chance_by_recall(0, 40, apart) == 1.0


def test_blinder_outlet_is_told_from_the_others():
    assert same_recall(Recall(9, 10), Recall(45, 50))
    assert not same_recall(Recall(2, 10), Recall(45, 50))
    assert same_recall(Recall(0, 0), Recall(45, 50))
