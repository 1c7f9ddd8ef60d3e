"""Decodes underthesea's word CRF from tables: the same words as underthesea, without its feature strings.

A token adds five numbers, to the margins of itself and of its neighbours at distances 1 and 2, and so do the pairs and
triples of tokens that the model or its dictionary knows; all else depends on which tokens of the window are titled or
lie beyond the sentence. Where two labelings tie, underthesea's answer depends on its order of additions; such places
are reported and the caller asks underthesea itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.crf_file import CrfWeights
from models.hashed import Floats, Ints, KeyTable

Bools = NDArray[np.bool_]
Tokens = tuple[str, ...]
Rows = dict[Tokens, Floats]  # what a span of tokens adds to the margins of its neighbourhood, see `_REACH`

TIE: Final = 1e-8  # margins nearer to a threshold than this are ties; float noise of 43 additions is below 1e-12

BOS, EOS, END = 0, 1, 2  # token ids of the paddings; END is a second EOS, so that a sentence has one
START: Final = (BOS, BOS)  # stands before the first sentence: features reach two tokens away
BREAK: Final = (EOS, END, BOS, BOS)  # stands after every sentence

_REACH: Final = (-2, -1, 0, 1, 2)  # from a labelled token to the first token of a span that adds to its margin
_SPANS: Final = {
    1: dict(zip(_REACH, ("T[-2]", "T[-1]", "T[0]", "T[1]", "T[2]"), strict=True)),
    2: {-2: "T[-2,-1]", -1: "T[-1,0]", 0: "T[0,1]", 1: "T[1,2]"},
    3: {-2: "T[-2,0]", -1: "T[-1,1]", 0: "T[0,2]"},
}  # tokens in the span -> where it begins, seen from the labelled token -> the model's name of it
_BITS: Final = 20  # of one form's number inside a key: the model and its dictionary know fewer than 2**20 forms
_PLAIN, _TITLED, _FIRST, _LAST = range(4)  # kinds of token: as written, and the paddings
_KIND_BITS: Final = 2


class TokenFacts(NamedTuple):
    """What the library's featurizer says of one token alone; the last three are its words "True" and "False"."""

    lower: str
    isdigit: str
    istitle: str
    is_in_dict: str


class CrfDecoder:
    """Labels sequences of tokens by a two-label CRF; it remembers every token it was given until told to forget."""

    def __init__(self, crf: CrfWeights, dictionary: Iterable[str], facts: Callable[[str], TokenFacts]) -> None:
        self._transitions = crf.transitions
        self._facts = facts
        self._tokens = _Tokens(crf.margins)
        self._spans = _Spans(crf.margins, dictionary, lambda form: facts(form).lower)
        self._windows = _windows(crf.margins)
        self.forget()

    @property
    def size(self) -> int:
        """How many tokens are remembered."""
        return self._size

    def forget(self) -> None:
        """Frees what was learnt of tokens; ids given before mean nothing afterwards."""
        self._size = 0
        self._alone: Floats = np.zeros((1024, len(_REACH)))
        self._exact: Ints = np.zeros(1024, np.int64)
        self._lower: Ints = np.zeros(1024, np.int64)
        self._kinds: Ints = np.zeros(1024, np.int64)
        for edge, kind in (("BOS", _FIRST), ("EOS", _LAST), ("EOS", _LAST)):
            self._add(self._tokens.row(edge, TokenFacts(edge, edge, edge, edge)), (0, 0), kind)

    def learn(self, token: str) -> int:
        """Gives an id to a token; the caller remembers it."""
        facts = self._facts(token)
        kind = _TITLED if facts.istitle == "True" else _PLAIN
        return self._add(self._tokens.row(token, facts), self._spans.numbers(token, facts.lower), kind)

    def decode(self, ids: Ints) -> tuple[Bools, Ints]:
        """Labels sentences of token ids that are laid end to end: `START`, then each sentence with a `BREAK` after it.

        Returns:
            One flag per id, true where the token continues the word before it, and the places where a tie leaves the
            answer open.
        """
        places = np.flatnonzero(ids > END)
        ends = ids.take(places + 1) == EOS
        found, ties = self._viterbi(self._score(ids).take(places), ends)
        inside = np.zeros(len(ids), np.bool_)
        inside[places] = found
        return inside, places[ties]

    def _viterbi(self, margins: Floats, ends: Bools) -> tuple[Bools, list[int]]:
        """Finds the best labels of sentences laid end to end; with two labels the message is one number.

        A message beyond both thresholds is cut to a bound by the next transition, whatever came before. So most
        places are decided by their own margin, and only runs of the others are walked.
        """
        (stay0, enter), (leave, stay1) = self._transitions.tolist()
        after = (enter - stay0, stay1 - leave)  # what label 0 or 1, once certain, passes on
        thresholds = (stay0 - leave, enter - stay1)  # by the label that follows
        low, high = min(*after, 0.0), max(*after, 0.0)
        inside = margins + low > max(*thresholds, 0.0) + TIE
        open_places = np.flatnonzero(~inside & (margins + high >= min(*thresholds, 0.0) - TIE)).tolist()
        messages: dict[int, float] = {}
        for place in open_places:
            message = float(margins[place])
            if place and not ends[place - 1]:
                before = messages.get(place - 1)
                if before is None:
                    message += after[bool(inside[place - 1])]
                else:
                    message += max(before + stay1, enter) - max(before + leave, stay0)
            messages[place] = message
        ties = []
        for place in reversed(open_places):
            distance = messages[place] - (0.0 if ends[place] else thresholds[bool(inside[place + 1])])
            inside[place] = distance > 0
            if abs(distance) < TIE:
                ties.append(place)
        return inside, ties

    def _score(self, ids: Ints) -> Floats:
        """Sums what label 1 gains over label 0 at each place; values at the paddings mean nothing."""
        added = self._alone.take(ids, axis=0)
        self._spans.add(added, self._exact.take(ids), self._lower.take(ids))
        total = np.zeros(len(ids))
        inner = total[2:-2]
        inner += self._windows.take(_window_codes(self._kinds.take(ids)))
        for column in range(len(_REACH)):
            inner += added[column : column + len(inner), column]
        return total

    def _add(self, row: Floats, forms: tuple[int, int], kind: int) -> int:
        new = self._size
        if new == len(self._alone):
            self._alone = np.concatenate([self._alone, np.zeros_like(self._alone)])
            self._exact = np.concatenate([self._exact, np.zeros_like(self._exact)])
            self._lower = np.concatenate([self._lower, np.zeros_like(self._lower)])
            self._kinds = np.concatenate([self._kinds, np.zeros_like(self._kinds)])
        self._alone[new] = row
        (self._exact[new], self._lower[new]), self._kinds[new] = forms, kind
        self._size += 1
        return new


