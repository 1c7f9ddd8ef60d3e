"""Vietnamese words by underthesea's own model, sentence by sentence, so that no word joins across sentences or lines.

Two things are mended on the way. underthesea rewrites hoà as hòa before a model that was trained on hoà, so that
"văn hóa" and "ủy ban" fall apart: here the model sees the old form and the new one comes out. And where its model
files are the known ones, they are decoded from tables (`models.decoder`), some twenty times faster, word for word the
same; otherwise underthesea itself does the work.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Final

import joblib
import underthesea.pipeline.word_tokenize as library
from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger
from underthesea.pipeline.word_tokenize.regex_tokenize import tokenize
from underthesea_core import CRFFeaturizer

from models.crf_file import read_crf
from models.decoder import CrfDecoder, TokenFacts
from models.text import normalise, old_tones, sentences

SEGMENTER_VERSION: Final = "1"  # part of every cache key; grows when any text may give other words

MAX_TEXT_CHARS: Final = 200_000  # characters of one text that are read; the longest political reports have some 150,000
MAX_CHUNK_CHARS: Final = 200  # characters without a blank; the library's address patterns are quadratic in them
MAX_REMEMBERED: Final = 200_000  # distinct tokens; about 100 MB with their chunks, then memory starts afresh
BATCH_CHARS: Final = 200_000  # characters decoded at a time: bounds the arrays, and hides numpy's overhead

_MODEL_FOLDER: Final = Path(library.__file__).parent / "models" / "ws_crf_vlsp2013_20230727"
_KNOWN_FILES: Final = {  # SHA-256 of the files that the tables were checked against (underthesea 9.5)
    "models.bin": "c3a64c64349f1d73304f89babacaa8f8cd6078b1ec1a1b2c104e9e411ac1d2c3",
    "features.bin": "cf93263c7c7973bf50122b0be76a394443ff61be00c1368713dee1b7d5b8a435",
    "dictionary.bin": "ec8c62b3881c6682c18959988e1fe08800cc835777778845bded470ca02745d9",
}
_SPACED_TOKEN: Final = re.compile(r"Th\s[Ss]")  # the one pattern of the library that matches across a blank
_LONG_CHUNK: Final = re.compile(rf"\S{{{MAX_CHUNK_CHARS}}}(?=\S)")

Chunk = tuple[tuple[int, ...], tuple[str, ...]]  # token ids and the tokens as written, of a run without blanks


class Segmenter:
    """Cuts texts into words. It remembers tokens it has met, within bounds; share one in each process.

    `fast=False` asks underthesea for every sentence.
    """

    def __init__(self, *, fast: bool = True) -> None:
        self._decoder = _table_decoder() if fast and _files_are_known() else None
        self._chunks: dict[str, Chunk] = {}

    @property
    def is_fast(self) -> bool:
        """Whether the tables are in use: asked for, and underthesea's model files are the known ones."""
        return self._decoder is not None

    def segment(self, texts: Sequence[str]) -> list[str]:
        """Gives each text as lines of words, one sentence a line, syllables of a word joined by "_"."""
        return ["\n".join(lines) for lines in self.segment_lines([sentences(text[:MAX_TEXT_CHARS]) for text in texts])]

    def segment_lines(self, texts: Sequence[Sequence[str]]) -> list[list[str]]:
        """Gives the words of each line of each text; a line without words gives an empty line."""
        lines = [_LONG_CHUNK.sub(r"\g<0> ", line) for text in texts for line in _normal_lines(text)]
        words: list[str] = []
        for batch in _batches(lines):
            words += (
                [self._ask(line) for line in batch] if self._decoder is None else self._decode(batch, self._decoder)
            )
        rest = iter(words)
        return [[next(rest) for _ in text] for text in texts]

    def _decode(self, lines: Sequence[str], decoder: CrfDecoder) -> list[str]:
        if decoder.size > MAX_REMEMBERED:
            decoder.forget()
            self._chunks.clear()
        chunks = [self._line_chunks(line, decoder) for line in lines]
        inside, open_lines = decoder.decode([[i for ids, _ in line for i in ids] for line in chunks])
        flags = iter(inside.tolist())
        words = [_joined([token for _, tokens in line for token in tokens], flags) for line in chunks]
        spaced = [number for number, line in enumerate(lines) if _SPACED_TOKEN.search(line)]
        for number in {*open_lines, *spaced}:
            words[number] = self._ask(lines[number])
        return words

    def _line_chunks(self, line: str, decoder: CrfDecoder) -> list[Chunk]:
        """Gives the chunks of a line; one that ends the line with a full stop is cut differently, hence its own key."""
        keys = line.split()
        if keys and keys[-1].endswith("."):
            keys[-1] += "\n"
        return [self._chunks.get(key) or self._learn(key, decoder) for key in keys]

    def _learn(self, key: str, decoder: CrfDecoder) -> Chunk:
        chunk = key[:-1] if key.endswith("\n") else f"{key} "
        tokens = tuple(tokenize(chunk))
        self._chunks[key] = tuple(decoder.token_id(old_tones(token)) for token in tokens), tokens
        return self._chunks[key]

    def _ask(self, line: str) -> str:
        """Cuts one line by underthesea itself."""
        tokens = tokenize(line)
        labels = _tagger().predict([[old_tones(token)] for token in tokens])
        return _joined(tokens, (label == "I-W" for label in labels))


def _joined(tokens: Sequence[str], inside: Iterator[bool]) -> str:
    """Joins tokens into words: "_" before a token that continues a word, a blank before any other."""
    marks = ("_" if flag else " " for flag in islice(inside, len(tokens)))
    return "".join(chain.from_iterable(zip(marks, tokens, strict=True)))[1:].replace("Th S", "Th_S")


def _normal_lines(lines: Sequence[str]) -> list[str]:
    """Normalises lines together, which is quicker than one by one, unless one vanishes."""
    flat = [" ".join(line.split()) for line in lines]
    together = normalise("\n".join(flat)).split("\n")
    return together if len(together) == len(flat) else [normalise(line) for line in flat]


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
    features = joblib.load(_MODEL_FOLDER / "features.bin")  # pickles, but of known content: see _KNOWN_FILES
    dictionary = joblib.load(_MODEL_FOLDER / "dictionary.bin")
    featurizer = CRFFeaturizer(features, dictionary)
    places = [features.index(f"T[0].{name}") for name in TokenFacts._fields]

    def facts(token: str) -> TokenFacts:
        row = featurizer.process([[[token]]])[0][0]
        return TokenFacts(*(row[place].partition("=")[2] for place in places))

    return CrfDecoder(read_crf(_MODEL_FOLDER / "models.bin"), dictionary, facts)


@cache
def _tagger() -> FastCRFSequenceTagger:
    tagger = FastCRFSequenceTagger()
    tagger.load(str(_MODEL_FOLDER))
    return tagger
