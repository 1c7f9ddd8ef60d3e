"""Which articles are reprints of which, over the whole store: found anew before anything is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pipeline import dedup
from pipeline.console import Advance
from pipeline.store import Store, articles, clusters, marks

MARK: Final = "reprints"  # of the texts that the stored clusters were found in, and of the rules
RULES: Final = (
    *(dedup.SHINGLE, dedup.LEAST_OWN, dedup.COMMON, dedup.CONTAINED),
    *(dedup.ALIKE, dedup.BANDS, dedup.ROWS, dedup.SEED),
)


def cluster(store: Store, advance: Advance | None = None) -> int:
    """Finds near-duplicates anew and stores them; gives the number of clusters of two or more articles.

    Where neither a text nor a time has changed since the last search, what it found is what there is to find.
    """
    with store.read() as connection:
        mark = f"{RULES} {clusters.texts(connection)}"
        if marks.get(connection, MARK) == mark:
            return len(set(clusters.load(connection).values()))
        total = articles.count(connection)

        def texts() -> Iterator[tuple[str, datetime | None, str]]:
            for number, article in enumerate(articles.stream(connection), start=1):
                if advance is not None:
                    advance(number, total)
                yield article.id, article.published, article.text

        mapping = dedup.clusters(texts())
    with store.begin() as connection:
        clusters.replace(connection, mapping)
        marks.put(connection, MARK, mark)
    return len({origin for article, origin in mapping.items() if article != origin})
