"""What a letter as a whole is about: the words that its subject and its items share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from models.encode import syllables
from pipeline.directive.background import Background
from pipeline.directive.wordlist import Words, chunks, clean, runs

LONGEST: Final = 5  # syllables of a theme
WORD: Final = 2  # syllables of most words; a longer one that is in next to no article may be two run together
LEAST_SHARE: Final = 0.12  # of the items that hold a theme; below it the subject alone decides


def theme(subject: str, items: Sequence[str], background: Background, words: Words) -> str:
    """Gives the words of the subject that run through the items, such as "đại hội"; "" where the subject says nothing.

    Of words that stand in as many items the first are taken: a Vietnamese phrase begins with what it is about. Where the
    items do not repeat the subject, its rarest words are taken.
    """
    parts = list(chunks(subject, words))
    candidates = list(dict.fromkeys(run for chunk in parts for run in runs(chunk, LONGEST)))
    said = {tuple(syllables(word)) for chunk in parts for word in chunk}
    if not candidates:
        return ""
    padded = [f" {clean(item)} " for item in items]
    held: Counter[tuple[str, ...]] = Counter(
        {run: sum(f" {' '.join(run)} " in item for item in padded) for run in candidates}
    )
    if max(held.values()) >= max(2, LEAST_SHARE * len(items)):
        best = max(candidates, key=lambda run: (held[run], -candidates.index(run)))
    else:
        # Several words in a row are rare for no more than chance.
        whole = [run for run in candidates if run in said] or candidates
        best = max(whole, key=lambda run: (background.rarity(run[:3]), len(run) == WORD, -candidates.index(run)))
    return _longest(" ".join(best), subject, padded, _joints(subject, [word for chunk in parts for word in chunk]))


def _joints(subject: str, said: Sequence[str]) -> set[int]:
    """Gives the syllables of the subject before which a word goes on."""
    heard, at, joints = clean(subject).split(), 0, set[int]()
    for word in said:
        parts = syllables(word)
        here = next((n for n in range(at, len(heard)) if heard[n : n + len(parts)] == parts), None)
        if here is not None:
            at = here + len(parts)
            joints.update(range(here + 1, at))
    return joints


def _longest(found: str, subject: str, items: Sequence[str], joints: set[int]) -> str:
    """Gives the longest words of the subject around those found that stand in as many items: "hội" is "ngày hội" there.

    No word is cut: not "ngày chuyển đổi số quốc" of "Ngày Chuyển đổi số quốc gia".
    """
    said = clean(subject).split()
    size = len(found.split())
    held = sum(f" {found} " in item for item in items)
    start = next((n for n in range(len(said)) if said[n : n + size] == found.split()), None)
    if start is None or not held:
        return found
    first, last = start, start + size
    end = last
    while end - start < LONGEST:
        wider = [(start - 1, end)] if start > 0 else []
        wider += [(start, end + 1)] if end < len(said) else []
        kept = [(a, b) for a, b in wider if sum(f" {' '.join(said[a:b])} " in item for item in items) == held]
        if not kept:
            break
        start, end = kept[0]
    while end > last and end in joints:
        end -= 1
    while start < first and start in joints:
        start += 1
    return " ".join(said[start:end])
