"""What every command of the command line shares: the campaign's file, the language, the clock, and common options."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from crawlers.dates import LOCAL_TZ
from pipeline.console import EXIT_OK, EXIT_WITH_FAILURES, SIDES, Day, Speaker
from pipeline.errors import InputError
from pipeline.files import together
from pipeline.wording import Words

if TYPE_CHECKING:
    from collections import Counter

    from pipeline.config import Config
    from pipeline.console import Advance
    from pipeline.store import Store

DAY = Day()
FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE_ARGUMENT = click.argument("file", type=FILE)
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON. || Print the result as JSON.")


def _has_come(context: click.Context, parameter: click.Parameter, day: date | None) -> date | None:
    """Refuses a day to come: its audit would be the latest one, for the digest and the plan, until that day."""
    if day is not None and day > context.obj.today():
        told = f"{Words('vi').day(day)} chưa đến{SIDES}{Words('en').day(day)} is yet to come"
        raise click.BadParameter(told, context, parameter)
    return day


AS_OF_OPTION = click.option(
    "--as-of",
    type=DAY,
    callback=_has_come,
    metavar="YYYY-MM-DD",
    help="Tính đến ngày; mặc định: hôm nay. || As of this day; default: today.",
)
LABELS_OPTION = click.option(
    "--labels", "file", type=FILE, required=True, help="Tệp nhãn (có thể nén .gz). || Label file (.gz allowed)."
)
SEED_OPTION = click.option(
    "--seed", type=int, default=17, show_default=True, help="Số khởi tạo ngẫu nhiên (seed). || Random seed."
)

# Steps are imported inside the commands: scikit-learn and underthesea take seconds that `--help` need not wait for.


class Terminated(KeyboardInterrupt):
    """SIGTERM came, as from `systemctl stop`: what is open is closed as at Ctrl+C."""


@contextmanager
def terminable() -> Iterator[None]:
    """Raises `Terminated` at the first SIGTERM within; elsewhere than in the main thread signals stay as they are."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one must not break what closes the first
        raise Terminated("SIGTERM")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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

    @contextmanager
    def step(
        self,
        config: Config,
        store: Store,
        name: str,
        arguments: Mapping[str, str],
        vi: str,
        en: str,
        *,
        alone: bool = False,
    ) -> Iterator[tuple[Counter[str], Advance]]:
        """Writes a step in the run log and shows its progress under a title; gives what it counts, and the progress.

        Raises:
            StoreError: the step must run alone, and another process crawls for this store.
        """
        from pipeline.steps.run import recorded  # noqa: PLC0415

        with (
            recorded(config, store, name, arguments, self.now, alone=alone) as counts,
            self.speaker.progress(vi, en) as advance,
        ):
            yield counts, advance

    def tell(self, file: Path, faults: Sequence[InputError]) -> None:
        """Says what was wrong with rows of a file whose others were read; the command then ends with code 3."""
        if faults:
            self.speaker.fail(together(file, faults).text(self.lang))
            self.exit_code = EXIT_WITH_FAILURES

    def config_if_any(self) -> Config | None:
        """Reads the campaign where there is one; commands that work without it then go by the shipped model."""
        return self.config() if self.file.exists() else None

    def now(self) -> datetime:
        """The time of the one clock: everything below takes it as an argument."""
        return now()

    def today(self) -> date:
        """The day in Vietnam."""
        return now().astimezone(LOCAL_TZ).date()


def now() -> datetime:
    """The clock; the only one."""
    return datetime.now(UTC)
