import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.engine import InlineEngine, ProcessEngine, open_engine
from pipeline.errors import EngineError
from pipeline.settings import EngineSettings

PROJECT = Path(__file__).parents[2]
SLEEPING = """
import os, sys, time
from pipeline.engine import ProcessEngine

def work(shard):
    print(os.getpid(), flush=True)
    time.sleep(600)

if __name__ == "__main__":
    list(ProcessEngine(2).map(work, [1, 2]))
"""


def square(number: int) -> int:
    return number * number


def die(_: int) -> None:
    os._exit(9)


def die_once(shard: tuple[str, int]) -> int:
    marker, number = shard
    if number == 3 and not Path(marker).exists():
        Path(marker).touch()
        os._exit(9)
    return number


def refuse(number: int) -> int:
    raise ValueError(f"shard {number}")


@pytest.mark.parametrize("engine", [InlineEngine(), ProcessEngine(2)])
def test_every_shard_gives_one_result(engine):
    assert sorted(engine.map(square, range(20))) == [n * n for n in range(20)]


@pytest.mark.parametrize("engine", [InlineEngine(), ProcessEngine(2)])
def test_exception_of_a_worker_reaches_the_caller(engine):
    with pytest.raises(ValueError, match="shard 0"):
        list(engine.map(refuse, [0]))


def test_killed_worker_costs_a_retry_and_no_shard(tmp_path):
    shards = [(str(tmp_path / "died"), number) for number in range(12)]
    assert sorted(ProcessEngine(2).map(die_once, shards)) == list(range(12))
    assert (tmp_path / "died").exists()


@pytest.mark.long
def test_work_that_kills_every_worker_is_named_with_its_remedy():
    with pytest.raises(EngineError, match="run the command again"):
        list(ProcessEngine(1).map(die, [1]))


def test_config_chooses_the_engine():
    assert isinstance(open_engine(EngineSettings()), InlineEngine)
    assert open_engine(EngineSettings(kind="processes", workers=3)).workers == 3


def test_workers_end_with_a_killed_parent(tmp_path):
    script = tmp_path / "sleeping.py"
    script.write_text(SLEEPING, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    assert all(map(alive, workers))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        if not any(map(alive, workers)):
            break
        time.sleep(0.05)
    else:
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        pytest.fail("workers go on without their parent")


def alive(process: int) -> bool:
    """Tells whether a process runs; one that has ended and that nobody has asked for yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
