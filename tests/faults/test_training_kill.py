"""`kill -9` at any moment of a retraining or a promotion: champion and labels are intact, and the next run completes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models import artefact
from pipeline.console import EXIT_OK
from pipeline.steps.jobs import ask_retrain, newest_retrain
from pipeline.steps.model import registry_of
from pipeline.store import labels
from tests.pipeline.conftest import Campaign, make_campaign
from tests.pipeline.steps.taught import NOON, teach

PROJECT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("training.py")
KILLED = -9

pytestmark = pytest.mark.long  # every run loads all libraries in a process of its own


def run(campaign, number, *arguments):
    """Runs a command of the campaign, killed at a moment; 0 is no moment."""
    call = [sys.executable, CHILD, number, campaign.folder / "moments.json", "--quiet", "--config", campaign.file]
    done = subprocess.run(
        [str(part) for part in (*call, *arguments)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def copy_of(campaign, folder):
    return Campaign(shutil.copytree(campaign.folder, folder), campaign.ids)


def state(campaign):
    """What must be the same whatever happened: labels, and which model reigns by which decisions."""
    with campaign.open() as store, store.read() as connection:
        said = labels.current(connection)
    registry = registry_of(campaign.config)
    log = [(each.action, each.version, each.champion, each.reason, each.gate) for each in registry.decisions()]
    return said, registry.champion(), registry.versions(), log


def assert_intact(campaign, before, after):
    """The labels are as they were, the champion the old or the new one, and its files are whole."""
    said, champion, _, _ = state(campaign)
    assert said == before[0]
    assert champion in (before[1], after[1])
    registry = registry_of(campaign.config)
    for version in registry.versions():
        artefact.load(registry.place(version))


@pytest.fixture(scope="module")
def taught(sqlite_template, tmp_path_factory):
    campaign = make_campaign(tmp_path_factory.mktemp("taught"), sqlite_template)
    teach(campaign)
    return campaign


@pytest.fixture(scope="module")
def undisturbed(taught, tmp_path_factory):
    """A retraining that nothing happened to: its campaign, and the names of its moments."""
    campaign = copy_of(taught, tmp_path_factory.mktemp("whole") / "campaign")
    code, said = run(campaign, 0, "retrain")
    assert code == EXIT_OK, said
    return campaign, json.loads((campaign.folder / "moments.json").read_text(encoding="utf-8"))


def kill_and_run_again(taught, undisturbed, folder, number):
    whole, _ = undisturbed
    campaign = copy_of(taught, folder)
    before, after = state(campaign), state(whole)
    assert run(campaign, number, "retrain")[0] == KILLED
    assert_intact(campaign, before, after)
    code, said = run(campaign, 0, "retrain")
    assert code == EXIT_OK, said
    assert state(campaign) == after


def test_killed_between_register_and_decision_the_next_run_decides(taught, undisturbed, tmp_path):
    number = undisturbed[1].index("after register") + 1
    kill_and_run_again(taught, undisturbed, tmp_path / "campaign", number)


def test_killed_at_any_moment_the_next_run_ends_as_if_undisturbed(taught, undisturbed, tmp_path):
    for number in range(1, len(undisturbed[1]) + 1):
        kill_and_run_again(taught, undisturbed, tmp_path / str(number), number)


def test_promotion_by_hand_killed_at_any_moment_leaves_a_champion(undisturbed, tmp_path):
    whole, _ = undisturbed
    version = state(whole)[1]
    campaign = copy_of(whole, tmp_path / "undone")
    registry_of(campaign.config).rollback("thử", NOON)
    promoted = copy_of(campaign, tmp_path / "whole")
    call = ("models", "promote", version, "--reason", "đã đọc thử")
    assert run(promoted, 0, *call)[0] == EXIT_OK
    before, after = state(campaign), state(promoted)
    for number in range(1, len(json.loads((promoted.folder / "moments.json").read_text(encoding="utf-8"))) + 1):
        struck = copy_of(campaign, tmp_path / str(number))
        assert run(struck, number, *call)[0] == KILLED
        assert_intact(struck, before, after)
        if state(struck) == before:
            assert run(struck, 0, *call)[0] == EXIT_OK
        assert state(struck) == after


def test_job_that_was_killed_is_seen_as_failed(taught, undisturbed, tmp_path):
    campaign = copy_of(taught, tmp_path / "campaign")
    with campaign.open() as store:
        job = ask_retrain(campaign.config, store, "minh", NOON)
        number = undisturbed[1].index("before train") + 4  # the job writes into the store, too
        assert run(campaign, number, "retrain", "--job", job.id)[0] == KILLED
        started = newest_retrain(campaign.config, store, NOON).started
        assert started is not None
        ended = newest_retrain(campaign.config, store, started.replace(year=started.year + 1))
        assert ended.outcome == "failed"
        again = ask_retrain(campaign.config, store, "minh", NOON)
        assert run(campaign, 0, "retrain", "--job", again.id)[0] == EXIT_OK
        assert newest_retrain(campaign.config, store, NOON).result["promoted"]
