import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from pipeline.review.reach import reached, rising

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
