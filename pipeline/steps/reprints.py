"""Which articles are reprints of which: looked for where a text is new, and the same in whatever order the texts came.

Work is shared out twice: texts are sketched, and the pairs that their sketches propose are compared. A step killed anywhere
has kept the sketches; what it had not linked yet is linked by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline import dedup
from pipeline.console import Advance
from pipeline.engine import InlineEngine, open_engine
from pipeline.records import StoredArticle
from pipeline.settings import EngineSettings
from pipeline.store import Store, articles, clusters, marks, sketches
from pipeline.store.sketches import Sketch, Sketches
from pipeline.store.upsert import batches

MARK: Final = "reprints"  # the rules of the sketches, and how often clusters were written
RULES: Final = f"{dedup.RULES}"
PAIRS: Final = 500  # compared by a worker at a time: a thousand texts, 5 MB
ROUND: Final = 20  # shards of pairs before those that have come together are left out
TEXTS: Final = 200  # held in memory at a time by one worker
LAST: Final = datetime.max.replace(tzinfo=UTC)  # an article without a date is nobody's origin where others have one

Part = TypeVar("Part")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Unsketched:
    """Articles that one worker sketches, and the passages that are furniture of their sites."""

    store: Store
    ids: tuple[str, ...]
    furniture: bytes


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of articles that one worker compares, and the sketches that proposed them."""

    store: Store
    pairs: tuple[tuple[str, str], ...]
    sketches: Mapping[str, bytes]  # article -> data
    furniture: bytes


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of pairs of articles."""

    same: tuple[tuple[str, str], ...]  # one text
    unsure: tuple[tuple[str, str], ...]  # the text of one is another than was sketched: who edits may yet take it back


def cluster(store: Store, advance: Advance | None = None, settings: EngineSettings | None = None) -> int:
    """Finds the reprints among what was stored since, and stores them; gives the number of clusters of two or more articles.

    What is edited while it is looked at is left to the next search.

    A cluster bears the id of the earliest published of it, by id where two are as early. Reprints of reprints belong to
    one cluster.
    """
    asked = settings or EngineSettings()
    while True:
        mark = _begun(store)
        found = _linked(store, asked, mark, *_sketched(store, asked, advance))
        if found is not None:
            return found
        # another process wrote clusters meanwhile: what it has linked is not to be lost


def sketch(shard: Unsketched) -> int:
    """Stores the sketches of some articles, batch by batch; gives how many."""
    furniture = _furniture(shard.furniture)
    for part in batches(shard.ids, TEXTS):
        with shard.store.read() as connection:
            made = [_sketch(article, furniture) for article in articles.stream(connection, ids=part)]
        with shard.store.begin() as connection:
            sketches.put(connection, made)
    return len(shard.ids)


def compare(shard: Pairs) -> Compared:
    """Tells which pairs are one text, and of which that cannot be said now."""
    furniture = _furniture(shard.furniture)
    with shard.store.read() as connection:
        present = sketches.present(connection, shard.sketches)
        ids = [article for article, data in shard.sketches.items() if present.get(article) == data]
        own = {each.id: _own(each, furniture)[0] for each in articles.stream(connection, ids=ids)}
    known = [(a, b) for a, b in shard.pairs if a in own and b in own]
    same = tuple((a, b) for a, b in known if dedup.is_reprint(own[a], own[b]))
    return Compared(same, tuple(set(shard.pairs).difference(known)))


def _sketched(
    store: Store, settings: EngineSettings, advance: Advance | None
) -> tuple[Sketches, list[str], dedup.Hashes]:
    """Sketches what has no sketch, and anew what has one with too much or too little left out.

    Gives all sketches, the articles that have one and are articles no more, and what is furniture.
    """
    while True:
        with store.read() as connection:
            known, gone = sketches.load(connection)
            waiting = set(sketches.unsketched(connection))
        furniture = dedup.furniture(known.passages)
        waiting.update(known.names(np.flatnonzero(_left_out(known, furniture) != known.data["furniture"])))
        if not waiting:
            return known, gone, furniture
        shards = [
            Unsketched(store, tuple(part), furniture.tobytes())
            for part in batches(sorted(waiting), settings.shard_size)
        ]
        done = 0
        for number in _map(settings, sketch, shards):
            done += number
            if advance is not None:
                advance(done, len(waiting))


def _linked(
    store: Store,
    settings: EngineSettings,
    mark: str,
    known: Sketches,
    gone: Sequence[str],
    furniture: dedup.Hashes,
) -> int | None:
    """Links what is not linked yet, and stores the clusters; None where another process did, after `mark` was read."""
    with store.read() as connection:
        kept = clusters.load(connection)
    fresh, groups = _opened(known, kept)
    unsure: set[str] = set()
    for found in _compared(store, settings, known, fresh, groups, furniture):
        for a, b in found.same:
            groups.join(a, b)
        unsure.update(each for pair in found.unsure for each in pair)
    with store.read() as connection:
        mapping = _named(groups, clusters.times(connection, groups.joined()))
    if not fresh.any() and not gone and mapping == kept:
        return len(set(mapping.values()))
    new = np.flatnonzero(fresh & ~known.linked)
    with store.begin() as connection:
        if not marks.replace(connection, MARK, mark, f"{RULES} {int(mark.rpartition(' ')[2]) + 1}"):
            return None
        clusters.replace(connection, mapping)
        sketches.link(connection, known.names(new), [each.tobytes() for each in known.data[new]])
        sketches.unlink(connection, unsure)
        sketches.drop(connection, gone)
    return len(set(mapping.values()))


def _begun(store: Store) -> str:
    """Gives the mark of the clusters that stand; sketches made by other rules are forgotten."""
    with store.begin() as connection:
        mark = marks.get(connection, MARK)
        if mark is None or mark.rpartition(" ")[0] != RULES:
            sketches.drop_all(connection)
            mark = f"{RULES} 0"
            marks.put(connection, MARK, mark)
    return mark


def _opened(known: Sketches, kept: Mapping[str, str]) -> tuple[npt.NDArray[np.bool_], _Groups]:
    """Gives what is to be looked at, (n_sketches,), and the clusters that stay as they are.

    A cluster of which a text is new or gone is taken apart, and its members are looked at as if they were new.
    """
    members = sorted({*kept, *kept.values()})
    rows = known.rows(members)
    whole = dict(zip(members, ((rows >= 0) & known.linked[rows]).tolist(), strict=True))
    broken = {origin for article, origin in kept.items() if not (whole[article] and whole[origin])}
    opened = {each for article, origin in kept.items() if origin in broken for each in (article, origin)}
    fresh = ~known.linked
    fresh[[row for member, row in zip(members, rows.tolist(), strict=True) if row >= 0 and member in opened]] = True
    groups = _Groups()
    for article, origin in kept.items():
        if origin not in broken:
            groups.join(article, origin)
    return fresh, groups


def _compared(
    store: Store,
    settings: EngineSettings,
    known: Sketches,
    fresh: npt.NDArray[np.bool_],
    groups: _Groups,
    furniture: dedup.Hashes,
) -> Iterator[Compared]:
    """Compares as many pairs as join all that belong together, some at a time."""
    proposed = (tuple(known.names(np.array(pair))) for pair in dedup.proposed(known.data, fresh))
    apart = ((a, b) for a, b in proposed if not groups.together(a, b))  # asked anew after every round
    while part := list(islice(apart, PAIRS * ROUND)):
        shards = [
            Pairs(store, tuple(pairs), _data(known, pairs), furniture.tobytes()) for pairs in batches(part, PAIRS)
        ]
        yield from _map(settings, compare, shards)


def _data(known: Sketches, pairs: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    """Gives the sketches of the articles of some pairs."""
    names = sorted({each for pair in pairs for each in pair})
    return {name: known.data[row].tobytes() for name, row in zip(names, known.rows(names).tolist(), strict=True)}


def _named(groups: _Groups, times: Mapping[str, datetime | None]) -> dict[str, str]:
    """Gives article -> origin for every article that is not the origin of its group."""
    earliest: dict[str, str] = {}
    for article in sorted(times, key=lambda each: (times[each] or LAST, each)):
        earliest.setdefault(groups.first(article), article)
    origins = {article: earliest[groups.first(article)] for article in times}
    return {article: origin for article, origin in origins.items() if article != origin}


def _left_out(known: Sketches, furniture: dedup.Hashes) -> npt.NDArray[np.uint32]:
    """Returns (n_sketches,): the sum of each article's passages that are furniture, as its sketch should tell it."""
    sums = np.zeros(len(known.passages) + 1, dtype=np.uint64)
    if len(furniture):
        places = np.minimum(np.searchsorted(furniture, known.passages), len(furniture) - 1)
        np.cumsum(np.where(furniture[places] == known.passages, known.passages, 0), out=sums[1:])
    left_out: npt.NDArray[np.uint32] = np.diff(sums[np.concatenate([[0], known.ends])]).astype(np.uint32)
    return left_out


