"""Crawls sources in parallel over hosts: events of all of them come out of one iterator, for one consumer to store."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from queue import Full, Queue

from crawlers.archive import Archive
from crawlers.article import Event, Known, Learnt, Observation
from crawlers.errors import ArchiveError
from crawlers.fetch import Fetcher
from crawlers.gather import Gatherer
from crawlers.proof import DAY, Evidence, days_between, observe
from crawlers.reason import because
from crawlers.scope import Scope
from crawlers.settle import settle
from crawlers.source import Source
from crawlers.urls import site_key, url_key
from crawlers.visits import Visits

QUEUED = 100  # events that may wait for the consumer; then the hosts wait


class _Done:
    """Says that one host has nothing more to tell."""


class _StoppedError(Exception):
    """Raised inside a host's thread when nobody listens any more."""


Message = Event | BaseException | _Done


def crawl(
    sources: Sequence[Source],
    fetcher: Fetcher,
    archive: Archive,
    known: Mapping[str, Mapping[str, Known]],
    *,
    since: date,
    until: date,
    night: date,
    learnt: Mapping[str, Mapping[str, object]],
    proved: Mapping[str, Collection[date]],
    threads: int = 8,
) -> Generator[Event, None, None]:
    """Yields everything that happens while the sources are read for the days from `since` to `until`.

    `known`, `learnt` and `proved` are what the store holds of each source id. Hosts are read `threads` at a time, the
    sources of one host one after the other. A Fetch is yielded only after its bytes are safe in the archive.
    """
    hosts: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        hosts[site_key(source.home)].append(source)
    queue: Queue[Message] = Queue(QUEUED)
    stop = threading.Event()

    def emit(message: Message) -> None:
        while not stop.is_set():
            try:
                queue.put(message, timeout=0.5)
            except Full:
                continue
            return
        raise _StoppedError

    def read_host(host_sources: Sequence[Source]) -> None:
        try:
            for source in host_sources:
                scope = Scope(source, host_sources)
                visits = Visits(source, fetcher, archive, known.get(source.id, {}), night, emit, scope)
                evidence = Evidence(proved=proved.get(source.id, ()))
                _read_guarded(visits, fetcher, evidence, (since, until), learnt.get(source.id, {}))
            emit(_Done())
        except _StoppedError:
            return
        except BaseException as error:  # noqa: BLE001 - handed to the consumer, who raises it
            with suppress(_StoppedError):
                emit(error)

    with ThreadPoolExecutor(max(1, min(threads, len(hosts)))) as pool:
        for host_sources in hosts.values():
            pool.submit(read_host, host_sources)
        try:
            yield from _listen(queue, len(hosts))
        finally:
            stop.set()


def _listen(queue: Queue[Message], hosts: int) -> Iterator[Event]:
    while hosts:
        message = queue.get()
        if isinstance(message, BaseException):
            raise message
        if isinstance(message, _Done):
            hosts -= 1
        else:
            yield message


def _read_guarded(
    visits: Visits, fetcher: Fetcher, evidence: Evidence, span: tuple[date, date], learnt: Mapping[str, object]
) -> None:
    """Reads a source; what nobody thought of breaks this source's night, not that of the others."""
    try:
        _read_source(visits, fetcher, evidence, span, learnt)
    except (_StoppedError, ArchiveError):
        raise
    except Exception as error:  # noqa: BLE001 - told as a failure of the source, with days left open
        _break(visits, evidence, span, error)


def _read_source(
    visits: Visits, fetcher: Fetcher, evidence: Evidence, span: tuple[date, date], learnt: Mapping[str, object]
) -> None:
    """One source's night: gather, settle, then say what was seen and what was learnt."""
    source = visits.source
    routes = {name: _strings(value) for name, value in learnt.items()}
    gatherer = Gatherer(source, fetcher, visits, evidence, routes, span)
    gatherer.run()
    stamps = settle(visits, routes.get("shared_stamps", ()), gatherer.doubts.judge)
    gatherer.doubts.distrust()
    over = min(span[1], visits.night - DAY)  # a day that is not over cannot have been seen whole
    for observation in observe(source.id, evidence, gatherer.days.of, span[0], over, source.home):
        visits.emit(observation)
    found: dict[str, object] = {
        "feeds": gatherer.routes.feeds,
        "sitemaps": gatherer.routes.sitemaps,
        "listings": gatherer.lists.found,
        "shared_stamps": list(stamps),
        "walked": [source.home] if evidence.walked else list(routes.get("walked", ())),
    }
    if gatherer.looked:
        visits.emit(Learnt(source.id, found))


def _break(visits: Visits, evidence: Evidence, span: tuple[date, date], error: Exception) -> None:
    """Tells that reading a source ended in the middle: what was fetched is kept, no further day is proved."""
    source = visits.source
    fault = because("unexpected", error=type(error).__name__, text=str(error))
    visits.fail(url_key(source.home), source.home, "extract", "parse", fault)
    for day in days_between(*span):
        if day not in evidence.proved:
            visits.emit(Observation(source.id, day, proved=False, route="walk", evidence_url=source.home, reason=fault))


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()
