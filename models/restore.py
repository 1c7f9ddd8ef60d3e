"""Vietnamese written without its marks, "dai hoi Dang bo", given back as words that a model knows: đại_hội đảng_bộ.

What a model knows are the words and pairs of words of its vocabulary and of its codebook, so that no data file is needed.
Articles that have their marks, and those in other languages, pass untouched.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from models.kept import KeptWords
from models.reading import Words

LOOKED_AT: Final = 1_000  # characters of an article that tell whether it has its marks
MOST_MARKED: Final = 0.05  # of them outside ASCII, quotation marks too; each of 12,368 real articles had 0.085 or more
LEAST_SPOKEN: Final = 0.5  # of its syllables that Vietnamese can have; English has a quarter, those articles bared 0.76
LEAST_SYLLABLES: Final = 8  # below which the absence of marks says nothing
NEW_PAIR: Final = 4.0  # logarithm: how much rarer than by themselves words follow each other that no pair names

_NO_MARKS: Final = bytes(range(0b1100_0000))  # in UTF-8 no other byte begins a character outside ASCII
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SPOKEN: Final = re.compile(  # a syllable of Vietnamese, without its marks
    r"""(?:ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?
    (?:uye|ieu|yeu|uoi|uou|oai|oay|oeo|uay|uya|uyu|[iuy]e|uo|[iu]a|a[iouy]|e[ou]|iu|o[aeio]|u[iuy]|u?[aeiouy])
    (?:ch|ng|nh|[cmnpt])?""",
    re.VERBOSE,
)

Step = tuple[float, int, str]  # rarity of the way so far, where its last word begins, and the word before that one


class Restorer:
    """Restores the marks of segmented articles that have lost them.

    `terms` gives words as the segmenter writes them, and pairs of words, with the logarithm of how rare they are; it is
    asked once, when the first such article comes.
    """

    def __init__(self, terms: Callable[[], Mapping[str, float]]) -> None:
        self.terms = terms

    def restored(self, words: Words) -> Words:
        """Gives segmented articles, line by line, in which those that have lost their marks have them again."""
        lost = [has_lost_marks(lines) for lines in words]
        if not any(lost):
            return words
        return [
            [self._line(line) for line in lines] if bare else lines for lines, bare in zip(words, lost, strict=True)
        ]

    @cached_property
    def _lexicon(self) -> _Lexicon:
        return _Lexicon(self.terms())

    def _line(self, line: str) -> str:
        """Restores a line; the segmenter's joins are chance in such text, so syllables are taken apart and joined anew."""
        found: list[str] = []
        run: list[str] = []
        for piece in (piece for word in line.split(" ") for piece in (word.split("_") if word.isascii() else [word])):
            if piece.isascii() and piece.isalpha():
                run.append(piece.lower())
                continue
            found += [*self._likeliest(run), piece]
            run = []
        return " ".join([*found, *self._likeliest(run)])

    def _likeliest(self, run: Sequence[str]) -> Iterator[str]:
        """Yields the words that together are the least rare of all that sound like these syllables."""
        ways: list[dict[str, Step]] = [
            {"": (0.0, 0, "")},
            *({} for _ in run),
        ]  # at each place by the word that ends there
        for start, here in enumerate(ways[:-1]):
            if not here:
                continue
            likeliest = min(here, key=here.__getitem__)
            for stop, word, rarity in self._lexicon.words(run, start):
                best = here[likeliest][0] + rarity + NEW_PAIR, start, likeliest
                for before, (far, _, _) in here.items():
                    added = self._lexicon.pairs.get((before, word))
                    if added is not None:
                        best = min(best, (far + added, start, before))
                ways[stop][word] = min(best, ways[stop].get(word, best))
        return reversed(list(_back(ways)))


class _Lexicon:
    """Words by their form without marks, and how rare they and their pairs are."""

    def __init__(self, known: Mapping[str, float]) -> None:
        split = {text: text.split(" ") for text in known}
        least, self.most = min(known.values(), default=0.0), max(known.values(), default=0.0)
        alone = {word: known.get(word, least) for words in split.values() for word in words}  # too common to be a term
        self.pairs = {(words[0], words[1]): known[text] - alone[words[0]] for text, words in split.items() if words[1:]}
        self._forms: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for word, rare in alone.items():
            self._forms[bare(word)].append((word, rare))
        self._longest = max((form.count("_") + 1 for form in self._forms), default=1)

    def words(self, run: Sequence[str], start: int) -> Iterator[tuple[int, str, float]]:
        """Yields every word that may begin at a syllable, with where it ends and its rarity; a strange one stays as it is."""
        if run[start] not in self._forms:
            yield start + 1, run[start], self.most
        for stop in range(start + 1, min(start + self._longest, len(run)) + 1):
            for word, rarity in self._forms.get("_".join(run[start:stop]), ()):
                yield stop, word, rarity


def has_lost_marks(lines: Sequence[str]) -> bool:
    """Tells whether a segmented article is Vietnamese without marks."""
    if (
        isinstance(lines, KeptWords)
        and len(lines.text[:LOOKED_AT].translate(None, _NO_MARKS)) > LOOKED_AT * MOST_MARKED
    ):
        return False  # seen without making strings of them
    text = " ".join(lines)[:LOOKED_AT]
    if len(text) - len(text.encode("ascii", "ignore")) > MOST_MARKED * len(text):
        return False
    spoken = _LETTERS.findall(text.lower())
    vietnamese = sum(_SPOKEN.fullmatch(syllable) is not None for syllable in spoken)
    return vietnamese >= max(LEAST_SYLLABLES, LEAST_SPOKEN * len(spoken))


def bare(text: str) -> str:
    """Takes all Vietnamese marks away."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _back(ways: Sequence[dict[str, Step]]) -> Iterator[str]:
    """Yields the words of the best way, the last one first."""
    place = len(ways) - 1
    word = min(ways[place], key=ways[place].__getitem__)
    while place:
        yield word
        _, place, word = ways[place][word]
