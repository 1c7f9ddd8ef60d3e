"""Nightly: crawl, extract, cluster reprints, classify, draw the sample, audit, report, digest, prune; alone it calls other steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from crawlers.errors import CrawlError
from crawlers.fetch import ping
from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.errors import InputError, PipelineError, system_fault
from pipeline.journal import Journal
from pipeline.mail import Message
from pipeline.records import Health
from pipeline.report.reasons import error_in_words, in_words
from pipeline.steps import manifest
from pipeline.steps.audit import KEPT, judge
from pipeline.steps.classify import Classified, classify
from pipeline.steps.digest import digest, write
from pipeline.steps.draw import draw_uniform
from pipeline.steps.drawing import Drawn
from pipeline.steps.ingest import Ingested, Night, ingest, reread
from pipeline.steps.judged_by import known_now
from pipeline.steps.metrics import taken, written
from pipeline.steps.model import load_champion
from pipeline.steps.prune import Pruned, drop
from pipeline.steps.report import report
from pipeline.steps.reprints import cluster
from pipeline.steps.run import recorded
from pipeline.store import Store, kept
from pipeline.store.predictions import EVERYTHING
from pipeline.wording import Words

Progress = Callable[[str, str], AbstractContextManager[Advance]]
VI, EN = Words("vi"), Words("en")
MANY = 50_000  # texts to be looked at for reprints: some two minutes of CPU; as after an upgrade, when all are


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while a night runs: its progress, its log, its clock, and the language of what it writes."""

    progress: Progress
    journal: Journal
    clock: Callable[[], datetime]
    lang: str


@dataclass(frozen=True, slots=True)
class NightReport:
    """What one night brought, step by step."""

    ingested: Ingested
    reread: Ingested  # pages of the archive that were not read before, or could not be by the parsers of then
    classified: Classified
    clusters: int
    drawn: Drawn | None  # into the audit's uniform sample; None where none is drawn
    result: AuditResult
    files: dict[str, str]  # file name -> SHA-256
    message: Message  # the digest; it stands beside the report, and is still to be sent
    pruned: Pruned | None  # None where [retention] keeps everything, or it could not be pruned
    unpruned: tuple[str, str] | None  # why not, in Vietnamese and English
    unmeasured: tuple[str, str] | None = None  # why the metrics were not written, likewise

    @property
    def changed(self) -> tuple[Health, ...]:
        """Sources of which every day was seen, but whose pages or whose address are not what they were."""
        found = (each for each in self.result.health if each.source not in self.ingested.broken)
        return tuple(each for each in found if each.state in {"moved", "layout"})


def nightly(config: Config, store: Store, night: Night, as_of: date, folder: Path, watch: Watch) -> NightReport:
    """Runs the whole job. Killed anywhere and run again, it ends in the state of an undisturbed night.

    Raises:
        ModelError: the model cannot be read; nothing has been crawled then.
        InputError: the key that signs cannot be used; nothing has been crawled then either.
        StoreError: another process crawls for this store, or the database refused.
    """
    arguments = {"night": night.day.isoformat(), "since": night.since.isoformat(), "until": night.until.isoformat()}
    unmeasured: list[tuple[str, str]] = []

    def unwritten(error: PipelineError) -> None:
        said = (
            f"Chưa ghi được số liệu (nightly.metrics): {error.vi}",
            f"Metrics not written (nightly.metrics): {error}",
        )
        watch.journal.warn("metrics_failed", *said)
        unmeasured.append(said)

    with (
        written(config, store, unwritten),
        recorded(config, store, "nightly", arguments, watch.clock, alone=True) as counts,
        _heard(config, watch.journal, night),
    ):
        load_champion(config)  # told before the crawl, not hours after: a model that cannot be read,
        manifest.signing_key(config)  # a key that cannot sign
        done = _steps(config, store, night, as_of, folder, _Parts(watch, counts))
    watch.journal.info("night_done", "Lượt đêm đã xong", "The night is done", night=night.day)
    _ping(config, watch.journal, "")
    return replace(done, unmeasured=unmeasured[0] if unmeasured else None)


