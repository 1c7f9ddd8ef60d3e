"""Schedules are what systemd and cron read: quoted, by Vietnam's time, with the account that runs them."""

import shlex
import shutil
import subprocess
from datetime import time
from pathlib import Path

import pytest

from pipeline.steps.schedule import cron, systemd

PROGRAM = ["/opt/rà soát/bin/rasoat"]
CONFIG = Path('/srv/100% "Sơn Khê" $x/config.toml')


def test_units_pass_the_judgement_of_systemd(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine")
    for name, content in systemd([shutil.which("true")], CONFIG, "root", time(2, 5), "vi").items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    call = [analyze, "verify", str(tmp_path / "rasoat.service"), str(tmp_path / "rasoat.timer")]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert "rasoat" not in done.stderr, done.stderr


def test_timer_is_by_vietnams_time_and_makes_up_for_missed_nights():
    units = systemd(PROGRAM, CONFIG, "vanphong", time(2, 5), "vi")
    assert "OnCalendar=*-*-* 02:05:00 Asia/Ho_Chi_Minh\nPersistent=true" in units["rasoat.timer"]
    assert "User=vanphong" in units["rasoat.service"]
    assert '"/srv/100%% \\"Sơn Khê\\" $$x/config.toml" "nightly"' in units["rasoat.service"]


def test_line_of_cron_gives_the_shell_the_same_words():
    line = cron(PROGRAM, CONFIG, "vanphong", time(2, 5), "vi").splitlines()[-1]
    when, command = line.split(" vanphong ")
    assert when == "5 2 * * *"
    assert shlex.split(command.replace(r"\%", "%"))[:4] == [*PROGRAM, "--quiet", "--config", str(CONFIG)]


def test_command_prints_for_this_campaign(campaign, capsys):
    assert campaign.run("schedule", "--systemd", "--user", "vanphong") == 0
    assert f'"{campaign.file}"' in capsys.readouterr().out
    assert campaign.run("schedule", "--cron") == 0
    assert str(campaign.file) in capsys.readouterr().out
    assert campaign.run("schedule") == 2
