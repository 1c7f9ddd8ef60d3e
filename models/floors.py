"""Floors under the scores of the shipped model: `floors.json` pins them, and a re-pin lowers one only when told to.

`python -m models.floors [--lower]` pins the floors anew from the card of the shipped model.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from models import artefact
from models.errors import ModelError
from models.registry import SHIPPED

FILE: Final = Path(__file__).parent / "floors.json"
MARGIN: Final = 0.01  # F1 below the pinned run that is let pass: other processors add in another order


@dataclass(frozen=True, slots=True)
class Floors:
    """The least cross-validated F1 of every topic and of their mean, on the labels with this digest."""

    labels_sha256: str
    macro_f1: float
    micro_f1: float
    topics: Mapping[str, float]

    def faults(self, labels_sha256: str, scores: Mapping[str, Any]) -> list[str]:
        """Gives one line for each score below its floor; `scores` is what `Scores.as_json` gives."""
        if labels_sha256 != self.labels_sha256:
            return [f"labels: SHA-256 {labels_sha256:.12}, the floors stand on {self.labels_sha256:.12}; pin them anew"]
        found = {row["topic"]: row["f1"] for row in scores["topics"]}
        rows = [("macro F1", scores["macro_f1"], self.macro_f1), ("micro F1", scores["micro_f1"], self.micro_f1)]
        rows += [(topic, found.get(topic, 0.0), floor) for topic, floor in self.topics.items()]
        return [f"{name}: {got:.4f} is below its floor {floor:.4f}" for name, got, floor in rows if got < floor]


def floors_of(card: Mapping[str, Any]) -> Floors:
    """Gives the floors that a model's card would pin: `MARGIN` below its scores, to three digits."""
    scores = card["cross_validated"]
    topics = {row["topic"]: _below(row["f1"]) for row in scores["topics"]}
    return Floors(card["labels_sha256"], _below(scores["macro_f1"]), _below(scores["micro_f1"]), topics)


def read(file: Path = FILE) -> Floors:
    """Reads the pinned floors."""
    return Floors(**json.loads(file.read_text(encoding="utf-8")))


def pin(card: Mapping[str, Any], file: Path = FILE, *, lower: bool = False) -> Floors:
    """Pins the floors of a card.

    Raises:
        ModelError: a floor would sink, or a topic lose its floor, and `lower` is not given.
    """
    new = floors_of(card)
    old = read(file) if file.exists() else new
    before, after = ({"macro F1": each.macro_f1, "micro F1": each.micro_f1, **each.topics} for each in (old, new))
    sunk = [name for name, floor in before.items() if after.get(name, 0.0) < floor]
    if sunk and not lower:
        raise ModelError("floors_sink", file=file, names=", ".join(sunk))
    file.write_text(f"{json.dumps(asdict(new), indent=1)}\n", encoding="utf-8")
    return new


def _below(f1: float) -> float:
    return max(0.0, math.floor((f1 - MARGIN) * 1000) / 1000)


if __name__ == "__main__":
    try:
        pin(artefact.read_manifest(SHIPPED).card, lower="--lower" in sys.argv[1:])
    except ModelError as error:
        sys.exit(str(error))
