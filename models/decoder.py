"""Decodes underthesea's word CRF from tables: the same words as underthesea, without its feature strings.

What a token adds at distances -2 to 2 is five numbers; pairs and triples of tokens that the model or its dictionary
knows stand in hash tables. Where two labelings tie, underthesea's answer depends on its order of additions; such
sentences are reported and the caller asks underthesea itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.crf_file import CrfWeights
from models.hashed import Floats, Ints, RowTable

Bools = NDArray[np.bool_]
Tokens = tuple[str, ...]

TIE: Final = 1e-8  # margins nearer to a threshold than this are ties; float noise of 43 additions is below 1e-12

_BOS, _EOS = 0, 1  # token ids of the paddings
_PAD: Final = 2  # paddings on each side: features reach two tokens away
_BITS: Final = 20  # of one form's number inside a key: the model and its dictionary know fewer than 2**20 forms
_EDGE_KEYS: Final = {"BOS": 1 << 62, "EOS": (1 << 62) + 1}  # above every key of forms
_ALONE: Final = tuple(f"T[{offset}]" for offset in (-2, -1, 0, 1, 2))
_SPANS: Final = {
    2: {-2: "T[-2,-1]", -1: "T[-1,0]", 0: "T[0,1]", 1: "T[1,2]"},
    3: {-2: "T[-2,0]", -1: "T[-1,1]", 0: "T[0,2]"},
}  # tokens in the span -> where it begins, seen from the labelled token -> the model's name of it


class TokenFacts(NamedTuple):
    """What the library's featurizer says of one token alone; the last three are its words "True" and "False"."""

    lower: str
    isdigit: str
    istitle: str
    is_in_dict: str


class CrfDecoder:
    """Labels sequences of tokens by a two-label CRF; it remembers every token it has met until told to forget."""

    def __init__(self, crf: CrfWeights, dictionary: Iterable[str], facts: Callable[[str], TokenFacts]) -> None:
        self._margins = crf.margins
        self._transitions = crf.transitions
        self._facts = facts
        words = [parts for word in dictionary if len(parts := tuple(word.split(" "))) in _SPANS]
        self._spans = {length: _Spans(crf.margins, words, length) for length in _SPANS}
        self.forget()

    @property
    def size(self) -> int:
        """How many distinct tokens are remembered."""
        return len(self._ids)

    def forget(self) -> None:
        """Frees what was learnt of tokens; ids given before mean nothing afterwards."""
        self._ids: dict[str, int] = {}
        self._alone: Floats = np.zeros((1024, len(_ALONE)))
        self._forms: Ints = np.zeros((1024, 2 * len(_SPANS)), np.int64)  # exact and lower number for each span length
        self._title: Bools = np.zeros(1024, np.bool_)
        for edge in ("BOS", "EOS"):
            self._add(f"\n{edge}", [self._sum(f"{name}={edge}", f"{name}.lower={edge}", *(
                f"{name}.{fact}={edge}" for fact in TokenFacts._fields[1:])) for name in _ALONE])  # fmt: skip

    def token_id(self, token: str) -> int:
        """Gives the token's id, learning what it adds on first sight."""
        found = self._ids.get(token)
        return self._learn(token) if found is None else found

    def decode(self, sentences: Sequence[Sequence[int]]) -> tuple[Bools, list[int]]:
        """Labels sentences of token ids.

        Returns:
            One flag per token of all sentences in order, true where the token continues the word before it, and the
            numbers of the sentences where a tie leaves the answer open.
        """
        ids = np.array([token for sentence in sentences for token in (*_FRONT, *sentence, *_BACK)], np.int64)
        lengths = np.array([len(sentence) for sentence in sentences], np.int64)
        numbers = np.repeat(np.arange(len(sentences)), lengths)
        places = np.arange(lengths.sum()) + _PAD * (2 * numbers + 1)
        ends = np.append(numbers[1:] != numbers[:-1], [True] * (len(numbers) > 0))
        inside, ties = self._viterbi(self._score(ids)[places], ends)
        return inside, sorted({int(numbers[place]) for place in ties})

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
        """Sums what label 1 gains over label 0 at each padded place; values at the paddings mean nothing."""
        total = np.zeros(len(ids))
        alone, forms, title = self._alone[ids], self._forms[ids], self._title[ids]
        for column in range(len(_ALONE)):
            _add_at(total, alone[:, column], column - _PAD)
        starts, ends = ids == _BOS, ids == _EOS
        for number, (length, names) in enumerate(_SPANS.items()):
            added = self._spans[length].score(forms[:, 2 * number : 2 * number + 2], title, starts, ends)
            for column, offset in enumerate(names):
                _add_at(total, added[:, column], offset)
        return total

    def _learn(self, token: str) -> int:
        facts = self._facts(token)
        row = [
            self._sum(
                f"{name}={token}",
                f"{name}.lower={facts.lower}",
                f"{name}.isdigit={facts.isdigit}",
                f"{name}.istitle={facts.istitle}",
                f"{name}.is_in_dict={facts.is_in_dict}",
            )
            for name in _ALONE
        ]
        forms = [number for span in self._spans.values() for number in span.numbers(token, facts.lower)]
        return self._add(token, row, forms, title=facts.istitle == "True")

    def _add(self, token: str, row: list[float], forms: Sequence[int] = (0, 0, 0, 0), *, title: bool = False) -> int:
        new = len(self._ids)
        if new == len(self._alone):
            self._alone = np.concatenate([self._alone, np.zeros_like(self._alone)])
            self._forms = np.concatenate([self._forms, np.zeros_like(self._forms)])
            self._title = np.concatenate([self._title, np.zeros_like(self._title)])
        self._alone[new], self._forms[new], self._title[new] = row, forms, title
        self._ids[token] = new
        return new

    def _sum(self, *attributes: str) -> float:
        return sum(self._margins.get(attribute, 0.0) for attribute in attributes)


