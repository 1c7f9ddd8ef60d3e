"""Reprints are found whatever a portal changes around them, and reports of one event are not taken for reprints."""

import gzip
import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup import COMMON, LEAST_OWN, SKETCH, furniture, is_reprint, passages, proposed, shingles, sketch
from pipeline.sample.texts import CREDIT, load_articles

SYLLABLES = [
    first + rest for first in ("b", "ch", "đ", "h", "l", "ngh", "t", "v") for rest in ("a", "iên", "ội", "ương")
]


def text(seed: int, length: int = 200) -> str:
    """A text of so many syllables, unlike that of any other seed."""
    draw = random.Random(seed)
    return " ".join(draw.choice(SYLLABLES) + str(draw.randrange(100)) for _ in range(length))


def reprints(texts):
    """Gives the pairs of numbers that are proposed and hold, every text standing on a site of its own."""
    own = [shingles(str(number), each) for number, each in enumerate(texts)]
    sketches = np.frombuffer(b"".join(map(sketch, own)), dtype=SKETCH)
    return [(a, b) for a, b in proposed(sketches, np.ones(len(own), dtype=bool)) if is_reprint(own[a], own[b])]


def alike(one: str, other: str) -> bool:
    return reprints([one, other]) == reprints([other, one]) == [(0, 1)]


ORIGINAL = text(1)


@pytest.mark.parametrize(
    "copy",
    [
        ORIGINAL,
        f"{CREDIT}\n\n{ORIGINAL}",
        f"{text(2, 45)}\n{ORIGINAL}",
        " ".join(ORIGINAL.split()[:100]),
        " ".join(ORIGINAL.split()[60:]),
        ORIGINAL.upper().replace(" ", "\n"),
        ORIGINAL.replace("ội", "ôị"),
    ],
    ids=["whole", "credit", "added paragraph", "cut tail", "cut head", "other layout", "misplaced marks"],
)
def test_reprint_is_found(copy):
    assert alike(ORIGINAL, copy)


@pytest.mark.parametrize(
    "other",
    [
        text(2),
        f"{' '.join(ORIGINAL.split()[:120])} {text(3, 80)}",
        f"{text(4, 300)} {' '.join(ORIGINAL.split()[:60])} {text(5, 300)}",
    ],
    ids=["another text", "half of it quoted", "digest that carries a part"],
)
def test_other_text_is_not_a_reprint(other):
    assert not alike(ORIGINAL, other)


def test_short_texts_stand_alone_even_when_equal():
    caption = text(1, LEAST_OWN + 3)  # one syllable too few
    assert not alike(caption, caption)
    assert alike(caption + " nữa", caption + " nữa")
    assert not alike("", "")


def test_passage_of_a_site_is_known_by_its_words_whatever_its_numbers():
    line = "Chương trình thời sự ngày 5/9, phát lúc 19 giờ"
    assert passages("dai", line).tolist() == passages("dai", f"  {line.upper()}\n".replace("5/9", "6/9")).tolist()
    assert passages("dai", line).tolist() != passages("bao", line).tolist()
    assert not passages("dai", "Ảnh: Lan Anh").size


def test_passage_is_furniture_only_where_more_pages_than_forty_of_one_site_carry_it():
    line = "Mời quý vị theo dõi chương trình"
    pages = [passages("dai", line)] * COMMON
    assert not furniture(np.concatenate([*pages, passages("bao", line)])).size
    common = furniture(np.concatenate([*pages, passages("dai", line)]))
    assert common.tolist() == passages("dai", line).tolist()
    text_of_page = f"{ORIGINAL}\n{line}"
    assert shingles("dai", text_of_page, set(common.tolist())).tolist() == shingles("dai", ORIGINAL).tolist()


def test_pairs_of_old_texts_are_not_proposed_again():
    copies = [ORIGINAL] * 4
    own = [shingles("bao", each) for each in copies]
    sketches = np.frombuffer(b"".join(map(sketch, own)), dtype=SKETCH)
    assert proposed(sketches, np.array([False, False, True, False])) == [(0, 2), (1, 2), (2, 3)]
    assert proposed(sketches, np.zeros(4, dtype=bool)) == []
    assert proposed(sketches[:0], np.zeros(0, dtype=bool)) == []


@given(st.text(max_size=80))
def test_any_text_has_sorted_distinct_shingles(strange):
    found = shingles("bao", strange).tolist()
    assert found == sorted(set(found))


def test_planted_reprints_are_found_and_nothing_else():
    written = load_articles()
    key = {article.key: f"{article.outlet}/{article.slug}" for article in written}
    names = [key[article.key] for article in written]
    found = reprints([f"{each.lead}\n{each.body}" for each in written])
    planted = {frozenset((key[each.key], each.reprint_of)) for each in written if each.reprint_of}
    assert len(planted) == 8
    assert {frozenset((names[a], names[b])) for a, b in found} >= planted
    assert {names[a] for pair in found for a in pair} == {name for pair in planted for name in pair}


def test_of_real_news_only_overlapping_texts_are_paired(shared):
    with gzip.open(shared / "corpus" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        bodies = [row["body"] for row, _ in zip(map(json.loads, lines), range(2_000), strict=False)]
    assert 0 < len(reprints(bodies)) < 30