class _Tokens:
    """What a token alone adds to the margins around it."""

    def __init__(self, margins: Mapping[str, float]) -> None:
        self._exact, *self._facts = (
            {tokens[0]: row for tokens, row in _known_rows(margins, suffix, (1,)).items()}
            for suffix in ("", *(f".{fact}" for fact in TokenFacts._fields))
        )

    def row(self, token: str, facts: TokenFacts) -> Floats:
        """Gives what the token adds at each distance: shape (5,)."""
        total = np.zeros(len(_REACH))
        for rows, value in zip((self._exact, *self._facts), (token, *facts), strict=True):
            found = rows.get(value)
            if found is not None:
                total += found
        return total


class _Spans:
    """What the pairs and triples of tokens that the model or its dictionary knows add to the margins around them.

    One table of pairs in lower case answers for every place; few of its pairs lead on to pairs as written and to triples.
    """

    def __init__(self, margins: Mapping[str, float], dictionary: Iterable[str], lowered: Callable[[str], str]) -> None:
        words = [parts for word in dictionary if len(parts := tuple(word.split(" "))) in (2, 3)]
        exact, lower = _known_rows(margins, ""), _known_rows(margins, ".lower")
        for tokens in words:
            lower.setdefault(tokens, np.zeros(len(_REACH)))
        present = {length: _in_dictionary(margins, length) for length in (2, 3)}
        for tokens in set(words):
            lower[tokens] = lower[tokens] + present[len(tokens)]
        low = {form: lowered(form) for tokens in exact for form in tokens[:2]}
        leading: set[Tokens] = {tuple(low[form] for form in tokens[:2]) for tokens in exact}
        leading |= {tokens[:2] for tokens in lower if len(tokens) == 3}
        pairs: Rows = {tokens: row for tokens, row in lower.items() if len(tokens) == 2}
        pairs |= {tokens: np.zeros(len(_REACH)) for tokens in leading if tokens not in pairs}
        self._exact_forms, self._lower_forms = _numbered(exact), _numbered([*pairs, *lower])
        self._pairs = _SpanTable(pairs, self._lower_forms)
        self._leads = np.array([tokens in leading for tokens in pairs])
        self._more = (
            (2, False, _SpanTable({t: row for t, row in exact.items() if len(t) == 2}, self._exact_forms)),
            (3, False, _SpanTable({t: row for t, row in exact.items() if len(t) == 3}, self._exact_forms)),
            (3, True, _SpanTable({t: row for t, row in lower.items() if len(t) == 3}, self._lower_forms)),
        )

    def numbers(self, token: str, lower: str) -> tuple[int, int]:
        """Gives the numbers of the token's exact and lower form, 0 where no span knows it."""
        return self._exact_forms.get(token, 0), self._lower_forms.get(lower, 0)

    def add(self, added: Floats, exact: Ints, lower: Ints) -> None:
        """Adds what the spans that begin at each place add to `added`, (n_places, 5); both forms are (n_places,)."""
        places, numbers = self._pairs.add(added, lower[:-1] << _BITS | lower[1:])
        led = places[self._leads.take(numbers)]
        for length, lowered, table in self._more:
            forms = lower if lowered else exact
            keys = forms.take(led)
            for step in range(1, length):
                keys = keys << _BITS | forms.take(led + step)
            table.add(added, keys, led)


