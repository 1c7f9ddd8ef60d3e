"""Nightly: crawl, cluster reprints, classify, audit, report, digest; the only step that calls other steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.mail import Message
from pipeline.records import Health
from pipeline.steps.audit import judge
from pipeline.steps.classify import Classified, classify
from pipeline.steps.digest import digest, write
from pipeline.steps.ingest import Ingested, Night, ingest
from pipeline.steps.metrics import taken, written
from pipeline.steps.model import load_champion
from pipeline.steps.report import report
from pipeline.steps.reprints import cluster
from pipeline.steps.run import recorded
from pipeline.store import Store
from pipeline.store.predictions import EVERYTHING

Progress = Callable[[str, str], AbstractContextManager[Advance]]


@dataclass(frozen=True, slots=True)
class NightReport:
    """What one night brought, step by step."""

    ingested: Ingested
    classified: Classified
    clusters: int
    result: AuditResult
    files: dict[str, str]  # file name -> SHA-256
    message: Message  # the digest; it stands beside the report, and is still to be sent

    @property
    def changed(self) -> tuple[Health, ...]:
        """Sources of which every day was seen, but whose pages or whose address are not what they were."""
        found = (each for each in self.result.health if each.source not in self.ingested.broken)
        return tuple(each for each in found if each.state in {"moved", "layout"})


def nightly(
    config: Config,
    store: Store,
    night: Night,
    as_of: date,
    folder: Path,
    progress: Progress,
    clock: Callable[[], datetime],
    lang: str,
) -> NightReport:
    """Runs the whole job. Killed anywhere and run again, it ends in the state of an undisturbed night.

    Raises:
        ModelError: the model cannot be read; nothing has been crawled then.
        StoreError: another process crawls for this store, or the database refused.
    """
    arguments = {"night": night.day.isoformat(), "since": night.since.isoformat(), "until": night.until.isoformat()}
    load_champion(config)  # a model that cannot be read is told before the crawl, not hours after
    with (
        written(config, store),
        recorded(config, store, "nightly", arguments, clock, alone=True) as counts,
    ):
        with taken(counts, "crawl"), progress("Thu thập", "Crawling") as advance:
            ingested = ingest(config, store, night, advance)
        counts.update(ingested.articles, failures=ingested.failures, broken=len(ingested.broken))
        with taken(counts, "reprints"), progress("Gộp bài đăng lại", "Finding reprints") as advance:
            clusters = cluster(store, advance)
        with taken(counts, "classify"), progress("Gán chủ đề", "Classifying") as advance:
            classified = classify(config, store, advance, EVERYTHING, clock())
        counts.update(predicted=classified.articles, clusters=clusters)
        with taken(counts, "audit"):
            result = judge(config, store, as_of)
        with taken(counts, "report"):
            files = report(config, result, folder, lang)
            message = digest(config, store, lang, result)
            write(message, folder)
    return NightReport(ingested, classified, clusters, result, files, message)