_FRONT: Final = (_BOS,) * _PAD
_BACK: Final = (_EOS,) * _PAD


class _Spans:
    """What pairs (or triples) of neighbouring tokens add, for each place of the span."""

    def __init__(self, margins: dict[str, float], words: list[Tokens], length: int) -> None:
        self._length = length
        self._names = tuple(_SPANS[length].values())
        exact = self._known(margins, "")
        lower = self._known(margins, ".lower")
        in_dictionary = {word for word in words if len(word) == length}
        self._exact = _numbered(exact)
        self._lower = _numbered({**lower, **dict.fromkeys(in_dictionary)})
        edges = {
            key: np.array([self._edge(margins, name, edge) for name in self._names]) for edge, key in _EDGE_KEYS.items()
        }
        zeros = np.zeros(len(self._names))
        self._exact_table = RowTable({**edges, **{_key(self._exact, t): row for t, row in exact.items()}}, zeros)
        absent = np.array([margins.get(f"{name}.is_in_dict=False", 0.0) for name in self._names])
        present = np.array([margins.get(f"{name}.is_in_dict=True", 0.0) for name in self._names])
        rows = {
            _key(self._lower, tokens): lower.get(tokens, zeros) + (present if tokens in in_dictionary else absent)
            for tokens in {**lower, **dict.fromkeys(in_dictionary)}
        }
        self._lower_table = RowTable({**dict.fromkeys(_EDGE_KEYS.values(), zeros), **rows}, absent)
        self._titles = np.array(
            [[margins.get(f"{name}.istitle={flag}", 0.0) for name in self._names] for flag in ("False", "True")]
        )

    def numbers(self, token: str, lower: str) -> tuple[int, int]:
        """Gives the numbers of the token's exact and lower form, 0 where no span knows it."""
        return self._exact.get(token, 0), self._lower.get(lower, 0)

    def score(self, forms: Ints, title: Bools, starts: Bools, ends: Bools) -> Floats:
        """Gives what the span beginning at each place adds: shape (n_places - length + 1, n_names)."""
        count = len(forms) - self._length + 1
        exact, lower = np.zeros(count, np.int64), np.zeros(count, np.int64)
        titled = np.ones(count, np.bool_)
        for step in range(self._length):
            exact = exact << _BITS | forms[step : step + count, 0]
            lower = lower << _BITS | forms[step : step + count, 1]
            titled &= title[step : step + count]
        for keys in (exact, lower):
            keys[ends[self._length - 1 :]] = _EDGE_KEYS["EOS"]
            keys[starts[:count]] = _EDGE_KEYS["BOS"]
        titles = self._titles[titled.astype(np.int64)]
        titles[ends[self._length - 1 :] | starts[:count]] = 0.0
        added: Floats = self._exact_table.rows(exact) + self._lower_table.rows(lower) + titles
        return added

    def _known(self, margins: dict[str, float], suffix: str) -> dict[Tokens, Floats]:
        """Gives the spans that the model weighs, with what each adds at each place."""
        rows: dict[Tokens, Floats] = {}
        for column, name in enumerate(self._names):
            head = f"{name}{suffix}="
            for attribute, margin in margins.items():
                if (
                    attribute.startswith(head)
                    and len(parts := tuple(attribute[len(head) :].split(" "))) == self._length
                ):
                    rows.setdefault(parts, np.zeros(len(self._names)))[column] = margin
        return rows

    @staticmethod
    def _edge(margins: dict[str, float], name: str, edge: str) -> float:
        kinds = ("", ".lower", ".istitle", ".is_in_dict")
        return sum(margins.get(f"{name}{kind}={edge}", 0.0) for kind in kinds)


def _numbered(spans: Iterable[Tokens]) -> dict[str, int]:
    """Numbers the forms of the spans from 1; 0 is kept for forms that no span knows."""
    return {form: number for number, form in enumerate(dict.fromkeys(f for span in spans for f in span), start=1)}


def _key(numbers: dict[str, int], tokens: Tokens) -> int:
    key = 0
    for token in tokens:
        key = key << _BITS | numbers[token]
    return key


def _add_at(total: Floats, values: Floats, offset: int) -> None:
    """Adds values[t + offset] to total[t] wherever both exist."""
    first, last = max(0, -offset), min(len(total), len(values) - offset)
    total[first:last] += values[first + offset : last + offset]
