"""Ingest: from outlets, archived nights and WARC files to stored articles, failures and collection proof."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import crawlers
from crawlers.archive import Archive
from crawlers.article import Article, Event, Failure, Fetch, Known, Learnt, Observation, Outcome
from crawlers.crawl import crawl
from crawlers.errors import ArchiveError
from crawlers.fetch import Fetcher
from crawlers.pages import night_of as night_of_archive
from crawlers.reason import Reason, because
from crawlers.replay import read_file
from crawlers.replay import replay as replay_night
from crawlers.source import Source
from crawlers.warc import Fate, Tally
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.engine import InlineEngine, open_engine
from pipeline.errors import InputError
from pipeline.store import Connection, Store, articles, fetches, marks, observations, outlets

PARSERS: Final = "parsers"  # mark: the code by which unreadable pages were read last
EVERYTHING_SINCE = date(2000, 1, 1)  # first day asked for where a campaign has no phases; portals are younger


@dataclass(frozen=True, slots=True)
class Night:
    """Which days are asked for, and under which night what is fetched is stored."""

    day: date  # local day of the run
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one crawl brought, by outcome, and which sources could not be seen whole."""

    articles: Mapping[str, int]  # "new", "revised", "unchanged"
    outcomes: Mapping[str, int]  # every URL of the night under one outcome
    failures: int
    requests: int  # exchanges with the network; 0 where an earlier run of the night had fetched everything
    broken: Mapping[str, Reason]  # source -> why some day of it has no collection proof


@dataclass(frozen=True, slots=True)
class FilesRead:
    """What WARC files brought, the fate of each of their records, and which of them are damaged."""

    ingested: Ingested
    records: Mapping[Fate, int]
    damaged: tuple[ArchiveError, ...]


@dataclass(frozen=True, slots=True)
class Archived:
    """One worker's share: the archived pages of one source, of some nights or of all, or those that `only` names."""

    config: Config
    store: Store
    source: Source
    nights: tuple[date, ...] = ()  # all where empty
    only: frozenset[str] | None = None  # URL keys


def night_of(config: Config, day: date, since: date | None = None, until: date | None = None) -> Night:
    """Gives the span to crawl: as asked, else from the first phase's first day to the last phase's last day or today.

    Raises:
        InputError: `since` is after `until`.
    """
    first = since or min((phase.first_day for phase in config.phases), default=EVERYTHING_SINCE)
    last = until or min([day, *([max(phase.last_day for phase in config.phases)] if config.phases else [])])
    if first > last and since and until:
        raise InputError(
            f"--since {first} is after --until {last}; swap them",
            f"--since {first} đứng sau --until {last}; hãy đổi lại",
        )
    return Night(day, first, max(first, last))


def ingest(
    config: Config, store: Store, night: Night, advance: Advance, only: tuple[str, ...] = (), *, again: bool = False
) -> Ingested:
    """Crawls the campaign's sources and stores everything seen, each event in a transaction of its own.

    A night goes on where an earlier run of it ended; with `again` its pages are asked for anew, as on the night after.

    Raises:
        InputError: `only` names a source that the campaign has not.
    """
    sources = _chosen(config, only)
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
    with store.read() as connection:
        known = {source.id: _known(connection, source.id, night.day, again=again) for source in sources}
        learnt = outlets.learnt(connection)
        proved = observations.proved_days(connection, before=night.day)
        asked = fetches.asked(connection, night.day)
    saver = _Saver(config, store, night)
    with Fetcher(config.fetch) as fetcher, closing(Archive(config.data / "archive")) as archive:
        fetcher.remember(asked)
        events = crawl(
            sources,
            fetcher,
            archive,
            known,
            since=night.since,
            until=night.until,
            night=night.day,
            learnt=learnt,
            proved=proved,
            threads=config.fetch.threads,
        )
        with closing(events):
            for event in events:
                saver.save(event)
                advance(sum(saver.outcomes.values()), 0, event.source_id)
    return saver.summary()


def _known(connection: Connection, source: str, night: date, *, again: bool) -> dict[str, Known]:
    if not again:
        return fetches.known(connection, source, before=night)
    day = timedelta(days=1)
    known = fetches.known(connection, source, before=night + day)
    return {key: replace(state, night=min(state.night, night - day)) for key, state in known.items()}


def replay(
    config: Config, store: Store, nights: Sequence[date], advance: Advance, only: tuple[str, ...] = ()
) -> Ingested:
    """Reads archived pages again with today's parsers; pages whose newest bytes came in one of `nights`, all where empty.

    Raises:
        InputError: `only` names a source that the campaign has not.
    """
    sources = _chosen(config, only)
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
    return _shared_out(config, [Archived(config, store, source, tuple(nights)) for source in sources], advance)


def reread(config: Config, store: Store, advance: Advance) -> Ingested:
    """Reads archived pages that nobody has read, as of the night that fetched them: those of a crawl that broke off.

    Where the parsers have changed, also those that the parsers of then could not read.
    """
    now = parsers()
    with store.read() as connection:
        changed = marks.get(connection, PARSERS) != now
        waiting = [(source, fetches.unread(connection, source.id, failed=changed)) for source in config.sources]
    shards = [Archived(config, store, source, only=frozenset(keys)) for source, keys in waiting if keys]
    done = _shared_out(config, shards, advance)
    if changed:
        with store.begin() as connection:
            marks.put(connection, PARSERS, now)
    return done


