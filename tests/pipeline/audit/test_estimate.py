from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audit.estimate import Strata, Stratum, inner_band, limits, totals, totals_by_wilson


class Interval(NamedTuple):
    low: float
    estimate: float
    high: float


def total(strata, by=totals):
    """The interval of one population."""
    return Interval(*(float(each[0]) for each in by(Strata.of(strata))))


def limits_of(size, read, positive, *level):
    low, high = limits(np.array([size]), np.array([read]), np.array([positive]), *level)
    return low[0], high[0]


def chance(size, carrying, read, positive):
    """Counts, subset by subset, how often `read` of `size` units hold exactly `positive` of the carrying ones."""
    hits = sum(
        len([unit for unit in drawn if unit < carrying]) == positive for drawn in combinations(range(size), read)
    )
    return hits / comb(size, read)


def by_brute_force(size, read, positive, tail):
    possible = range(positive, size - (read - positive) + 1)
    above = [k for k in possible if sum(chance(size, k, read, x) for x in range(positive, read + 1)) > tail]
    below = [k for k in possible if sum(chance(size, k, read, x) for x in range(positive + 1)) > tail]
    return min(above), max(below)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_exact_limits_are_those_of_all_subsets(level):
    for size in range(8):
        for read in range(size + 1):
            for positive in range(read + 1):
                found = limits_of(size, read, positive, level)
                assert found == by_brute_force(size, read, positive, (1 - level) / 2), (size, read, positive)


def test_limits_of_a_large_stratum_agree_with_the_rule_of_three():
    low, high = limits_of(1_000_000, 600, 0)
    assert low == 0
    assert high == pytest.approx(1_000_000 * (1 - 0.025 ** (1 / 600)), rel=1e-3)


def test_many_limits_at_once_are_those_of_each():
    rng = np.random.default_rng(5)
    size = rng.integers(1, 5_000, 60).reshape(12, 5)
    read = (size * rng.random(size.shape)).astype(int)
    positive = (read * rng.random(size.shape) ** 3).astype(int)
    low, high = limits(size, read, positive)
    for place in np.ndindex(size.shape):
        one = limits_of(size[place], read[place], positive[place])
        assert (low[place], high[place]) == one


def test_everything_read_leaves_no_doubt():
    assert total([Stratum(10, 10, 4), Stratum(3, 3, 0)]) == (4, 4, 4)


def test_unread_stratum_widens_by_all_of_it():
    read, both = total([Stratum(100, 60, 30)]), total([Stratum(100, 60, 30), Stratum(40, 0, 0)])
    assert (both.low, both.high) == (read.low, read.high + 40)


def test_refusals_widen_both_ways():
    plain, refused = total([Stratum(1_000, 200, 20)]), total([Stratum(1_000, 190, 20, skipped=10)])
    assert refused.low <= plain.low
    assert refused.high > plain.high


def test_what_was_read_for_other_reasons_bounds_the_total_and_is_no_sample():
    interval = total([Stratum(100, 20, 6, found=30, denied=45)])
    assert (interval.low, interval.high) == (36, 36 + 5)
    belied = total([Stratum(100, 20, 0, found=30, denied=45)])
    assert (belied.low, belied.high) == (30, 35)
    assert total([Stratum(1_000, 100, 5, found=10)]).high == total([Stratum(1_000, 100, 5)]).high


@pytest.mark.parametrize("wrong", [(5, 6, 0), (5, 2, 3), (5, 2, -1), (5, 3, 1, 1, 1, 1)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Stratum(*wrong)


STRATA = st.lists(
    st.tuples(*[st.integers(0, 40)] * 6).map(
        lambda n: Stratum(sum(n), n[0] + n[1], n[0], n[2] // 4, n[3] // 2, n[4] // 2)
    ),
    max_size=4,
)


@settings(deadline=None)
@given(STRATA)
def test_limits_stand_around_the_estimate_and_within_what_is_known(strata):
    least = sum(each.positive + each.found for each in strata)
    most = sum(each.size - (each.read - each.positive) - each.denied for each in strata)
    for interval in (total(strata), total(strata, totals_by_wilson)):
        assert least <= interval.low <= interval.estimate <= interval.high <= most


@pytest.mark.parametrize(  # Newcombe 1998, table I
    ("positive", "read", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_wilson_limits_are_the_published_ones_in_a_large_population(positive, read, low, high):
    interval = total([Stratum(10**9, read, positive)], totals_by_wilson)
    assert (interval.low / 10**9, interval.high / 10**9) == pytest.approx((low, high), abs=6e-5)


def test_inner_band_lies_inside_and_is_the_same_again():
    strata = [Stratum(4_000, 400, 0), Stratum(700, 150, 6), Stratum(200, 90, 30), Stratum(100, 80, 70)]
    (low, high), outer = inner_band(strata), total(strata)
    assert outer.low < low < high < outer.high
    assert (low, high) == inner_band(strata)
