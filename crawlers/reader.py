"""Reads one source's URLs for one night: from the network once, after that from the archive; notes every exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from crawlers.archive import Archive
from crawlers.article import ArchiveRef, DateEvidence, Event, Failure, Fetch, Known, Outcome, Role
from crawlers.dates import local_day
from crawlers.errors import ArchiveError, FetchError
from crawlers.fetch import Fetcher, Response
from crawlers.source import Source
from crawlers.urls import url_key

REVISIT_DAYS = 30  # a page that was no article is asked again after so many days: an empty one may have been filled

GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Read:
    """One page as the night has it."""

    url: str  # where it was asked; the final address where redirected
    key: str
    body: bytes
    content_type: str | None
    ref: ArchiveRef | None
    changed: bool  # False when the server said 304
    fetched_at: datetime  # UTC; midnight of the night where the page comes back from the archive


@dataclass(frozen=True, slots=True)
class Missed:
    """One URL that could not be read."""

    url: str
    key: str
    reason: str
    detail: str
    gone: bool  # the server says that there is no such page


class Reader:
    """Reads URLs of one source; remembers what it read tonight, whoever asked."""

    def __init__(
        self,
        source: Source,
        fetcher: Fetcher,
        archive: Archive,
        known: Mapping[str, Known],
        night: date,
        emit: Callable[[Event], None],
    ) -> None:
        self.source = source
        self.night = night
        self.policy = fetcher.policy
        self.pages: dict[str, Read] = {}  # tonight's pages by key, bodies left in the archive
        self._fetcher = fetcher
        self._archive = archive
        self._known = known
        self._emit = emit

    def is_settled(self, key: str, relook_days: int) -> bool:
        """Tells whether a page need not be asked tonight: an old article, or lately seen to be none."""
        before = self._known.get(key)
        if before is None or before.night == self.night or before.outcome in {None, "failed", "listing", "section"}:
            return False
        if before.outcome in {"article", "not_modified"}:
            day = before.published_day or before.claimed_day or before.night
            return day < self.night - timedelta(days=relook_days)
        return before.night > self.night - timedelta(days=REVISIT_DAYS)

    def is_known(self, key: str) -> bool:
        """Tells whether an earlier night already brought this page."""
        before = self._known.get(key)
        return before is not None and before.outcome not in {None, "failed"}

    def read(self, url: str, role: Role, claim: DateEvidence | None = None, *, optional: bool = False) -> Read | Missed:
        """Reads one URL; a failure is noted as Failure and Outcome unless the URL was only a guess (`optional`)."""
        key = url_key(url)
        before = self._known.get(key)
        if (
            before is not None
            and before.night == self.night
            and before.archive is not None
            and before.status in {200, 304}
        ):
            return self._replay(before)
        try:
            return self._ask(url, key, role, claim, before)
        except FetchError as error:
            return self._miss(url, key, role, claim, error, optional=optional)

    def older_pages(self) -> dict[str, Read]:
        """Gives the pages that earlier nights left in the archive."""
        return {
            key: self._recalled(before)
            for key, before in self._known.items()
            if before.archive is not None and before.role in {"page", "listing"}
        }

    def sitemaps(self) -> tuple[str, ...]:
        """Gives the sitemaps that robots.txt names."""
        return self._fetcher.robots(self.source.home, self.source).sitemaps

    def note(self, event: Event) -> None:
        """Hands an event on."""
        self._emit(event)

    def body(self, read: Read) -> tuple[bytes, str | None]:
        """Gives a page's bytes again from the archive."""
        return self._archive.read(read.ref) if read.ref else (read.body, read.content_type)

    def _replay(self, before: Known) -> Read | Missed:
        read = self._recalled(before)
        try:
            body, content_type = self.body(read)
        except ArchiveError as error:
            return Missed(before.url, before.url_key, "decode", str(error), gone=False)
        return self._keep(replace(read, body=body, content_type=content_type), before.role)

    def _recalled(self, before: Known) -> Read:
        midnight = datetime.combine(before.night, time(), UTC)
        return Read(before.url, before.url_key, b"", None, before.archive, before.status != 304, midnight)

    def _ask(self, url: str, key: str, role: Role, claim: DateEvidence | None, before: Known | None) -> Read | Missed:
        replayable = before is not None and before.archive is not None
        answer = self._fetcher.get(
            url,
            self.source,
            role=role,
            etag=before.etag if before and replayable else None,
            last_modified=before.last_modified if before and replayable else None,
        )
        same = answer.status == 304 and before is not None and before.archive is not None
        ref = before.archive if before and same else self._store(url, answer)
        fetch = Fetch(
            source_id=self.source.id,
            url=url,
            url_key=key,
            role=role,
            status=answer.status,
            fetched_at=answer.fetched_at,
            etag=answer.etag or (before.etag if before and same else None),
            last_modified=answer.last_modified or (before.last_modified if before and same else None),
            archive=ref,
            final_url=answer.final_url if answer.final_url != url else None,
            content_type=answer.content_type,
            elapsed_s=answer.elapsed_s,
        )
        self._emit(_with_claim(fetch, claim))
        if same and ref is not None:
            body, content_type = self._archive.read(ref)
            return self._keep(
                Read(answer.final_url, key, body, content_type, ref, changed=False, fetched_at=answer.fetched_at), role
            )
        fresh = Read(
            answer.final_url, key, answer.body, answer.content_type, ref, changed=True, fetched_at=answer.fetched_at
        )
        return self._keep(fresh, role)

    def _store(self, url: str, answer: Response) -> ArchiveRef:
        return self._archive.write(
            self.night,
            url=url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched_at=answer.fetched_at,
        )

    def _keep(self, read: Read, role: Role) -> Read:
        if role in {"page", "listing"}:
            self.pages[read.key] = replace(read, body=b"")
        return read

    def _miss(
        self, url: str, key: str, role: Role, claim: DateEvidence | None, error: FetchError, *, optional: bool
    ) -> Missed:
        fetch = Fetch(
            self.source.id, url, key, role, error.status, datetime.now(UTC), reason=error.reason, detail=error.detail
        )
        self._emit(_with_claim(fetch, claim))
        if not optional:
            day = local_day(claim.value) if claim else None
            self._emit(Failure(self.source.id, url, key, "fetch", error.reason, error.detail, day))
            self._emit(Outcome(self.source.id, url, key, "failed"))
        return Missed(url, key, error.reason, error.detail, gone=error.status in GONE)


def _with_claim(fetch: Fetch, claim: DateEvidence | None) -> Fetch:
    if claim is None:
        return fetch
    return replace(fetch, claimed_day=local_day(claim.value), claimed_at=claim.value, claimed_kind=claim.kind)
