from functools import cache
from itertools import combinations
from math import comb, exp, inf, log

import numpy as np
import pytest

from pipeline.audit.settle import Pool, Recall, excluded_by_recall, log_e_value, reads_to_exclude, same_recall
from pipeline.audits import SPREAD


def by_definition(remaining, needed, read, found):
    """The mixture over all alternatives against the best of the whole null, in plain fractions."""

    def likelihood(total):
        low = total - found
        return comb(remaining - read, low) / comb(remaining, total) if 0 <= low <= remaining - read else 0.0

    against = max((likelihood(total) for total in range(needed, remaining + 1)), default=0.0)
    mixture = sum(likelihood(total) for total in range(needed)) / needed
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
    assert log_e_value(50, 3, 0, 0) == 0


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


def drawn(rng, mean, spread, size):
    """Shares of items that score high, outlet by outlet."""
    if not spread:
        return np.full(size, mean)
    total = mean * (1 - mean) / spread**2 - 1
    return rng.beta(mean * total, (1 - mean) * total, size)


@pytest.mark.parametrize("spread", [0.0, 0.10, SPREAD])
def test_recall_excludes_a_met_duty_no_oftener_than_its_risk_however_often_one_looks(spread):
    """Outlets differ by chance; the pool grows, and is looked at each time; just as many were published as asked."""
    rng = np.random.default_rng(17)
    risk, trials = 0.1, 100
    for mean in (0.7, 0.85):
        false = dict.fromkeys((5, 12), 0)
        for _ in range(trials):
            of = rng.integers(0, 20, 120)
            high = rng.random(120) < drawn(rng, mean, spread, 20)[of]
            pools = [pool_of(of[:read], high[:read]) for read in (10, 20, 30, 50, 80, 120)]
            share = float(drawn(rng, mean, spread, 1)[0])
            for needed in false:
                found = int(rng.binomial(needed, share))
                false[needed] += any(excluded_by_recall(found, needed, pool, risk) for pool in pools)
        assert max(false.values()) / trials <= risk


def pool_of(outlets, high):
    every, found = np.bincount(outlets, minlength=20), np.bincount(outlets[high], minlength=20)
    return Pool(tuple(Recall(int(h), int(n)) for h, n in zip(found, every, strict=True)))


def test_recall_excludes_where_the_others_are_found_and_this_one_is_not():
    known = Pool((Recall(9, 10), Recall(10, 10), Recall(9, 10), Recall(10, 10)))
    assert (known.found, known.positives) == (38, 40)
    assert excluded_by_recall(0, 8, known, 0.025)
    assert not excluded_by_recall(0, 2, known, 0.025)  # an outlet may well be blind to both
    assert not excluded_by_recall(8, 8, known, 0.025)
    assert not excluded_by_recall(7, 8, known, 0.025)
    assert not excluded_by_recall(0, 8, Pool((Recall(3, 10),) * 4), 0.025)
    assert not excluded_by_recall(0, 20, Pool(()), 0.05)


def test_recall_of_outlets_that_are_wholly_different_says_nothing():
    alike, apart = Pool((Recall(5, 10),) * 8), Pool((Recall(10, 10), Recall(0, 10)) * 4)
    assert excluded_by_recall(0, 40, alike, 0.05)
    assert not excluded_by_recall(0, 40, apart, 0.05)


def test_blinder_outlet_is_told_from_the_others():
    assert same_recall(Recall(9, 10), Recall(45, 50))
    assert not same_recall(Recall(2, 10), Recall(45, 50))
    assert same_recall(Recall(0, 0), Recall(45, 50))
