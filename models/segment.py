"""Vietnamese words by underthesea's own model, sentence by sentence, so that no word joins across sentences or lines.

Two things are mended on the way. underthesea rewrites hoà as hòa before a model that was trained on hoà, so that
"văn hóa" and "ủy ban" fall apart: here the model sees the old form and the new one comes out. And where its model
files are the known ones, they are decoded from tables (`models.decoder`), some twenty times faster, word for word the
same; otherwise underthesea itself does the work.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Final

import joblib
import numpy as np
import underthesea.pipeline.word_tokenize as library
from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger
from underthesea.pipeline.text_normalize import token_normalize
from underthesea.pipeline.text_normalize.character_normalize import normalize_characters_in_text
from underthesea.pipeline.word_tokenize.regex_tokenize import patterns, tokenize
from underthesea_core import CRFFeaturizer

from models.crf_file import read_crf
from models.decoder import BOS, BREAK, END, EOS, START, Bools, CrfDecoder, TokenFacts
from models.hashed import Ints
from models.kept import SEGMENTER_VERSION
from models.text import normalise, old_tones

MAX_CHUNK_CHARS: Final = 200  # characters without a blank; the library's address patterns are quadratic in them
MAX_REMEMBERED: Final = 300_000  # distinct chunks and tokens together; about 100 MB, then memory starts afresh
BATCH_CHARS: Final = (
    60_000  # characters decoded at a time: arrays that stay near the processor, with numpy's overhead hidden
)

_MODEL_FOLDER: Final = Path(library.__file__).parent / "models" / "ws_crf_vlsp2013_20230727"
_KNOWN_FILES: Final = {  # SHA-256 of the files that the tables were checked against (underthesea 9.5)
    "models.bin": "c3a64c64349f1d73304f89babacaa8f8cd6078b1ec1a1b2c104e9e411ac1d2c3",
    "features.bin": "cf93263c7c7973bf50122b0be76a394443ff61be00c1368713dee1b7d5b8a435",
    "dictionary.bin": "ec8c62b3881c6682c18959988e1fe08800cc835777778845bded470ca02745d9",
}
_SPACED_TOKEN: Final = re.compile(r"Th\s[Ss]")  # the one pattern of the library that matches across a blank
_LONG_CHUNK: Final = re.compile(rf"\S{{{MAX_CHUNK_CHARS}}}(?=\S)")
_PLAIN_CHUNK: Final = (
    re.compile(  # most chunks: Latin letters or digits, between signs that are always tokens by themselves
        r"""(?P<open>[("“‘]?)
    (?P<core>(?!Th\w[Ss])[A-Za-zÀ-ÖØ-öø-\u024f\u1e00-\u1eff]+(?<!Th)|[0-9]+)  # its "Th.S" takes any letter for the stop
    (?P<close>[,;)”"’]*(?:[:!?…]|(?<!\b(?:Tp|Mr|Ms|Dr))(?<!\bMrs)(?<!\bThS)\.(?=\n))?)\n?""",
        re.VERBOSE,
    )
)
_PROBES: Final = (  # decoded in both ways when a segmenter is made: the library's code may change where its files do not
    "Sáng 12/9/2020, Đảng bộ xã Nà Lầu (huyện Thạch Bình) khai mạc đại hội lần thứ XXIV.",
    "Ủy ban nhân dân tỉnh công bố kế hoạch phát triển văn hóa, thủy lợi: 1.250 tỷ đồng, 3,5 km",
    "Hợp tác xã nông nghiệp",
    "Vâng!",
)
_ODD: Final = -1  # stands in place of a token id before a chunk that makes its line a matter for underthesea itself


class Segmenter:
    """Cuts texts into words. It remembers chunks and tokens it has met, within bounds; share one in each process.

    `fast=False` asks underthesea for every sentence; `mend_tones=False` shows its model new tone marks as they are.
    """

    def __init__(self, *, fast: bool = True, mend_tones: bool = True) -> None:
        self._form: Callable[[str], str] = old_tones if mend_tones else str
        self._chunks = _Chunks(_table_decoder(), self._form) if fast and _files_are_known() else None
        self.version = SEGMENTER_VERSION if mend_tones else f"{SEGMENTER_VERSION}-new-tones"
        if self._chunks is not None and self._decode(_PROBES, self._chunks) != [self._ask(line) for line in _PROBES]:
            self._chunks = None

    @property
    def is_fast(self) -> bool:
        """Whether the tables are in use: asked for, made for the installed model files, and seen to agree with them."""
        return self._chunks is not None

    def segment_lines(self, texts: Sequence[Sequence[str]]) -> list[list[str]]:
        """Gives the words of each line of each text; a line without words gives an empty line."""
        words: list[str] = []
        for batch in _batches([line for text in texts for line in text]):
            words += [self._ask(line) for line in batch] if self._chunks is None else self._decode(batch, self._chunks)
        rest = iter(words)
        return [list(islice(rest, len(text))) for text in texts]

    def _decode(self, lines: Sequence[str], chunks: _Chunks) -> list[str]:
        chunks.keep_within(MAX_REMEMBERED)
        ids = np.fromiter(chain(START, chain.from_iterable(map(chunks.__getitem__, _keys(lines)))), np.int64)
        odd = np.flatnonzero(ids == _ODD)
        asked = _line_numbers(ids, odd)
        ids = np.delete(ids, odd)
        inside, ties = chunks.decoder.decode(ids)
        words = chunks.joined(ids, inside)
        for number in {*asked, *_line_numbers(ids, ties)}:
            words[number] = self._ask(lines[number])
        return words

    def _ask(self, line: str) -> str:
        """Cuts one line by underthesea itself."""
        tokens = tokenize(_LONG_CHUNK.sub(r"\g<0> ", normalise(" ".join(line.split()))))
        labels = _tagger().predict([[self._form(token)] for token in tokens])
        marks = ("_" if label == "I-W" else " " for label in labels)
        return _spaced("".join(chain.from_iterable(zip(marks, tokens, strict=True)))[1:])


class _Chunks(dict[str, tuple[int, ...]]):
    """Token ids of runs without blanks, as they were written before normalising, learnt when they are looked up.

    A chunk that ends its line has a line feed behind it, and the paddings between two sentences: a full stop that ends a
    line is cut differently.
    """

    def __init__(self, decoder: CrfDecoder, form: Callable[[str], str]) -> None:
        self.decoder = decoder
        self._form = form  # of a token, as the model is to see it
        self._forget()

    def keep_within(self, bound: int) -> None:
        """Forgets everything when more than `bound` chunks and tokens are remembered; ids then mean nothing any more."""
        if len(self) + self.decoder.size > bound:
            self._forget()

    def joined(self, ids: Ints, inside: Bools) -> list[str]:
        """Gives each line's words: "_" before a token that continues a word, a blank before any other."""
        text = "".join(map(self._pieces.__getitem__, (2 * ids + inside).tolist()))
        return [line[1:] for line in _spaced(text).split("\n")[:-1]]

    def __missing__(self, key: str) -> tuple[int, ...]:
        plain = _PLAIN_CHUNK.fullmatch(key) if len(key) <= MAX_CHUNK_CHARS else None
        core = plain["core"] if plain else key
        if plain is None:
            ids = self._cut(key)
        elif core != key:
            ids = [*map(self._token_id, plain["open"]), *self[core], *map(self._token_id, plain["close"])]
        else:
            ids = [self._token_id(token_normalize(normalise(core)))]
        learnt = (*ids, *BREAK) if key.endswith("\n") else tuple(ids)
        if len(key) <= MAX_CHUNK_CHARS:
            self[key] = learnt
        return learnt

    def _cut(self, key: str) -> list[int]:
        """Gives the token ids of any chunk by the library's own patterns."""
        chunk = normalise(key)
        pieces = [chunk[start : start + MAX_CHUNK_CHARS] for start in range(0, len(chunk), MAX_CHUNK_CHARS)]
        ids = [self._token_id(token) for token in _tokens(pieces, ends_line=key.endswith("\n"))]
        vanishes = not chunk and key != "\n"
        return [_ODD, *ids] if vanishes or any(piece.endswith("Th") for piece in pieces) else ids

    def _token_id(self, token: str) -> int:
        found = self._ids.get(token)
        if found is None:
            found = self._ids[token] = self.decoder.learn(self._form(token))
            self._pieces += (f" {token}", f"_{token}")
        return found

    def _forget(self) -> None:
        self.clear()
        self.decoder.forget()
        self._ids: dict[str, int] = {}
        self._pieces = [""] * (
            2 * (1 + max(BOS, EOS, END))
        )  # of token `id`: at 2 * id as a word's first, then as another
        self._pieces[2 * END] = "\n"


def _keys(lines: Iterable[str]) -> list[str]:
    """Gives the chunks of lines, the last of each with a line feed; capitals are quietened by the line, all else by chunk."""
    keys: list[str] = []
    for line in lines:
        chunks = (normalise(line) if line.isupper() else line).split() or [""]
        chunks[-1] += "\n"
        keys += chunks
    return keys


def _tokens(pieces: Sequence[str], *, ends_line: bool) -> list[str]:
    """Gives the tokens of the pieces of a chunk; a blank behind tells the patterns that the line goes on.

    That is what the library's `tokenize` gives, without asking every match for the names of its groups.
    """
    stops = [*(" " for _ in pieces[1:]), "" if ends_line and pieces[-1].endswith(".") else " "] if pieces else []
    found = (
        patterns.finditer(normalize_characters_in_text(piece + stop)) for piece, stop in zip(pieces, stops, strict=True)
    )
    return [token_normalize(match[0]) for matches in found for match in matches]


def _line_numbers(ids: Ints, places: Ints) -> list[int]:
    """Gives the numbers of the lines that hold the places."""
    if not places.size:
        return []
    numbers: list[int] = np.searchsorted(np.flatnonzero(ids == END), places).tolist()
    return numbers


def _spaced(words: str) -> str:
    """Joins the one token of the library that has a blank within."""
    return words.replace("Th S", "Th_S")


def _batches(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    start, size = 0, 0
    for number, line in enumerate(lines):
        size += len(line)
        if size > BATCH_CHARS:
            yield lines[start : number + 1]
            start, size = number + 1, 0
    if start < len(lines):
        yield lines[start:]


def _files_are_known() -> bool:
    return all(
        hashlib.sha256((_MODEL_FOLDER / name).read_bytes()).hexdigest() == digest
        for name, digest in _KNOWN_FILES.items()
    )


def _table_decoder() -> CrfDecoder:
    dictionary = joblib.load(_MODEL_FOLDER / "dictionary.bin")  # a pickle, but of known content: see _KNOWN_FILES
    featurizer = CRFFeaturizer([f"T[0].{name}" for name in TokenFacts._fields], dictionary)

    def facts(token: str) -> TokenFacts:
        return TokenFacts(*[said.partition("=")[2] for said in featurizer.process([[[token]]])[0][0]])

    return CrfDecoder(read_crf(_MODEL_FOLDER / "models.bin"), dictionary, facts)


@cache
def _tagger() -> FastCRFSequenceTagger:
    tagger = FastCRFSequenceTagger()
    tagger.load(str(_MODEL_FOLDER))
    return tagger
