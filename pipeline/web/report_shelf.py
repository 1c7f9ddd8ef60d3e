"""The shelf: audits that were read lately stay in the memory of the server, so that no page reads a whole one again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from pipeline.audits import AuditResult
from pipeline.report.index import Index
from pipeline.steps.reading_room import audit_of
from pipeline.store import Store
from pipeline.web.desk import Lang
from pipeline.wording import Words

KEPT: Final = 2  # audits: the newest, and the one that it is compared with


class Shelf:
    """Keeps the audits asked for last, each with its indexes in both languages. An audit never changes under its id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()  # held while an audit is read, so that it is read once for all who wait for it
        self._kept: OrderedDict[str, dict[Lang, Index]] = OrderedDict()

    def index(self, identity: str, lang: Lang) -> Index | None:
        """Gives an audit of the store in one language; None where the store does not have it."""
        with self._lock:
            if identity not in self._kept:
                result = audit_of(self._store, identity)
                if result is None:
                    return None
                self._kept[identity] = _both(result)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(identity)
            return self._kept[identity][lang]


def _both(result: AuditResult) -> dict[Lang, Index]:
    return {"vi": Index(result, Words("vi")), "en": Index(result, Words("en"))}
