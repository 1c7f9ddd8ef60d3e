"""Reprints are found whatever a portal changes around them, and reports of one event are not taken for reprints."""

import gzip
import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup import COMMON, LEAST_OWN, clusters, is_reprint, shingles
from pipeline.sample.texts import CREDIT, load_articles

FIRST = datetime(2020, 9, 1, tzinfo=UTC)
SYLLABLES = [
    first + rest for first in ("b", "ch", "đ", "h", "l", "ngh", "t", "v") for rest in ("a", "iên", "ội", "ương")
]


def text(seed: int, length: int = 200) -> str:
    """A text of so many syllables, unlike that of any other seed."""
    draw = random.Random(seed)
    return " ".join(draw.choice(SYLLABLES) + str(draw.randrange(100)) for _ in range(length))


def alike(one: str, other: str) -> bool:
    found = clusters([("a", FIRST, one), ("b", FIRST + timedelta(days=1), other)])
    assert found["a"] == "a"
    return found["b"] == "a"


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


def test_footer_of_a_site_joins_nobody():
    footer = text(0, 80)
    pages = [(f"p{number:03}", FIRST, f"{text(number + 1, 30)} {footer}") for number in range(COMMON + 1)]
    assert all(article == cluster for article, cluster in clusters(pages).items())


def test_cluster_is_named_after_the_earliest_then_the_smallest_id():
    later = FIRST + timedelta(days=1)
    rows = [("a", None, ORIGINAL), ("b", later, ORIGINAL), ("d", FIRST, ORIGINAL), ("c", FIRST, ORIGINAL)]
    assert clusters(rows) == dict.fromkeys("abcd", "c")
    assert clusters([("b", None, ORIGINAL), ("a", None, ORIGINAL)]) == {"a": "a", "b": "a"}


def test_reprint_of_a_reprint_belongs_to_the_same_cluster():
    whole = text(1, 300).split()
    parts = [" ".join(whole[:200]), " ".join(whole[10:240]), " ".join(whole[25:])]
    assert not alike(parts[0], parts[2])
    assert clusters([(str(n), FIRST + timedelta(days=n), part) for n, part in enumerate(parts)]) == dict.fromkeys(
        "012", "0"
    )


def test_no_text_is_no_cluster():
    assert clusters([]) == {}


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.none() | st.integers(0, 2)), max_size=12), st.randoms()
)
@settings(max_examples=20, deadline=None)
def test_order_of_the_texts_does_not_matter(rows, shuffler):
    articles = [
        (f"{number}", None if day is None else FIRST + timedelta(days=day), " ".join(text(seed).split()[cut * 5 :]))
        for number, (seed, cut, day) in enumerate(rows)
    ]
    shuffled = articles[:]
    shuffler.shuffle(shuffled)
    assert clusters(shuffled) == clusters(articles)


@given(st.text(max_size=80))
def test_any_text_has_sorted_distinct_shingles(strange):
    found = shingles(strange).tolist()
    assert found == sorted(set(found))


def test_planted_reprints_are_found_and_nothing_else():
    articles = load_articles()
    key = {article.key: f"{article.outlet}/{article.slug}" for article in articles}
    found = clusters((key[a.key], a.published, f"{a.lead}\n{a.body}") for a in articles)
    planted = {key[article.key]: article.reprint_of for article in articles if article.reprint_of}
    assert len(planted) == 8
    assert {article: origin for article, origin in found.items() if article != origin} == planted


def test_of_real_news_only_overlapping_texts_are_paired(shared):
    with gzip.open(shared / "corpus" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        bodies = {row["id"]: row["body"] for row, _ in zip(map(json.loads, lines), range(3_000), strict=False)}
    found = clusters((article, None, body) for article, body in bodies.items())
    pairs = [(a, b) for a, b in found.items() if a != b]
    assert 0 < len(pairs) < 30
    assert all(is_reprint(shingles(bodies[a]), shingles(bodies[b])) for a, b in pairs)
