"""Background retraining: asked for by a page, done by a process of its own, and seen as failed where that process is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from models.errors import ModelError
from pipeline.config import Config
from pipeline.errors import InputError, PipelineError
from pipeline.report.reasons import error_in_words
from pipeline.steps.model import registry_of
from pipeline.store import Store, jobs, labels
from pipeline.store.jobs import Job
from pipeline.wording import Words

RETRAIN: Final = "retrain"
GRACE: Final = timedelta(
    seconds=20
)  # since its last sign of life; only then is a process that holds no lock called gone
PATIENCE: Final = timedelta(seconds=120)  # for a process to begin: a busy machine takes its time to load the libraries
EVERY: Final = timedelta(seconds=1)  # between two notes of progress, so that writers of labels do not wait for them

GONE: Final = {
    "en": "the process ended before its work was done; nothing is lost, start it again",
    "vi": "tiến trình dừng giữa chừng; không mất dữ liệu, hãy huấn luyện lại",
}


@dataclass(slots=True)
class Work:
    """A job at work: who asked for it, how to tell how far it is, and what is to be kept of it."""

    job: Job
    advance: Callable[..., None]
    result: dict[str, Any] = field(default_factory=dict)


def ask_retrain(config: Config, store: Store, by: str, at: datetime) -> Job:
    """Asks for a retraining.

    Raises:
        InputError: one waits or runs already, or there is no label to learn from.
    """
    newest = newest_retrain(config, store, at)
    if (newest is not None and newest.outcome is None) or registry_of(config).is_training():
        raise InputError(
            "a model is being trained already; wait until that ends",
            "đang có một lượt huấn luyện; hãy chờ lượt đó xong",
        )
    with store.read() as connection:
        if next(labels.events(connection), None) is None:
            raise InputError(
                "nobody has labelled an article yet; there is nothing to learn from",
                "chưa có bài nào được gán nhãn nên chưa có gì để huấn luyện",
            )
    with store.begin() as connection:
        if jobs.unfinished(connection, RETRAIN):  # asked for by another in this instant
            raise InputError("a model is being trained already", "đang có một lượt huấn luyện; hãy chờ lượt đó xong")
        identity = jobs.ask(connection, RETRAIN, {}, by, at)
    return Job(identity, RETRAIN, {}, by, at)


def newest_retrain(config: Config, store: Store, at: datetime) -> Job | None:
    """Gives the newest retraining that a page asked for; one whose process is gone has failed from now on."""
    with store.read() as connection:
        dead = [job for job in jobs.unfinished(connection, RETRAIN) if _silent(job, at)]
    if dead and not registry_of(config).is_training():  # who works holds the lock, and loses it however it ends
        with store.begin() as connection:
            for job in dead:
                jobs.end(connection, job.id, "failed", GONE, at)
    with store.read() as connection:
        return jobs.last(connection, RETRAIN)


@contextmanager
def at_work(store: Store, identity: int, clock: Callable[[], datetime]) -> Iterator[Work]:
    """Does a job: notes its beginning, how far it is, and how it ends.

    Raises:
        InputError: there is no such job, or another process has begun it.
    """
    with store.begin() as connection:
        job = jobs.get(connection, identity)
        if job is None or not jobs.begin(connection, identity, clock()):
            raise InputError(f"job {identity}: not waiting", f"việc {identity}: không ở trạng thái chờ")
    work = Work(job, _Progress(store, identity, clock))
    try:
        yield work
    except BaseException as error:
        _end(store, identity, "failed", _told(error), clock)
        raise
    _end(store, identity, "done", work.result, clock)


class _Progress:
    """Writes progress into the store, at most once a second and in short transactions."""

    def __init__(self, store: Store, identity: int, clock: Callable[[], datetime]) -> None:
        self.store, self.identity, self.clock = store, identity, clock
        self.note, self.at = "", clock() - EVERY

    def __call__(self, done: int, total: int = 0, note: str = "") -> None:
        """Notes how far the work is."""
        now = self.clock()
        if note == self.note and now - self.at < EVERY:
            return
        self.note, self.at = note, now
        progress = {"done": done, "total": total, "note": note, "at": now.isoformat()}
        with self.store.begin() as connection:
            jobs.advance(connection, self.identity, progress)


def _end(
    store: Store, identity: int, outcome: jobs.Ending, result: Mapping[str, Any], clock: Callable[[], datetime]
) -> None:
    with store.begin() as connection:
        jobs.end(connection, identity, outcome, result, clock())


def _silent(job: Job, at: datetime) -> bool:
    """Tells whether nothing was heard of an unfinished job for so long that its process may be gone."""
    if job.started is None:
        return at - job.created > PATIENCE
    heard = datetime.fromisoformat(job.progress["at"]) if job.progress else job.started
    return at - heard > GRACE


def _told(error: BaseException) -> dict[str, str]:
    """Says in both languages what ended a job."""
    if isinstance(error, PipelineError):
        return {"en": error.text("en"), "vi": error.text("vi")}
    if isinstance(error, ModelError):
        return {lang: error_in_words(error, Words(lang)) for lang in ("en", "vi")}
    name = type(error).__name__
    return {
        "en": f"the program failed ({name}); see models/retrain.log in the data folder",
        "vi": f"chương trình gặp lỗi ({name}); xem models/retrain.log trong thư mục dữ liệu",
    }