def read_archived(shard: Archived) -> Ingested:
    """Stores what the archived pages of one source are by today's parsers, night by night."""
    config, store, source = shard.config, shard.store, shard.source
    with store.read() as connection:
        known = fetches.known(connection, source.id, before=date.max)
        stamps = _stamps(outlets.learnt(connection).get(source.id, {}))
    asked = known if shard.only is None else shard.only
    archived = {night_of_archive(ref) for key in asked if (ref := known[key].archive)}
    totals = _Totals()
    with closing(Archive(config.data / "archive")) as archive:
        for night in sorted(archived & set(shard.nights) if shard.nights else archived):
            saver = _Saver(config, store, Night(night, night, night))
            for event in replay_night(source, archive, known, night, stamps, shard.only):
                saver.save(event)
            totals.add(saver.summary())
    return totals.summary()


def _shared_out(config: Config, shards: Sequence[Archived], advance: Advance) -> Ingested:
    """Has each source's pages read where config.toml says; a single one's here, as a process takes a second to start."""
    engine = InlineEngine() if len(shards) == 1 else open_engine(config.engine)
    totals = _Totals()
    for done in engine.map(read_archived, shards):
        totals.add(done)
        advance(totals.pages, 0)
    return totals.summary()


@cache
def parsers() -> str:
    """Gives the SHA-256 of the code that reads pages."""
    files = sorted(Path(crawlers.__path__[0]).rglob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def read_warc_files(
    config: Config, store: Store, files: Sequence[Path], night: date, advance: Advance, only: tuple[str, ...] = ()
) -> FilesRead:
    """Stores the articles of the campaign's sources that WARC files hold. No day is proved by them.

    What a file holds before its damage is stored, and so is what the files after it hold.

    Raises:
        InputError: `only` names a source that the campaign has not.
        ArchiveError: not one record of any file could be read.
    """
    sources = _chosen(config, only)
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
    saver = _Saver(config, store, Night(night, night, night))
    tally: Tally = Counter()
    damaged: list[ArchiveError] = []
    size = config.fetch.max_inflated_bytes
    with closing(Archive(config.data / "archive")) as archive:
        for file in files:
            with store.read() as connection:
                known = {source.id: fetches.known(connection, source.id, before=night) for source in sources}
                stamps = {source: _stamps(routes) for source, routes in outlets.learnt(connection).items()}
            events = read_file(sources, archive, known, night, stamps, file, max_bytes=size, tally=tally)
            try:
                for event in events:
                    saver.save(event)
                    advance(sum(saver.outcomes.values()), 0, file.name)
            except ArchiveError as error:
                damaged.append(error)
    if damaged and not tally:
        raise damaged[0]
    return FilesRead(saver.summary(), dict(tally), tuple(damaged))


def _stamps(learnt: Mapping[str, object]) -> tuple[str, ...]:
    stamps = learnt.get("shared_stamps")
    return tuple(map(str, stamps)) if isinstance(stamps, list | tuple) else ()


class _Totals:
    """Adds up what several nights brought."""

    def __init__(self) -> None:
        self.articles: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.failures = 0

    @property
    def pages(self) -> int:
        return sum(self.outcomes.values())

    def add(self, night: Ingested) -> None:
        self.articles.update(night.articles)
        self.outcomes.update(night.outcomes)
        self.failures += night.failures

    def summary(self) -> Ingested:
        return Ingested(dict(self.articles), dict(self.outcomes), self.failures, 0, {})


def _chosen(config: Config, only: tuple[str, ...]) -> tuple[Source, ...]:
    ids = [source.id for source in config.sources]
    for name in only:
        if name not in ids:
            raise InputError(
                f"--source {name}: no such source; there are: {', '.join(ids)}",
                f"--source {name}: không có nguồn này; đang có: {', '.join(ids)}",
            )
    return tuple(source for source in config.sources if not only or source.id in only)


class _Saver:
    """Stores events as they come; observations of campaigns without phases are not kept, nobody asks for them."""

    def __init__(self, config: Config, store: Store, night: Night) -> None:
        self.outlet_of = config.outlet_of
        self.homes = {source.id: source.home for source in config.sources}
        self.store = store
        self.night = night
        self.first_proof_day = night.since if night.since > EVERYTHING_SINCE else night.day - timedelta(days=31)
        self.articles: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.failures = 0
        self.requests = 0
        self.broken: dict[str, Reason] = {}

    def save(self, event: Event) -> None:
        with self.store.begin() as connection:
            match event:
                case Fetch():
                    self.requests += 1
                    fetches.save_fetch(connection, event, self.night.day)
                case Article():
                    self.articles[articles.save(connection, event, self.outlet_of[event.source_id])] += 1
                case Failure():
                    self.failures += 1
                    fetches.save_failure(connection, event, self.night.day)
                    if event.url == self.homes.get(event.source_id):
                        self.broken[event.source_id] = because("at", url=event.url, why=event.detail)
                case Outcome():
                    self.outcomes[event.outcome] += 1
                    fetches.save_outcome(connection, event, self.night.day)
                case Observation():
                    self._observe(connection, event)
                case Learnt():
                    outlets.save_learnt(connection, event)

    def _observe(self, connection: Connection, event: Observation) -> None:
        if event.day < self.first_proof_day:
            return
        observations.save(connection, [event], self.night.day)
        if not event.proved:
            self.broken.setdefault(event.source_id, event.reason or because("unknown"))

    def summary(self) -> Ingested:
        return Ingested(dict(self.articles), dict(self.outcomes), self.failures, self.requests, self.broken)
