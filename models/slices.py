"""Named slices of articles that are hard for a reason that can be seen in the text: capitals, noise, other bodies.

A slice is computed from the article alone and the codebook; no slice knows a word of any directive. What a directive is
about is read off its cues: `Lexicon.subjects` are the pairs of syllables that the cues of many topics share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise, product
from typing import Final

import numpy as np

from models.codebook import UNLABELLED, Codebook
from models.document import Document
from models.evaluate import LIMITS, RESAMPLES, micro_f1
from models.phrases import Part, Slot, parse
from models.text import normalise

SHORT_SYLLABLES: Final = 60  # at most: captions of videos and pictures
LONG_SYLLABLES: Final = 1_500  # at least: political reports, long features
BARE_SHARE: Final = (
    0.02  # of letters with a Vietnamese mark, below which diacritics are missing; ordinary text has a quarter
)
BARE_CHARS: Final = 2_000  # characters of a body that are looked at for them
BARE_LETTERS: Final = 60  # letters below which their absence says nothing
NOISE_SHARE: Final = (
    0.015  # of words that mix letters with digits or signs as no word does; ordinary text has a tenth of it
)
NOISE_TOKENS: Final = 3  # at least
SUBJECT_TOPICS: Final = 2  # topics, at least, whose cues hold a pair of syllables that the directive is about …
SUBJECT_SHARE: Final = 0.6  # … and at least this share of those that hold the commonest pair
NEAR: Final = 6  # syllables between the subject and the country it belongs to
QUOTED_SYLLABLES: Final = range(4, 26)  # of a slogan in quotation marks
MAX_RUNS: Final = 64  # ways to say one part of a phrase that are looked for
BOILERPLATE_LINES: Final = 5  # lines of a body below which the last one is no page furniture

COUNTRIES: Final = (
    "Trung Quốc|Lào|Campuchia|Cu-ba|Cuba|Triều Tiên|Liên Xô|Liên bang Nga|Nga|Mỹ|Hoa Kỳ|Pháp|Anh|Đức|Nhật Bản|Ấn Độ|Hàn Quốc"
    "|Thái Lan|Myanmar|Malaysia|Indonesia|Philippines|Singapore|Australia|Úc|Canada|Italy|Ý|Tây Ban Nha|Bồ Đào Nha|Ba Lan|Hungary"
    "|Séc|Ukraine|Nam Phi|Brazil|Venezuela|Chile|Nepal|Bangladesh|Sri Lanka|Israel|Iran|Iraq|Thổ Nhĩ Kỳ|Ai Cập|Mozambique"
)
PLACES: Final = (
    "thành phố|tp|thị xã|thị trấn|tỉnh|huyện|quận|phường|xã|đường|phố|đại lộ|cầu|quảng trường|công viên|sân bay|bến|cảng|trường|bệnh viện"
    "|bảo tàng|lăng|khu lưu niệm|nhà hát|sân vận động|hồ|sông|núi|đảo"
)

_SYLLABLE: Final = re.compile(r"[^\W_]+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_MARKED_LETTER: Final = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
_NOISE: Final = re.compile(r"[a-zà-ỹ][0-9|!\]\[{}~^¬¦]+[a-zà-ỹ]|(?<!\S)[|~^¬¦{}\[\]]+(?!\S)")
_QUOTED: Final = re.compile(r"(?:[“\"«‘]|(?<!\w)')([^”\"»“«‘’'\n]{8,200})[”\"»’']")
_COUNTRY: Final = re.compile(rf"\b(?:{COUNTRIES})\b")
_PLACE_NAME: Final = re.compile(rf"\b(?i:{PLACES})\.? ((?:[A-ZĐÀ-ỸĂÂÊÔƠƯ][^\W\d_]*)(?: [A-ZĐÀ-ỸĂÂÊÔƠƯ][^\W\d_]*)+)")

Run = tuple[str, ...]  # syllables in lower case


class Lexicon:
    """The phrases of a codebook, as runs of at least two syllables, and what the directive is about."""

    def __init__(self, codebook: Codebook) -> None:
        cues = [[list(runs(cue)) for cue in topic.cues] for topic in codebook.topics]
        self.cues = _by_start(run for topic in cues for parts in topic if len(parts) == 1 for run in parts[0])
        pairs = Counter(
            pair
            for topic in cues
            for pair in {pair for parts in topic for part in parts for run in part for pair in pairwise(run)}
        )
        least = max(SUBJECT_TOPICS, SUBJECT_SHARE * max(pairs.values(), default=0))
        self.subjects = frozenset(pair for pair, topics in pairs.items() if topics >= least)
        phrases = [runs(phrase) for topic in codebook.topics for phrase in topic.exclusions]
        excluded = {run for parts in phrases for part in parts for run in part}
        self.other_bodies = _by_start(run for run in excluded if run[:2] in self.subjects)

    def has_cue(self, syllables: Sequence[str]) -> bool:
        """Tells whether a cue stands in a line."""
        return _stands(self.cues, syllables)

    def is_part_of_cue(self, name: Run) -> bool:
        """Tells whether a name of at least two syllables stands within some cue."""
        return any(
            name == run[at : at + len(name)]
            for known in self.cues.values()
            for run in known
            for at in range(len(run) - len(name) + 1)
        )


@dataclass(frozen=True, slots=True)
class Read:
    """An article as the slices read it."""

    document: Document
    lines: tuple[str, ...]  # the title first
    syllables: tuple[Run, ...]  # of each line
    lexicon: Lexicon


def upper_case_title(article: Read) -> bool:
    """Its headline is in capitals."""
    return article.document.title.isupper()


def no_diacritics(article: Read) -> bool:
    """Its marks are missing: letters of a telegram, or of a page that lost them."""
    text = f"{article.document.title}\n{article.document.body[:BARE_CHARS]}"
    letters = len(_LETTER.findall(text))
    return letters >= BARE_LETTERS and len(_MARKED_LETTER.findall(text)) < BARE_SHARE * letters


def short(article: Read) -> bool:
    """It has the length of a caption."""
    return sum(map(len, article.syllables)) <= SHORT_SYLLABLES


def long(article: Read) -> bool:
    """It has the length of a political report."""
    return sum(map(len, article.syllables)) >= LONG_SYLLABLES


def noisy(article: Read) -> bool:
    """It looks as if it had been read from paper by a machine."""
    odd = len(_NOISE.findall(article.document.body))
    return odd >= max(NOISE_TOKENS, NOISE_SHARE * sum(map(len, article.syllables)))


def foreign(article: Read) -> bool:
    """What the directive is about, but of another country: the congress of a foreign party."""
    return any(
        _COUNTRY.search(line) and _near(line, syllables, article.lexicon.subjects)
        for line, syllables in zip(article.lines, article.syllables, strict=True)
    )


def other_bodies(article: Read) -> bool:
    """What the directive is about, but of a body that the codebook excludes: a youth union, a company, sports."""
    return any(_stands(article.lexicon.other_bodies, syllables) for syllables in article.syllables)


def place_names(article: Read) -> bool:
    """A street, city or school bears a name that stands in a cue."""
    names = {tuple(_SYLLABLE.findall(name.lower())) for line in article.lines for name in _PLACE_NAME.findall(line)}
    return any(article.lexicon.is_part_of_cue(name) for name in names)


def quoted_slogans(article: Read) -> bool:
    """A cue stands in a quotation: a slogan, a name of a campaign."""
    quotes = (_SYLLABLE.findall(normalise(quote).lower()) for line in article.lines for quote in _QUOTED.findall(line))
    return any(len(quote) in QUOTED_SYLLABLES and article.lexicon.has_cue(quote) for quote in quotes)


def boilerplate(article: Read) -> bool:
    """Cues stand in the last line of the body, and nowhere else."""
    *before, last = article.syllables
    return (
        len(before) >= BOILERPLATE_LINES
        and article.lexicon.has_cue(last)
        and not any(map(article.lexicon.has_cue, before))
    )


SLICES: Final[Mapping[str, Callable[[Read], bool]]] = {
    holds.__name__: holds
    for holds in (
        upper_case_title,
        no_diacritics,
        short,
        long,
        noisy,
        foreign,
        other_bodies,
        place_names,
        quoted_slogans,
        boilerplate,
    )
}


@dataclass(frozen=True, slots=True)
class SliceScore:
    """The articles of one slice: scores over all their article-topic pairs; `false` counts topics wrongly given."""

    name: str
    articles: int
    positives: int  # topics that the articles have, together
    precision: float
    recall: float
    micro_f1: float
    low: float  # 2.5 % limit of micro F1
    high: float
    false: float  # a repeat
    missed: float


def slices_of(
    documents: Sequence[Document], codebook: Codebook, columns: Mapping[str, Sequence[str]] | None = None
) -> dict[str, np.ndarray]:
    """Returns for each slice which articles belong to it, (n_articles,) bool; those of `columns` are "name=value"."""
    lexicon = Lexicon(codebook)
    read = [_read(document, lexicon) for document in documents]
    found = {name: np.array([holds(article) for article in read], dtype=bool) for name, holds in SLICES.items()}
    for column, values in (columns or {}).items():
        for value in sorted(set(values) - {""}):
            found[f"{column}={value}"] = np.array([each == value for each in values], dtype=bool)
    return found


def score_slice(name: str, mine: np.ndarray, labels: np.ndarray, decided: np.ndarray, seed: int = 17) -> SliceScore:
    """Scores the articles of `mine` (n_articles,) bool; `decided` is (n_repeats, n_articles, n_topics)."""
    known = labels[mine] != UNLABELLED
    truth, chosen = (labels[mine] == 1) & known, decided[:, mine] & known
    hits, given = (truth & chosen).sum(axis=(1, 2)), chosen.sum(axis=(1, 2))
    low, high = _limits(truth, chosen, seed)
    return SliceScore(
        name=name,
        articles=int(mine.sum()),
        positives=int(truth.sum()),
        precision=float((hits / np.maximum(1, given)).mean()),
        recall=float((hits / max(1, int(truth.sum()))).mean()),
        micro_f1=micro_f1(truth, chosen),
        low=low,
        high=high,
        false=float((given - hits).mean()),
        missed=float((truth.sum() - hits).mean()),
    )


def runs(phrase: str) -> Iterator[frozenset[Run]]:
    """Yields for each part of a codebook's phrase the runs of syllables that may stand for it; gaps part them."""
    for part in parse(phrase).needs:
        for slots in _adjoining(part):
            choices = product(*(sorted(slot.runs) for slot in slots))
            yield frozenset(tuple(chain.from_iterable(choice)) for choice in islice(choices, MAX_RUNS))


