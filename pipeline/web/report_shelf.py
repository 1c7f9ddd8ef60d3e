"""The shelf: audits that were read lately stay in the memory of the server, so that no page reads a whole one again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

import anyio

from pipeline.audits import AuditResult
from pipeline.errors import StoreError
from pipeline.report.index import Index
from pipeline.steps.reading_room import audit_of, pick
from pipeline.store import Store
from pipeline.web.desk import Lang
from pipeline.wording import Words

KEPT: Final = 2  # audits: the newest, and the one that it is compared with
LOOKED_EVERY_S: Final = 30.0  # whether there is a newer audit: the first reader of a morning comes later than that


class Shelf:
    """Keeps the audits asked for last, each with its indexes in both languages. An audit never changes under its id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()  # of what is kept; never held for long
        self._reading = threading.Lock()  # held while an audit is read, so that it is read once for all who wait for it
        self._kept: OrderedDict[str, dict[Lang, Index]] = OrderedDict()

    def index(self, identity: str, lang: Lang) -> Index | None:
        """Gives an audit of the store in one language; None where the store does not have it."""
        found = self._find(identity)
        if found is None:
            with self._reading:
                found = self._find(identity) or self._read(identity)
        return None if found is None else found[lang]

    async def keep_newest(self) -> None:
        """Reads each new audit as soon as the store has it, so that nobody waits for it; goes on until it is cancelled."""
        while True:
            await anyio.to_thread.run_sync(self._take_newest)
            await anyio.sleep(LOOKED_EVERY_S)

    def _take_newest(self) -> None:
        try:
            picked = pick(self._store)
            if picked is not None:
                self.index(picked.id, "vi")
        except StoreError:
            return  # whoever asks for the audit is told

    def _find(self, identity: str) -> dict[Lang, Index] | None:
        with self._lock:
            if identity in self._kept:
                self._kept.move_to_end(identity)
            return self._kept.get(identity)

    def _read(self, identity: str) -> dict[Lang, Index] | None:
        result = audit_of(self._store, identity)
        if result is None:
            return None
        with self._lock:
            self._kept[identity] = _both(result)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[identity]


def _both(result: AuditResult) -> dict[Lang, Index]:
    return {"vi": Index.of(result, Words("vi")), "en": Index.of(result, Words("en"))}
