"""Which articles are reprints of which, over the whole store: found anew before anything is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline.console import Advance
from pipeline.dedup import clusters as find_clusters
from pipeline.store import Store, articles, clusters


def cluster(store: Store, advance: Advance | None = None) -> int:
    """Finds near-duplicates anew and stores them; gives the number of clusters of two or more articles."""
    with store.read() as connection:
        total = articles.count(connection)

        def texts() -> Iterator[tuple[str, datetime | None, str]]:
            for number, article in enumerate(articles.stream(connection), start=1):
                if advance is not None:
                    advance(number, total)
                yield article.id, article.published, article.text

        mapping = find_clusters(texts())
    with store.begin() as connection:
        clusters.replace(connection, mapping)
    return len({origin for article, origin in mapping.items() if article != origin})
