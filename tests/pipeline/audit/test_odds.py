from itertools import product

import numpy as np
import pytest

from pipeline.audit.odds import Length, Pace, sum_of_chances, too_few, too_short, too_silent

NONE = np.empty(0)
RUNS = 20_000


def within_noise(said: float, seen: np.ndarray) -> bool:
    """Four standard errors of a simulated frequency."""
    return bool(abs(seen.mean() - said) <= 4 * max(said * (1 - said), 1e-4) ** 0.5 / len(seen) ** 0.5)


@pytest.mark.parametrize(
    ("shape", "rate", "days", "needed"),
    [(0.3, 7, 10, 1), (2, 7, 20, 3), (14, 7, 5, 10), (6, 20, 30, 12), (40, 25, 1, 2)],
)
def test_too_few_items_come_as_often_as_said(shape, rate, days, needed):
    rng = np.random.default_rng(17)
    chances = np.array([0.9, 0.4, 0.05])
    came = rng.poisson(rng.gamma(shape, 1 / rate, RUNS) * days) + (rng.random((RUNS, 3)) < chances).sum(axis=1)
    assert within_noise(too_few(Pace(shape, rate), days, needed, chances), came < needed)


@pytest.mark.parametrize(
    ("shape", "rate", "days", "needed", "spread"), [(3, 7, 10, 15.0, 4.0), (1, 7, 20, 30.0, 0.5), (20, 14, 14, 60.0, 1)]
)
def test_too_few_minutes_come_as_often_as_said(shape, rate, days, needed, spread):
    rng = np.random.default_rng(17)
    length, chances, minutes = Length(3.0, spread), np.array([0.8, 0.3]), np.array([4.0, 11.0])
    items = rng.poisson(rng.gamma(shape, 1 / rate, RUNS) * days)
    came = rng.gamma(np.maximum(items * spread, 1e-9), length.mean / spread) * (items > 0)
    came += (rng.random((RUNS, 2)) < chances) @ minutes
    said = too_short(Pace(shape, rate), length, days, needed, chances, minutes)
    assert abs(said - (came < needed).mean()) < 0.015  # noise, and minutes of unread items rounded to bins


@pytest.mark.parametrize(("shape", "rate", "allowed"), [(0.5, 7, 3), (5, 10, 3), (20, 14, 0), (3, 7, 6)])
def test_silences_are_as_frequent_as_said(shape, rate, allowed):
    rng = np.random.default_rng(17)
    past = np.array([1.0, 0.0, 0.3, np.nan, 0.0, 0.7])  # confirmed, silent, unread, unobserved
    spoken = np.concatenate([past, np.full(9, np.nan)])
    paces = rng.gamma(shape, 1 / rate, RUNS)
    chance = np.where(np.isnan(spoken), -np.expm1(-paces[:, None]), spoken)
    heard = rng.random(chance.shape) < chance
    run = longest = np.zeros(RUNS)
    for day in heard.T:
        run = np.where(day, 0, run + 1)
        longest = np.maximum(longest, run)
    said = too_silent(spoken[None], np.array([float(shape)]), np.array([float(rate)]), allowed)
    assert within_noise(float(said[0]), longest > allowed)


def test_sums_of_chances_are_those_of_all_combinations():
    chances, steps = np.array([0.2, 0.9, 0.5, 0.0]), np.array([2, 1, 3, 1])
    law = np.zeros(8)
    for events in product((0, 1), repeat=4):
        law[np.dot(events, steps)] += np.prod(np.where(events, chances, 1 - chances))
    assert sum_of_chances(chances, 8, steps) == pytest.approx(law)
    assert sum_of_chances(chances, 3, steps) == pytest.approx(law[:3])


@pytest.mark.parametrize("spread", [(0.1, 3.0), (0.5, 0.5), (3.0, 1.0)])
def test_many_events_sum_as_if_each_were_counted(spread):
    rng = np.random.default_rng(17)
    chances, steps = rng.beta(*spread, 150), rng.integers(0, 4, 150)
    exact = np.eye(1, 40)[0]
    for chance, step in zip(chances, steps, strict=True):
        moved = exact * chance
        exact -= moved
        exact[step:] += moved[: 40 - step]
    said = sum_of_chances(chances, 40, steps)
    assert said.cumsum() == pytest.approx(exact.cumsum(), abs=0.003)


def test_what_is_done_and_every_day_left_lower_the_odds():
    pace, length = Pace(2.0, 10.0), Length(3.0, 2.0)
    by_days = [too_few(pace, days, 4, NONE) for days in range(30)]
    by_need = [too_few(pace, 10, needed, NONE) for needed in range(8)]
    minutes = [too_short(pace, length, days, 20.0, NONE, NONE) for days in range(30)]
    assert by_days == sorted(by_days, reverse=True)
    assert by_need == sorted(by_need)
    assert minutes == sorted(minutes, reverse=True)
    assert (by_days[0], minutes[0], by_need[0]) == (1.0, 1.0, 0.0)


def test_a_silence_that_is_too_long_already_is_missed_and_a_phase_that_spoke_daily_is_not():
    said = too_silent(np.array([[1.0, 0, 0, 0, 1], [1, 0, 1, 0, 1]]), np.ones(2), np.ones(2), 2)
    assert said.tolist() == [1.0, 0.0]
