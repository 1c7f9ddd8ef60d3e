"""Prints how well topics drafted from the first directive tag articles by their cues alone, beside those written by hand.

    python tests/bench/draft_quality.py [-v]

The letter is read, drafted, and its topics are matched one to one with those of config.toml by the words of their names and
definitions; no label is looked at for that. Both then tag the labelled articles, with and without the file of
`classify.cues`, whose phrases go to topics by their ids. A last row leaves the field's glossary out: topics are those that
the glossary finds, but all of their phrases come from the letter's own words. RASOAT_SHARED names the shared folder.

Measured, macro F1 on all rows / on those that two readers read: by hand 0.490 / 0.507 and drafted 0.490 / 0.505; with the file
of cues 0.708 / 0.631 and 0.698 / 0.619; the letter's words alone 0.257 / 0.278. Two constants of pipeline/directive/cues.py were
chosen on these rows, CUE_SHARE of (0.005, 0.01, 0.02) and TOGETHER of (2, 5, 15); the glossary was written without them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.codebook import Codebook, Topic
from models.encode import syllables
from models.weak import THRESHOLD, WeakTagger
from pipeline.config import load_config, parse_config
from pipeline.cues import with_cues
from pipeline.directive import background
from pipeline.directive.cues import phrases
from pipeline.directive.draft import Draft, cut, draft_letter
from pipeline.directive.naming import name_of
from pipeline.directive.read import read_letter
from pipeline.directive.topics import Group
from pipeline.documents import read_labelled, segmented

PROJECT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RASOAT_SHARED", PROJECT.parent / "shared"))
LETTER = SHARED / "directives" / "2020-langson-dai-hoi-xvii.txt"
GOLD = SHARED / "gold" / "gold-dev.jsonl.gz"


def main() -> int:
    if not GOLD.is_file():
        print(f"{SHARED}: not found; set RASOAT_SHARED")
        return 1
    hand_file = PROJECT / "config.toml"
    bare = hand_file.read_text(encoding="utf-8").replace('cues = "shipped"', 'cues = ""')
    hand = parse_config(hand_file, bare.encode()).topics
    draft = draft_letter(read_letter(LETTER))
    found = tuple(each.topic for each in draft.topics)
    match = matched(hand, found)
    labelled = read_labelled(GOLD, [topic.id for topic in hand])
    words, _ = segmented(labelled)
    truth = labelled.labels == 1
    two = np.array([row.get("readers") == "2" for row in labelled.columns])
    print(f"{len(draft.letter.items)} items -> {len(found)} topics; matched {len(match)} of {len(hand)}")
    whole, cued = load_config(hand_file).topics, with_cues(found, draft.cues, PROJECT)[0]
    rows = (
        ("by hand, config.toml alone", hand, None),
        ("drafted, alone", found, match),
        ("by hand, with the file of cues", whole, None),
        ("drafted, with the file of cues", cued, match),
        ("drafted, the letter's words alone", worded(draft), match),
    )
    for name, topics, places in rows:
        scores = WeakTagger(Codebook(topics)).read(words).scores >= THRESHOLD
        said = scores if places is None else np.zeros_like(truth)
        for place, own in (places or {}).items():
            said[:, place] = scores[:, own]
        print(f"{name:36} macro F1 {macro(said, truth):.3f}, rows of two readers {macro(said[two], truth[two]):.3f}")
        if "-v" in sys.argv:
            for topic, value in zip(hand, by_topic(said, truth), strict=True):
                print(f"    {topic.id:24} {value:.3f}")
    return 0


def matched(hand: tuple[Topic, ...], found: tuple[Topic, ...]) -> dict[int, int]:
    """Gives for each hand-written topic the drafted one that says most alike, one to one."""
    bags = [[bag(topic) for topic in topics] for topics in (hand, found)]
    everywhere = Counter(word for side in bags for words in side for word in words)
    likeness = np.array([[sum(1 / everywhere[word] for word in one & other) for other in bags[1]] for one in bags[0]])
    return dict(zip(*linear_sum_assignment(-likeness), strict=True))


def bag(topic: Topic) -> set[str]:
    said = syllables(f"{topic.name} . {topic.definition}")
    return {" ".join(said[n : n + 2]) for n in range(len(said) - 1)}


def worded(draft: Draft) -> tuple[Topic, ...]:
    """Gives the drafted topics without what the glossary knows of them."""
    groups = [Group(None, list(each.items), []) for each in draft.topics]
    spoken = phrases(groups, draft.theme, background.shipped(), cut)
    return tuple(
        replace(each.topic, name=name_of(each.items[0]), cues=cues, hints=hints, exclusions=exclusions)
        for each, (cues, hints, exclusions) in zip(draft.topics, spoken, strict=True)
    )


def by_topic(said: np.ndarray, truth: np.ndarray) -> np.ndarray:
    both = (said & truth).sum(axis=0)
    return np.asarray(2 * both / np.maximum(1, said.sum(axis=0) + truth.sum(axis=0)))


def macro(said: np.ndarray, truth: np.ndarray) -> float:
    return float(by_topic(said, truth).mean())


if __name__ == "__main__":
    sys.exit(main())
