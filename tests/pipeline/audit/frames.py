"""Frames for tests, from a few readable rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from pipeline.audits import AuditItem
from pipeline.frames import CHANNELS, NO_DAY, UNREAD, Frame
from pipeline.records import Outlet
from pipeline.review.draw import permanent


def frame_of(
    items: Iterable[AuditItem],
    topics: Sequence[str],
    outlets: Sequence[Outlet],
    seed: int = 17,
    *,
    chance: Mapping[str, Collection[str]]
    | None = None,  # article -> topics whose word came by chance; None: nothing did
    skipped: Collection[str] = (),
) -> Frame:
    """Gives the frame of the items whose outlet is among the outlets; a text's first article is the one that names its cluster."""
    place = {outlet.id: number for number, outlet in enumerate(outlets)}
    own = [item for item in items if item.outlet in place]
    own.sort(key=lambda item: (place[item.outlet], item.day.toordinal() if item.day else NO_DAY, item.article))
    names = {item.article for item in own}
    earliest: dict[str, str] = {}
    for item in sorted(own, key=lambda item: (item.day is None, item.day, item.article)):
        earliest.setdefault(item.cluster, item.cluster if item.cluster in names else item.article)
    number = {cluster: n for n, cluster in enumerate(sorted(earliest))}
    fate = dict(zip(sorted(earliest), permanent(seed, sorted(earliest)), strict=True))
    by_chance = chance or {}

    def column(value, dtype):
        return np.array([value(item) for item in own], dtype=dtype)

    def table(value, dtype):
        return np.array([[value(item, topic) for topic in topics] for item in own], dtype).reshape(
            len(own), len(topics)
        )

    return Frame(
        ids=column(lambda item: item.article.encode(), "S16"),
        outlets=column(lambda item: place[item.outlet], np.int32),
        channels=column(lambda item: CHANNELS.index(item.channel), np.int8),
        days=column(lambda item: item.day.toordinal() if item.day else NO_DAY, np.int32),
        clusters=column(lambda item: number[item.cluster], np.int32),
        origins=column(lambda item: earliest[item.cluster] == item.article, np.bool_),
        permanent=column(lambda item: fate[item.cluster], np.float64),
        minutes=column(lambda item: item.minutes, np.float32),
        untimed=column(lambda item: item.untimed, np.bool_),
        words=column(lambda item: item.words, np.int32),
        front=column(lambda item: -1 if item.front is None else int(item.front), np.int8),
        scores=table(lambda item, topic: item.scores.get(topic, 0.0), np.float32),
        machine=table(lambda item, topic: topic in item.machine, np.bool_),
        said=table(
            lambda item, topic: 1 if topic in item.verified else 0 if topic in item.rejected else UNREAD, np.int8
        ),
        chance=table(lambda item, topic: topic in by_chance.get(item.article, ()), np.bool_),
        skipped=column(lambda item: item.article in skipped, np.bool_),
    )
