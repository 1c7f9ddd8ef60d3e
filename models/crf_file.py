"""Reads a linear-chain CRF with two labels from a CRFsuite model file: names and weights, no decoding."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HEADER: Final = struct.Struct("<4sI4sIIIIIIIII")  # magic, size, type, version, counts and offsets of the chunks
_CHUNK_HEADER_BYTES: Final = 12  # of the feature chunk: name, size, number of features
_FEATURE: Final = np.dtype([("kind", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1  # kinds of feature


@dataclass(frozen=True, slots=True)
class CrfWeights:
    """A two-label CRF: `margins[attribute]` is what an attribute adds to label 1 against label 0."""

    labels: tuple[str, str]
    margins: dict[str, float]
    transitions: Floats  # (2, 2), from label to label


def read_crf(file: Path) -> CrfWeights:
    """Reads the model file.

    Raises:
        ValueError: the file is not a CRFsuite model of two labels.
    """
    raw = file.read_bytes()
    if len(raw) < _HEADER.size or raw[:4] != b"lCRF":
        raise ValueError(f"{file}: not a CRFsuite model")
    *_, features_at, labels_at, attributes_at, _label_refs, _attribute_refs = _HEADER.unpack_from(raw)
    labels = _strings(raw, labels_at)
    if len(labels) != 2:
        raise ValueError(f"{file}: expected 2 labels, got {len(labels)}")
    attributes = _strings(raw, attributes_at)
    (count,) = struct.unpack_from("<I", raw, features_at + 8)
    features = np.frombuffer(raw, _FEATURE, count, features_at + _CHUNK_HEADER_BYTES)
    states = features[features["kind"] == _STATE]
    moves = features[features["kind"] == _TRANSITION]
    weights = np.zeros((len(attributes), 2))
    weights[states["source"], states["label"]] = states["weight"]
    transitions = np.zeros((2, 2))
    transitions[moves["source"], moves["label"]] = moves["weight"]
    margins = dict(zip(attributes, (weights[:, 1] - weights[:, 0]).tolist(), strict=True))
    return CrfWeights((labels[0], labels[1]), margins, transitions)


def _strings(raw: bytes, start: int) -> list[str]:
    """Gives the names of one CQDB chunk by id."""
    _magic, _size, _flag, _order, count, back = struct.unpack_from("<4sIIIII", raw, start)
    places = np.frombuffer(raw, "<u4", count, start + back)
    names = []
    for place in places.tolist():
        _id, size = struct.unpack_from("<II", raw, start + place)
        first = start + place + 8
        names.append(raw[first : first + size - 1].decode())
    return names
