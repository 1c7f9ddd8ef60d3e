"""Versions: the codebooks that a campaign has had, how each became the next, and what parts any two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.codebook import Codebook
from pipeline.config import Config
from pipeline.difference import Difference, difference
from pipeline.errors import InputError
from pipeline.operations import Change
from pipeline.store import Store, codebooks

PREFIX: Final = 4  # letters of a version by which it may be named


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions and what parts them."""

    old: str
    new: str
    difference: Difference


def history(store: Store) -> list[Change]:
    """Gives the steps by which the campaign's codebook became what it is, the oldest first."""
    with store.read() as connection:
        return codebooks.history(connection)


def version_of(config: Config, store: Store, name: str = "") -> Codebook:
    """Gives a codebook by its version or the beginning of it; "" is that of config.toml.

    Raises:
        InputError: there is none, or several begin so.
    """
    if not name:
        return config.codebook
    with store.read() as connection:
        known = sorted({*codebooks.versions(connection), config.codebook.version})
        found = [each for each in known if each == name or (len(name) >= PREFIX and each.startswith(name))]
        if len(found) != 1:
            listed = ", ".join(known)
            raise InputError(
                f"codebook {name!r}: no such version; there are: {listed}",
                f"bộ chủ đề {name!r}: không có phiên bản này; đang có: {listed}",
            )
        text = codebooks.load(connection, found[0])
    return config.codebook if text is None else Codebook.from_json(text)


def compare(config: Config, store: Store, old: str, new: str = "") -> Compared:
    """Compares two versions, named as for `version_of`; a topic that was renamed between them is compared with itself.

    Raises:
        InputError: there is no such version.
    """
    before, after = version_of(config, store, old), version_of(config, store, new)
    names = renames(history(store), before.version, after.version)
    return Compared(before.version, after.version, difference(before, after, names))


def renames(steps: Sequence[Change], old: str, new: str) -> dict[str, str]:
    """Gives the topics that were renamed on the way from one version to the other, forward or back: old id -> new id."""
    forward = _way(steps, old, new)
    if forward is not None:
        return forward
    return {b: a for a, b in (_way(steps, new, old) or {}).items()}


def _way(steps: Sequence[Change], old: str, new: str) -> dict[str, str] | None:
    """Gives the renames from one version on to a later one; None where no way leads there."""
    starts = [number for number, step in enumerate(steps) if step.previous == old]
    for start in reversed(starts):
        names: dict[str, str] = {}
        for step in steps[start:]:
            if step.kind == "rename" and step.old != step.new:
                (before,), (after,) = step.old, step.new
                first = next((a for a, b in names.items() if b == before), before)
                names[first] = after
            if step.version == new:
                return {a: b for a, b in names.items() if a != b}
    return None
