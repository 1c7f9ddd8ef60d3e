"""What every command of the command line shares: the campaign's file, the language, the clock, and common options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawlers.dates import LOCAL_TZ
from pipeline.console import EXIT_OK, Day, Speaker
from pipeline.wording import Words

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.store import Store

DAY = Day()
FILE = click.Path(path_type=Path)
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON. || Print the result as JSON.")


@dataclass(slots=True)
class Surface:
    """What every command shares: the campaign's file, the language, and how to speak."""

    file: Path
    lang: str
    speaker: Speaker
    exit_code: int = EXIT_OK

    @property
    def words(self) -> Words:
        """How numbers and days are written in the language."""
        return Words(self.lang)

    def config(self) -> Config:
        """Reads the campaign."""
        from pipeline.config import load_config  # noqa: PLC0415

        return load_config(self.file)

    @contextmanager
    def campaign(self, *, create: bool = False) -> Iterator[tuple[Config, Store]]:
        """Reads the campaign and opens its store."""
        from pipeline.store import Store  # noqa: PLC0415

        config = self.config()
        store = Store.open(config.store_url, create=create)
        try:
            yield config, store
        finally:
            store.close()


def now() -> datetime:
    """The clock; the only one: everything below takes the time as an argument."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Vietnam."""
    return now().astimezone(LOCAL_TZ).date()
