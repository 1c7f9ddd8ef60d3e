import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from pipeline.review.reach import compared, reached, rising

curves = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(curves)
def test_smoothed_curve_never_falls_and_is_the_nearest_that_does_not(values):
    smooth = rising(values)
    assert (np.diff(smooth) >= 0).all()
    assert smooth == pytest.approx(IsotonicRegression().fit_transform(range(len(values)), values))


@settings(max_examples=60, deadline=None)
@given(curves)
def test_last_value_is_always_reached(values):
    assert reached(range(0, 10 * len(values), 10), values, values[-1] - 1e-12) is not None


def test_lucky_point_does_not_count_and_a_lasting_rise_does():
    labels = [0, 50, 100, 150, 200]
    assert reached(labels, [0.5, 0.8, 0.6, 0.6, 0.8], 0.8) == 200
    assert reached(labels, [0.5, 0.8, 0.8, 0.8, 0.8], 0.65) == 25
    assert reached(labels, [0.5, 0.6, 0.6, 0.6, 0.6], 0.65) is None
    assert reached(labels, [0.5, 0.6, 0.6, 0.6, 0.6], 0.4) == 0


def test_span_of_the_ratio_tells_how_far_runs_disagree():
    sizes = [0, 50, 100, 150, 200]
    slow, quick = [0.2, 0.3, 0.4, 0.5, 0.6], [0.2, 0.6, 0.6, 0.6, 0.6]
    facts = {"test": 10, "left_out": 0, "seeds": 2, "seed": 1}
    alike = compared(sizes, np.array([quick] * 6), np.array([slow] * 6), **facts)
    assert alike.ratio_low == alike.ratio_high == alike.ratio == pytest.approx(0.25, abs=0.01)
    apart = compared(sizes, np.array([quick, slow] * 3), np.array([slow] * 6), **facts)
    assert apart.ratio_low < apart.ratio < apart.ratio_high <= 1.0


def test_no_ratio_where_the_cues_alone_are_as_good():
    flat = np.full((3, 3), 0.5)
    found = compared([0, 50, 100], flat, flat, test=10, left_out=0, seeds=1, seed=1)
    assert (found.labels_ours, found.labels_random, found.ratio, found.ratio_low) == (0, 0, None, None)
