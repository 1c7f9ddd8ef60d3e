"""Asks for the pages of one source: each once a night, from the network or, asked before tonight, from the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from crawlers.archive import Archive
from crawlers.article import ArchiveRef, Event, Fetch, Known, Role
from crawlers.errors import FetchError
from crawlers.fetch import Fetcher, Response
from crawlers.pages import Pages, Text
from crawlers.scope import Scope
from crawlers.source import Source
from crawlers.urls import url_key

REVISIT_DAYS: Final = 30  # a page that was no article is asked again after so long: an empty one may have been filled
LISTS: Final = frozenset({"listing", "section"})


class Visits(Pages):
    """Asks, tells the store about each exchange, and keeps what came back."""

    def __init__(
        self,
        source: Source,
        fetcher: Fetcher,
        archive: Archive,
        known: Mapping[str, Known],
        night: date,
        emit: Callable[[Event], None],
        scope: Scope | None = None,
    ) -> None:
        super().__init__(source, archive, known, night, emit)
        self.scope = scope or Scope(source)
        self._fetcher = fetcher
        self._young = night - timedelta(days=fetcher.policy.relook_days)

    def is_old(self, key: str) -> bool:
        """Tells whether a page was settled on an earlier night and need not be looked at again."""
        known = self.known.get(key)
        if known is None or known.settled is None or known.night == self.night:
            return False
        if known.role != "page" or known.outcome in LISTS or known.outcome is None:
            return False
        if known.outcome in {"article", "not_modified"}:
            claim = self.best_claim(key)
            return (known.published_day or (claim.day if claim else known.settled)) < self._young
        return known.settled > self.night - timedelta(days=REVISIT_DAYS)

    def ask(self, url: str, role: Role, *, optional: bool = False) -> Text | None:
        """Gives a page, or None where it cannot be read, which is told to the store; each page is asked once a night.

        Nothing but the exchange is told of an `optional` page: it was only guessed that it might be there.
        """
        key = url_key(url)
        if key in self.failed:
            return None
        if key in self.pages and (text := self.replay(self.pages[key].ref)) is not None:
            return text
        known = self.known.get(key)
        if known and known.night == self.night and known.status in {200, 304} and known.archive:
            text = self.replay(known.archive)
            if text is not None:
                self.keep(key, url, text, role, known.archive)
                return text
        return self._fetch(url, key, role, known if known and known.archive else None, optional=optional)

    def _fetch(self, url: str, key: str, role: Role, held: Known | None, *, optional: bool = False) -> Text | None:
        """Asks the network; `held` is what the archive has of the page, offered for a 304."""
        try:
            response = self._fetcher.get(
                url,
                self.source,
                role=role,
                etag=held.etag if held else None,
                last_modified=held.last_modified if held else None,
            )
        except FetchError as error:
            self.emit(self._refusal(url, key, role, error))
            if optional:
                self.emit(self.outcome(key, url, "other"))
            else:
                self.fail(key, url, "fetch", error.reason, error.detail)
            return None
        if response.status == 304 and held and held.archive:
            text, ref = self.replay(held.archive), held.archive
            if text is None:  # the archive lost it
                return self._fetch(url, key, role, None, optional=optional)
            validators = held.etag, held.last_modified
        else:
            text = Text(response.final_url, response.body, response.content_type, response.fetched_at)
            ref = self._store(response, held)
            validators = response.etag, response.last_modified
        self._note(url, key, role, response, ref, validators)
        self.keep(key, url, text, role, ref)
        return text

    def _store(self, response: Response, held: Known | None) -> ArchiveRef:
        """Archives an answer; bytes that the archive has already are not written again."""
        digest = hashlib.sha256(response.body).hexdigest()
        if held and held.archive and held.archive.sha256 == digest:
            return held.archive
        return self.archive.write(
            self.night,
            url=response.final_url,
            status=response.status,
            headers=response.headers,
            body=response.body,
            fetched_at=response.fetched_at,
        )

    # --- telling the store

    def _note(
        self,
        url: str,
        key: str,
        role: Role,
        response: Response,
        ref: ArchiveRef,
        validators: tuple[str | None, str | None],
    ) -> None:
        self.emit(
            Fetch(
                source_id=self.source.id,
                url=url,
                url_key=key,
                role=role,
                status=response.status,
                fetched_at=response.fetched_at,
                etag=validators[0],
                last_modified=validators[1],
                archive=ref,
                final_url=response.final_url if response.final_url != url else None,
                content_type=response.content_type,
                elapsed_s=response.elapsed_s,
                detail=response.note,
            )
        )

    def _refusal(self, url: str, key: str, role: Role, error: FetchError) -> Fetch:
        return Fetch(
            source_id=self.source.id,
            url=url,
            url_key=key,
            role=role,
            status=error.status,
            fetched_at=self._fetcher.now(),
            reason=error.reason,
            detail=error.detail,
        )
