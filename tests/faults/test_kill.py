"""`kill -9` at any moment of a night, and the night run again: the same store and the same report as undisturbed."""

import random
import shutil
from dataclasses import replace

import pytest

from pipeline.sample.texts import OUTLETS

KILLED = -9
WITH_FAILURES = 3  # the provincial portal is down in part
STEPS = ("cluster", "classify", "draw_uniform", "judge", "report", "_prune")
TRIED = [*(("ingest", seed) for seed in range(4)), *((step, seed) for step in STEPS for seed in range(2))]


def assert_went(night):
    ended = night.run()
    assert ended.code == WITH_FAILURES, str(ended)


@pytest.mark.long
def test_night_killed_again_and_again_ends_as_if_undisturbed(nights, undisturbed):
    night = nights.make()
    draw = random.Random(20200925)
    for step in ("ingest", "classify", "report"):
        assert night.run(step, draw.randint(1, undisturbed.moments[step])).code == KILLED
    assert_went(night)
    assert nights.differences(night, undisturbed) == {}
    nights.assert_nothing_half_written(night)


@pytest.mark.long
def test_second_run_of_a_night_changes_nothing(nights, undisturbed, tmp_path):
    again = replace(undisturbed, folder=shutil.copytree(undisturbed.folder, tmp_path / "again"))
    (again.folder / "moments.json").unlink()
    assert_went(again)
    assert nights.differences(again, undisturbed) == {}
    assert again.moments["ingest"] < undisturbed.moments["ingest"]


@pytest.fixture(scope="module")
def whole_province(nights):
    night = nights.make(OUTLETS)
    assert_went(night)
    return night


@pytest.mark.long
@pytest.mark.parametrize(("step", "seed"), TRIED)
def test_night_killed_at_any_moment_ends_as_if_undisturbed(nights, whole_province, step, seed):
    night = nights.make(OUTLETS)
    draw = random.Random(f"{seed} {step}")
    assert night.run(step, draw.randint(1, whole_province.moments[step])).code == KILLED
    night.run("ingest", draw.randint(1, whole_province.moments["ingest"]))  # and once more, where it comes so far
    assert_went(night)
    assert nights.differences(night, whole_province) == {}
    nights.assert_nothing_half_written(night)