def _map(settings: EngineSettings, function: Callable[[Part], Result], shards: Sequence[Part]) -> Iterator[Result]:
    """Runs shards where config.toml says; a single one here, as a process takes a second to start."""
    engine = InlineEngine() if len(shards) == 1 else open_engine(settings)
    return engine.map(function, shards)


def _sketch(article: StoredArticle, furniture: frozenset[int]) -> Sketch:
    own, left_out, passages = _own(article, furniture)
    return Sketch(article.id, article.content_hash, dedup.sketch(own, left_out), passages)


def _own(article: StoredArticle, furniture: frozenset[int]) -> tuple[dedup.Hashes, set[int], dedup.Hashes]:
    """Gives the shingles of an article without the furniture on its page, that furniture, and all its passages."""
    passages = dedup.passages(article.source, article.text)
    left_out = furniture.intersection(passages.tolist())
    return dedup.shingles(article.source, article.text, left_out), set(left_out), passages


@lru_cache(maxsize=1)
def _furniture(packed: bytes) -> frozenset[int]:
    return frozenset(np.frombuffer(packed, dtype=np.uint32).tolist())


class _Groups:
    """Articles joined into groups (union-find); one that was never joined is a group of its own."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def first(self, article: str) -> str:
        """Gives the article by which a group is known."""
        path = []
        while (above := self._above.get(article, article)) != article:
            path.append(article)
            article = above
        self._above.update(dict.fromkeys(path, article))
        return article

    def together(self, a: str, b: str) -> bool:
        return self.first(a) == self.first(b)

    def join(self, a: str, b: str) -> None:
        low, high = sorted((self.first(a), self.first(b)))
        self._above[low] = low
        self._above[high] = low

    def joined(self) -> list[str]:
        """Gives the articles that were ever joined."""
        return list(self._above)