def _steps(config: Config, store: Store, night: Night, as_of: date, folder: Path, parts: _Parts) -> NightReport:
    clock, lang = parts.watch.clock, parts.watch.lang
    with parts.part("crawl", "Thu thập", "Crawling") as advance:
        ingested = ingest(config, store, night, advance)
        parts.counts.update(ingested.articles, failures=ingested.failures, broken=len(ingested.broken))
    parts.tell_crawl(ingested)
    with parts.part("extract", "Đọc trang đã lưu", "Reading archived pages") as advance:
        again = reread(config, store, advance)
        parts.counts.update(again.articles)
    pages = sum(again.outcomes.values())
    parts.tell("extract", f"Đọc lại {VI.number(pages)} trang đã lưu", f"Read {EN.number(pages)} archived pages again")
    with parts.part("reprints", "Gộp bài đăng lại", "Finding reprints") as advance:
        clusters = parts.counts["clusters"] = cluster(store, parts.announced(advance), config.engine)
    parts.tell("reprints", f"Bài đăng lại: {VI.number(clusters)} nhóm", f"Reprints: {EN.number(clusters)} groups")
    with parts.part("classify", "Gán chủ đề", "Classifying") as advance:
        classified = classify(config, store, advance, EVERYTHING, clock())
        parts.counts.update(classified.counts())
    read = classified.articles
    parts.tell("classify", f"Gán chủ đề: {VI.number(read)} bài", f"Classified: {EN.number(read)} articles")
    with parts.part("sample", "Lấy mẫu ngẫu nhiên", "Drawing the sample"):
        drawn = _sample(config, store, parts.watch)
    if drawn is not None:
        parts.counts["drawn"] = drawn.new
        parts.tell("sample", f"Mẫu ngẫu nhiên: thêm {VI.number(drawn.new)} bài", f"Sample: {EN.number(drawn.new)} more")
    with parts.part("audit", "Đối chiếu", "Auditing"):
        known = known_now(store)
        result = judge(config, store, as_of, known)
    parts.tell_audit(result)
    with parts.part("report", "Ghi báo cáo", "Writing the report"):
        files = report(config, result, folder, lang)
        manifest.write(config, manifest.file_of(config, as_of), result, known, files, lang)
        message = digest(config, store, lang, result)
        write(message, folder)
    parts.tell("report", f"Báo cáo: {folder}", f"Report: {folder}")
    pruned, unpruned = _prune(config, store, min(night.day, as_of), parts)
    return NightReport(ingested, again, classified, clusters, drawn, result, files, message, pruned, unpruned)


def _prune(config: Config, store: Store, today: date, parts: _Parts) -> tuple[Pruned | None, tuple[str, str] | None]:
    """Drops what [retention] lets go, and what the log of changes need not tell any more.

    A fault is told and hinders nothing: the report stands, and the next night tries again.
    """
    try:
        with parts.part("prune", "Dọn", "Pruning") as advance:
            with store.begin() as connection:
                kept.forget(connection, config.data / KEPT, today)
            rules = config.retention
            done = drop(config, store, today, advance) if rules.pages_days or rules.audits_days else None
    except (PipelineError, CrawlError, OSError) as error:
        vi, en = (f"Chưa dọn được: {_said(error, VI)}", f"Not pruned: {_said(error, EN)}")
        parts.watch.journal.warn("prune_failed", vi, en)
        return None, (vi, en)
    if done is None:
        return None, None
    parts.counts.update(pruned_audits=done.audits, pruned_pages=done.records, pruned_bytes=done.bytes)
    audits, pages, size = done.audits, done.records, round(done.bytes / 1e6, 1)
    parts.tell(
        "prune",
        f"Đã dọn: {VI.number(audits)} lần đối chiếu, {VI.number(pages)} bản lưu trang, {VI.number(size)} MB",
        f"Pruned: {EN.number(audits)} audits, {EN.number(pages)} copies of pages, {EN.number(size)} MB",
    )
    return done, None


def _said(error: PipelineError | CrawlError | OSError, words: Words) -> str:
    if isinstance(error, PipelineError):
        return error.text(words.lang)
    if isinstance(error, CrawlError):
        return error_in_words(error, words)
    en, vi = system_fault(error)
    return words.t(vi, en) + (f": {error.filename}" if error.filename else "")


def _sample(config: Config, store: Store, watch: Watch) -> Drawn | None:
    """Tops up the uniform sample; a sample that somebody has closed stays as it is, which is told."""
    if not config.review.uniform_rate:
        return None
    try:
        return draw_uniform(config, store, watch.clock())
    except InputError as error:
        watch.journal.warn("sample_closed", error.vi, str(error))
        return None


