"""A running server over a small campaign with a user of each role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

from tests.pipeline.web.live import Clock, Site, add_users, serve


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes passwords with argon2id as ever, but with next to no memory: tests log in hundreds of times."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("pipeline.passwords._hasher", lambda: hasher)


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def site(campaign: Any, clock: Clock) -> Iterator[Site]:
    """A running server over a campaign of its own: three articles, nothing tagged; users of `live.NAMES`."""
    with campaign.open() as store:
        add_users(store, clock())
    yield from serve(campaign.config, clock)
