"""Prints how well topics drafted from the first directive tag articles by their cues alone, beside those written by hand.

    python tests/bench/draft_quality.py [-v] [--choose]

The letter is read and drafted; each drafted topic counts for the topic of config.toml that its name and definition are most
like, by words; no label is looked at for that. Both then tag the labelled articles by their cues. The glossary has sections
for what this letter asks for, as it has for some sixty other matters, so the letter is drafted again with less of it: without
the sections for congresses, without any section that config.toml has a topic for (as if the letter's field were unknown), and
without all of it. `--choose` shows which CUE_SHARE of pipeline/directive/cues.py would be chosen on thirteen topics, and what
that choice scores on the fourteenth. RASOAT_SHARED names the shared folder.

Measured, macro F1 on all rows / on those that two readers read: by hand 0.490 / 0.507; drafted 0.490 / 0.505, without the
sections for congresses 0.398 / 0.417, without any section for the topics 0.303 / 0.323, without a glossary 0.296 / 0.327. So
the draft is as good as a hand-written codebook where the glossary knows the field, and has eight tenths of its score where it
knows what letters ask for of any matter, six tenths where it knows nothing. With the file of cues: by hand 0.708 / 0.631,
drafted 0.698 / 0.619. `--choose`: the shipped CUE_SHARE is chosen for 13 of the 14 that are left out, and these score
0.299.

Tried and left out, without any section for the topics (0.290 before): neighbours by co-occurrence in ten thousand unlabelled
articles (PMI, 200 dimensions; no gain); what the articles that a draft catches there say more often than others, 6 to 20 words
a topic, with and without the other topics' articles for contrast (0.248 to 0.283: it drifts to parliaments, cups and company
meetings); trusts by how rare a phrase is (0.274 to 0.281); no pairs, or pairs with or without the theme alone (0.283 to
0.288); hints trusted more or less (0.264 to 0.286), fewer of them (0.276 to 0.285); words alike only for rarer words (0.269 to
0.287); articles without the theme left out (0.195). Were every topic's threshold chosen by its labels, which a new letter has
none of, it would be 0.352; with the cosine of the definition beside the cues 0.378, by TF-IDF of the archive alone 0.330.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.codebook import Codebook, Topic
from models.encode import syllables
from models.reading import Words
from models.weak import THRESHOLD, WeakTagger
from pipeline.config import load_config, parse_config
from pipeline.cues import with_cues
from pipeline.directive import background, cues, glossary
from pipeline.directive.draft import Draft, cut, drafted
from pipeline.directive.letter import Letter
from pipeline.directive.read import read_letter
from pipeline.documents import read_labelled, segmented

PROJECT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RASOAT_SHARED", PROJECT.parent / "shared"))
LETTER = SHARED / "directives" / "2020-langson-dai-hoi-xvii.txt"
GRID = (0.0025, 0.005, 0.01, 0.02, 0.04)
GOLD = SHARED / "gold" / "gold-dev.jsonl.gz"


def main() -> int:
    if not GOLD.is_file():
        print(f"{SHARED}: not found; set RASOAT_SHARED")
        return 1
    hand_file = PROJECT / "config.toml"
    bare = hand_file.read_text(encoding="utf-8").replace('cues = "shipped"', 'cues = ""')
    hand = parse_config(hand_file, bare.encode()).topics
    labelled = read_labelled(GOLD, [topic.id for topic in hand])
    words, _ = segmented(labelled)
    truth = labelled.labels == 1
    two = np.array([row.get("readers") == "2" for row in labelled.columns])
    letter = read_letter(LETTER)
    drafts = {name: draft_with(letter, kept) for name, kept in glossaries({topic.id for topic in hand}).items()}
    whole = drafts["drafted"]
    rows = {
        "by hand": hand,
        **{name: topics_of(draft) for name, draft in drafts.items()},
        "by hand, with the file of cues": load_config(hand_file).topics,
        "drafted, with the file of cues": with_cues(topics_of(whole), whole.cues, PROJECT)[0],
    }
    for name, topics in rows.items():
        said = tagged(words, hand, topics)
        values = f"{macro(said, truth):.3f}, rows of two readers {macro(said[two], truth[two]):.3f}"
        print(f"{name:44} {len(topics):2} topics, macro F1 {values}")
        if "-v" in sys.argv:
            for topic, value in zip(hand, by_topic(said, truth), strict=True):
                print(f"    {topic.id:24} {value:.3f}")
    if "--choose" in sys.argv:
        choose(letter, hand, words, truth)
    return 0


def glossaries(own: set[str]) -> dict[str, tuple[glossary.Term, ...]]:
    terms = glossary.shipped()
    return {
        "drafted": terms,
        "drafted, no section for congresses": tuple(term for term in terms if term.needs != "đại hội"),
        "drafted, no section for any of the topics": tuple(term for term in terms if term.id not in own),
        "drafted without a glossary": (),
    }


def draft_with(letter: Letter, terms: tuple[glossary.Term, ...]) -> Draft:
    return drafted(letter, background.shipped(), cut, terms)


def topics_of(draft: Draft) -> tuple[Topic, ...]:
    return tuple(each.topic for each in draft.topics)


def tagged(words: Words, hand: tuple[Topic, ...], topics: tuple[Topic, ...]) -> np.ndarray:
    """Returns (n_articles, n_hand): which articles the topics tag, each counted for the hand-written one it is most like."""
    scores = WeakTagger(Codebook(topics)).read(words).scores >= THRESHOLD
    said = np.zeros((len(words), len(hand)), dtype=bool)
    like = likeness(hand, topics)
    places = dict(enumerate(like.argmax(axis=0).tolist()))
    rows, columns = linear_sum_assignment(
        -like
    )  # each of the hand-written ones has one at least, where there are enough
    places |= {column: row for row, column in zip(rows.tolist(), columns.tolist(), strict=True) if like[row, column]}
    for column, place in places.items():
        if like[place, column]:
            said[:, place] |= scores[:, column]
    return said


def choose(letter: Letter, hand: tuple[Topic, ...], words: Words, truth: np.ndarray) -> None:
    """Chooses on thirteen topics, in an unknown field, and scores on the one that was left out."""
    terms = glossaries({topic.id for topic in hand})["drafted, no section for any of the topics"]
    shipped, scores = cues.CUE_SHARE, []
    for cues.CUE_SHARE in GRID:
        scores.append(by_topic(tagged(words, hand, topics_of(draft_with(letter, terms))), truth))
        print(f"CUE_SHARE {cues.CUE_SHARE}: macro F1 {scores[-1].mean():.3f}")
    cues.CUE_SHARE = shipped
    table = np.array(scores)  # (n_grid, n_topics)
    best = [int(np.delete(table, left, axis=1).mean(axis=1).argmax()) for left in range(len(hand))]
    chosen = Counter(GRID[place] for place in best)
    print(f"left-out topics: macro F1 {table[best, range(len(hand))].mean():.3f}; chosen {chosen.most_common()}")


def likeness(hand: tuple[Topic, ...], found: tuple[Topic, ...]) -> np.ndarray:
    """Returns (n_hand, n_found): how alike two topics' names and definitions are, rare words counting more."""
    bags = [[bag(topic) for topic in topics] for topics in (hand, found)]
    everywhere = Counter(word for side in bags for words in side for word in words)
    return np.array([[sum(1 / everywhere[word] for word in one & other) for other in bags[1]] for one in bags[0]])


def bag(topic: Topic) -> set[str]:
    said = syllables(f"{topic.name} . {topic.definition}")
    return {" ".join(said[n : n + 2]) for n in range(len(said) - 1)}


def by_topic(said: np.ndarray, truth: np.ndarray) -> np.ndarray:
    both = (said & truth).sum(axis=0)
    return np.asarray(2 * both / np.maximum(1, said.sum(axis=0) + truth.sum(axis=0)))


def macro(said: np.ndarray, truth: np.ndarray) -> float:
    return float(by_topic(said, truth).mean())


if __name__ == "__main__":
    sys.exit(main())