@contextmanager
def _heard(config: Config, journal: Journal, night: Night) -> Iterator[None]:
    """Tells the log and the address of `nightly.ping` that a night starts, and where it breaks off."""
    try:
        _ping(config, journal, "/start")
        journal.info(
            "night_started",
            f"Bắt đầu lượt đêm {VI.day(night.day)}, xem các ngày {VI.day(night.since)} – {VI.day(night.until)}",
            f"The night of {EN.day(night.day)} begins, for the days {EN.day(night.since)} to {EN.day(night.until)}",
            night=night.day,
        )
        yield
    except BaseException as error:
        vi = "Lượt đêm dừng giữa chừng; hãy chạy lại `rasoat nightly`, việc đã làm không mất"
        en = "The night broke off; run `rasoat nightly` again, nothing done is lost"
        said = error.vi if isinstance(error, PipelineError) else ""
        journal.fail("night_failed", vi, en, error=str(error) or type(error).__name__, error_vi=said)
        _ping(config, journal, "/fail")
        raise


def _ping(config: Config, journal: Journal, path: str) -> None:
    """Asks the address that watches the nights; one that does not answer is told and hinders nothing."""
    if not config.nightly.ping:
        return
    why = ping(config.nightly.ping.rstrip("/") + path, config.fetch)
    if why is not None:
        vi = f"Không báo được cho địa chỉ theo dõi (nightly.ping): {in_words(why, VI)}"
        journal.warn("ping_failed", vi, f"The watching address was not reached (nightly.ping): {in_words(why, EN)}")


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of one night: what each takes is counted, and what it came to is told."""

    watch: Watch
    counts: Counter[str]

    @contextmanager
    def part(self, name: str, vi: str, en: str) -> Iterator[Advance]:
        with taken(self.counts, name), self.watch.progress(vi, en) as advance:
            yield advance

    def tell(self, name: str, vi: str, en: str, **facts: object) -> None:
        seconds = self.counts[f"{name}_ms"] / 1000
        cost = {"seconds": seconds, "cpu_seconds": self.counts[f"{name}_cpu_ms"] / 1000}
        vi, en = f"{vi} ({VI.number(round(seconds, 1))} giây)", f"{en} ({EN.number(round(seconds, 1))} s)"
        peak = self.counts[f"{name}_peak_mib"]
        self.watch.journal.info(f"{name}_done", vi, en, **cost, peak_mib=peak, **facts)

    def announced(self, advance: Advance) -> Advance:
        """Tells the log too where there are many texts to look at: nothing else is told for minutes."""
        told = False

        def tell(done: int, total: int = 0, note: str = "") -> None:
            nonlocal told
            if total >= MANY and not told:
                told = True
                vi, en = (words.number(total) for words in (VI, EN))
                self.watch.journal.info(
                    "reprints_many",
                    f"Tìm bài đăng lại: lần này phải xem {vi} bài, sẽ lâu; nếu bị ngắt, lượt sau làm tiếp",
                    f"Finding reprints: {en} articles to look at this time, which takes long; killed, it goes on there",
                    articles=total,
                )
            advance(done, total, note)

        return tell

    def tell_crawl(self, ingested: Ingested) -> None:
        new, revised = ingested.articles.get("new", 0), ingested.articles.get("revised", 0)
        failed = ingested.failures
        self.tell(
            "crawl",
            f"Thu thập: {VI.number(new)} bài mới, {VI.number(revised)} bài sửa đổi,"
            f" {VI.number(failed)} địa chỉ không đọc được",
            f"Crawled: {EN.number(new)} new articles, {EN.number(revised)} revised, {EN.number(failed)} failed URLs",
            new=new,
            revised=revised,
            failures=failed,
        )
        for source, why in ingested.broken.items():
            vi, en = (
                f"{source}: có ngày chưa quan sát được: {in_words(why, VI)}",
                f"{source}: days not observed: {in_words(why, EN)}",
            )
            self.watch.journal.warn("source_broken", vi, en, source=source, reason=why.as_json())

    def tell_audit(self, result: AuditResult) -> None:
        tally = Counter[str](verdict.verdict for verdict in result.verdicts)
        order = ("met", "gap", "uncertain", "not_observed")
        vi, en = (
            "{} đạt, {} thiếu, {} chưa đủ căn cứ, {} chưa quan sát được",
            "{} met, {} gaps, {} uncertain, {} not observed",
        )
        numbers = [tally[name] for name in order]
        self.tell(
            "audit",
            "Đối chiếu: " + vi.format(*map(VI.number, numbers)),
            "Audit: " + en.format(*map(EN.number, numbers)),
            **dict(zip(order, numbers, strict=True)),
        )