def _adjoining(part: Part) -> Iterator[Sequence[Slot]]:
    """Yields the slots that follow each other without a gap."""
    together: list[Slot] = []
    for slot in part:
        if slot.gap and together:
            yield together
            together = []
        together.append(slot)
    yield together


def _limits(truth: np.ndarray, chosen: np.ndarray, seed: int) -> tuple[float, float]:
    """Gives the bootstrap limits of micro F1 over articles and repeats."""
    if not len(truth):
        return 0.0, 0.0
    random = np.random.default_rng(seed)
    hits, sizes = (truth & chosen).sum(axis=2), truth.sum(axis=1) + chosen.sum(axis=2)  # (n_repeats, n_articles)
    samples = []
    for _ in range(RESAMPLES):
        draw, repeat = random.integers(0, len(truth), len(truth)), random.integers(len(chosen))
        samples.append(2 * hits[repeat, draw].sum() / max(1, sizes[repeat, draw].sum()))
    low, high = np.quantile(samples, LIMITS)
    return float(low), float(high)


def _read(document: Document, lexicon: Lexicon) -> Read:
    lines = tuple(document.lines())
    return Read(document, lines, tuple(tuple(_SYLLABLE.findall(normalise(line).lower())) for line in lines), lexicon)


def _by_start(phrases: Iterable[Run]) -> Mapping[Run, Sequence[Run]]:
    found: dict[Run, list[Run]] = {}
    for run in sorted(set(phrases)):
        found.setdefault(run[:2], []).append(run)
    return found


def _stands(phrases: Mapping[Run, Sequence[Run]], syllables: Sequence[str]) -> bool:
    return any(
        tuple(syllables[at : at + len(run)]) == run
        for at, pair in enumerate(pairwise(syllables))
        for run in phrases.get(pair, ())
    )


def _near(line: str, syllables: Run, subjects: frozenset[Run]) -> bool:
    """Tells whether a country stands within `NEAR` syllables after the subject."""
    after = [at + 2 for at, pair in enumerate(pairwise(syllables)) if pair in subjects]
    names = [tuple(_SYLLABLE.findall(name.lower())) for name in set(_COUNTRY.findall(line))]
    return any(
        syllables[at + gap : at + gap + len(name)] == name for at in after for name in names for gap in range(NEAR + 1)
    )
