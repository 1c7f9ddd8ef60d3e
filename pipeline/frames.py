"""Every article that counts, as columns: a million of them in some 250 MB, and a cell of the audit is a slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from crawlers.article import Channel

CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
NO_DAY: Final = np.iinfo(np.int32).min  # in `Frame.days`: undated or doubtful
UNREAD: Final = -1  # in `Frame.said`: nobody has said

Bools = NDArray[np.bool_]
Bytes = NDArray[np.bytes_]
Floats = NDArray[np.float64]
Halves = NDArray[np.float32]
Ints = NDArray[np.int32]
Signs = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Frame:
    """Articles in the order of their outlets, then of their days (undated first), then of their ids.

    n articles, t topics; a topic of (n, t) lies in one piece. A word of a person is what the article's own page was read for: a
    reprint's word is not carried over, but units of statistics are clusters (see `pipeline.audit.units`).
    """

    ids: Bytes  # (n,) S16
    outlets: Ints  # (n,) place in the campaign's list
    channels: Signs  # (n,) place in `CHANNELS`
    days: Ints  # (n,) ordinal of the local day (date.toordinal); NO_DAY where it counts in no phase
    clusters: Ints  # (n,) one number for all articles of one text; any numbers, the same for the same text
    origins: Bools  # (n,) the text's first article
    permanent: Floats  # (n,) permanent random number of the text's first article under the review seed, 0 to 1
    minutes: Halves  # (n,) of audio and video
    untimed: Bools  # (n,) carries audio or video of unknown length
    words: Ints  # (n,)
    front: Signs  # (n,) 1 stood on a first or home page, 0 did not, -1 unknown
    scores: Halves  # (n, t) calibrated probabilities; 0 where the model has not read the article
    machine: Bools  # (n, t) the champion decides for the topic, reviewed or not
    said: Signs  # (n, t) 1 confirmed, 0 denied, -1 nobody has said
    chance: (
        Bools  # (n, t) the word comes from a serving that a chance design drew: the uniform sample, strata of the topic
    )
    skipped: Bools  # (n,) drawn by chance, and its readers refused to say
    taught: Bools | None = (
        None  # (n,) the model whose scores these are was trained on the article; None: on none of them
    )

    def __len__(self) -> int:
        """Counts the articles."""
        return len(self.ids)

    def name(self, row: int) -> str:
        """Gives the id of the article in a row."""
        return bytes(self.ids[row]).decode()
