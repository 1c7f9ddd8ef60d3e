import os

import pytest

from pipeline.engine import InlineEngine, ProcessEngine, open_engine
from pipeline.errors import EngineError
from pipeline.settings import EngineSettings


def square(number: int) -> int:
    return number * number


def die(_: int) -> None:
    os._exit(9)


def refuse(number: int) -> int:
    raise ValueError(f"shard {number}")


@pytest.mark.parametrize("engine", [InlineEngine(), ProcessEngine(2)])
def test_every_shard_gives_one_result(engine):
    assert sorted(engine.map(square, range(20))) == [n * n for n in range(20)]


@pytest.mark.parametrize("engine", [InlineEngine(), ProcessEngine(2)])
def test_exception_of_a_worker_reaches_the_caller(engine):
    with pytest.raises(ValueError, match="shard 0"):
        list(engine.map(refuse, [0]))


def test_killed_worker_is_named_with_its_remedy():
    with pytest.raises(EngineError, match="run the command again"):
        list(ProcessEngine(1).map(die, [1]))


def test_config_chooses_the_engine():
    assert isinstance(open_engine(EngineSettings()), InlineEngine)
    assert open_engine(EngineSettings(kind="processes", workers=3)).workers == 3
