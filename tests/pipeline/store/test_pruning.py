"""What finding the spare records of an archive costs, in steps of SQLite's machine: no clock is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from pipeline.store import Store, outlets
from pipeline.store.pruning import spare_records
from pipeline.store.schema import fetches, observations
from tests.pipeline.store.conftest import OUTLETS, SOURCES

NIGHTS = tuple(date(2020, 9, number) for number in range(1, 6))
EACH = 100  # steps between two calls of the handler


def test_the_cost_grows_with_pages_and_days_and_not_with_their_product(sqlite_store: Store) -> None:
    with sqlite_store.begin() as connection:
        outlets.sync(connection, OUTLETS, SOURCES)
    few, many = _steps(sqlite_store, "web", 40), _steps(sqlite_store, "dai", 160)
    assert few < many < 8 * few  # four times as much of each; all pairs of them would be sixteen times as many


def _steps(store: Store, source: str, size: int) -> int:
    """Counts the hundreds of steps with one more source: so many pages a night, the last of which proves so many days."""
    rows = [(night, number) for night in NIGHTS for number in range(size)]
    with store.begin() as connection:
        connection.execute(insert(fetches), [_fetched(source, *row) for row in rows])
        connection.execute(insert(observations), [_proved(source, *row, size - 1) for row in rows])
    calls: list[None] = []
    with store.read() as connection:
        raw: Any = connection.connection.driver_connection
        raw.set_progress_handler(lambda: calls.append(None), EACH)
        found = spare_records(connection, date(2021, 1, 1))
        raw.set_progress_handler(None, 0)
    assert sum(map(len, found.values())) >= len(NIGHTS) * (size - 1)
    return len(calls)


def _fetched(source: str, night: date, number: int) -> dict[str, Any]:
    at = datetime(night.year, night.month, night.day, tzinfo=UTC)
    page = {"source_id": source, "url_id": str(number), "url": _address(number), "role": "page", "status": 200}
    place = {"archive_file": f"{source}-{night}", "archive_offset": 100 * number, "archive_length": 100}
    return {**page, **place, "night": night, "fetched_at": at, "archive_sha256": "", "elapsed_s": 0.1}


def _proved(source: str, night: date, number: int, proof: int) -> dict[str, Any]:
    day = night - timedelta(days=number)
    return {
        "source_id": source, "day": day, "night": night, "proved": True, "route": "listing", "evidence_url": _address(proof),
    }  # fmt: skip


def _address(number: int) -> str:
    return f"https://bao.example/{number}"