class _SpanTable:
    """Spans of one length with what each adds."""

    def __init__(self, rows: Rows, forms: Mapping[str, int]) -> None:
        self._table = KeyTable([_key(forms, tokens) for tokens in rows])
        self._rows = np.array(list(rows.values())).reshape(-1, len(_REACH))

    def add(self, added: Floats, keys: Ints, places: Ints | None = None) -> tuple[Ints, Ints]:
        """Adds the rows of known keys at their places, all of them different; gives known places and numbers."""
        hits, numbers = self._table.find(keys)
        hits = hits if places is None else places.take(hits)
        added[hits] += self._rows.take(numbers, axis=0)
        return hits, numbers


def _known_rows(margins: Mapping[str, float], suffix: str, spans: Sequence[int] = (2, 3)) -> Rows:
    """Gives the spans that the model weighs, by default pairs and triples, with what each adds."""
    lengths = {f"{name}{suffix}": length for length in spans for name in _SPANS[length].values()}
    columns = {f"{name}{suffix}": at - _REACH[0] for length in spans for at, name in _SPANS[length].items()}
    rows: Rows = {}
    for attribute, margin in margins.items():
        name, _, value = attribute.partition("=")
        if name in lengths and len(tokens := tuple(value.split(" "))) == lengths[name]:
            rows.setdefault(tokens, np.zeros(len(_REACH)))[columns[name]] = margin
    return rows


def _in_dictionary(margins: Mapping[str, float], length: int) -> Floats:
    """Gives what a span adds where the dictionary knows it, beside what it would add if not."""
    row = np.zeros(len(_REACH))
    for at, name in _SPANS[length].items():
        head = f"{name}.is_in_dict="
        row[at - _REACH[0]] = margins.get(f"{head}True", 0.0) - margins.get(f"{head}False", 0.0)
    return row


def _windows(margins: Mapping[str, float]) -> Floats:
    """Gives what all spans of a window of five tokens add for its tokens' kinds alone, by the window's code.

    That is what they add as spans that no dictionary knows, titled or not; or as spans across an edge of the sentence.
    """
    return np.array(
        [sum(_kinds_add(margins, kinds)) for kinds in product((_PLAIN, _TITLED, _FIRST, _LAST), repeat=len(_REACH))]
    )


def _kinds_add(margins: Mapping[str, float], kinds: Sequence[int]) -> Iterator[float]:
    for length in (2, 3):
        for at, name in _SPANS[length].items():
            span = kinds[at - _REACH[0] :][:length]
            edge = "BOS" if span[0] == _FIRST else "EOS" if span[-1] == _LAST else ""
            facts = (
                [f"{kind}={edge}" for kind in ("", ".lower", ".istitle", ".is_in_dict")]
                if edge
                else [f".istitle={all(kind == _TITLED for kind in span)}", ".is_in_dict=False"]
            )
            yield from (margins.get(f"{name}{fact}", 0.0) for fact in facts)


def _window_codes(kinds: Ints) -> Ints:
    """Gives the code of the window around every place but the two at each end."""
    two = kinds[:-1] << _KIND_BITS | kinds[1:]
    return (two[:-3] << 2 * _KIND_BITS | two[2:-1]) << _KIND_BITS | kinds[4:]


def _numbered(spans: Iterable[Tokens]) -> dict[str, int]:
    """Numbers the forms of the spans from 1; 0 is kept for forms that no span knows."""
    return {form: number for number, form in enumerate(dict.fromkeys(f for span in spans for f in span), start=1)}


def _key(numbers: Mapping[str, int], tokens: Tokens) -> int:
    key = 0
    for token in tokens:
        key = key << _BITS | numbers[token]
    return key
