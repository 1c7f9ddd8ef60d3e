"""Repairs Vietnamese text written for the fonts of the 1990s (TCVN3/ABC and VNI) and read as if it were Latin-1."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

MIN_WORDS: Final = 2  # words with marks in a run; one alone proves no encoding
GOOD: Final = 0.8  # share of Vietnamese syllables after a repair; real text has 0.95 and more, names and units apart
MAX_SYLLABLE: Final = 12  # letters; "nghiêng" has 7
BAD: Final = 0.5  # share above which a run is left as it is; text in a foreign font has about 0.1

_TCVN3: Final = str.maketrans(
    dict(
        zip(
            "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
            "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
            strict=True,
        )
    )
)
_VNI_AFTER: Final = {  # the letter written after a vowel -> the marks it stands for, as combining characters
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_ALONE: Final = {"ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
_VNI_PAIR: Final = re.compile(f"([aeouyôö])([{''.join(_VNI_AFTER)}])|([{''.join(_VNI_ALONE)}])", re.IGNORECASE)

_SUSPECT: Final = re.compile(
    "[\u00a1-\u00b9\u00bb-\u00bf\u00c4-\u00c7\u00cb\u00ce-\u00d1\u00d6-\u00d8\u00db-\u00df\u00e4-\u00e7\u00eb\u00ee-\u00f1\u00f6-\u00f8\u00fb-\u00ff]"
)
_RUN_END: Final = re.compile(r"[<>\n]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ONSET: Final = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_RHYME: Final = (
    "(?:[aăâeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|yê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu"
    "|iêu|yêu|oai|oay|oeo|uây|uôi|uya|uyê|uyu|ươi|ươu|uao|uay|uai|ya|oao|ue)(?:ch|nh|ng|[cmnpt])?"
)
_SYLLABLE: Final = re.compile(_ONSET + _RHYME)
_NO_TONES: Final = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


def repair(text: str) -> str:
    """Returns `text` with runs in TCVN3 or VNI turned into Unicode; runs that are Vietnamese already stay as they are."""
    pieces: list[str] = []
    done = 0
    for suspect in _SUSPECT.finditer(text):
        if suspect.start() < done:
            continue
        start = max(done, *(text.rfind(mark, done, suspect.start()) + 1 for mark in "<>\n"))
        end = _RUN_END.search(text, suspect.end())
        pieces += text[done:start], _repair_run(text[start : end.start() if end else None])
        done = end.start() if end else len(text)
    return "".join([*pieces, text[done:]])


def vietnamese_share(text: str) -> float:
    """Returns the share of Vietnamese syllables (0 to 1) among the words that carry marks; 0.0 where there are none."""
    right, all_ = _count(text)
    return right / all_ if all_ else 0.0


def _repair_run(run: str) -> str:
    right, marked = _count(run)
    if marked < MIN_WORDS or right >= BAD * marked:
        return run
    attempts = [(_count(attempt), attempt) for attempt in (_vni(run), run.translate(_TCVN3))]
    (right, marked), best = max(attempts, key=lambda each: each[0][0] / max(each[0][1], 1))
    return best if marked >= MIN_WORDS and right >= GOOD * marked else run


def _vni(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        vowel, mark, alone = match.groups()
        if alone:
            return _cased(_VNI_ALONE[alone.lower()], alone)
        base = _cased(_VNI_ALONE.get(vowel.lower(), vowel.lower()), vowel)
        return unicodedata.normalize("NFC", base + _VNI_AFTER[mark.lower()])

    return _VNI_PAIR.sub(letter, text)


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter


def _count(text: str) -> tuple[int, int]:
    """Returns how many of the words with marks are Vietnamese syllables, and how many such words there are."""
    plain = unicodedata.normalize("NFC", text.replace("\u00ad", ""))
    words = [word for word in _WORD.findall(plain) if not word.isascii()]
    return sum(map(_is_syllable, words)), len(words)


@lru_cache(maxsize=32_768)  # words; Vietnamese has some 7,000 syllables, and a page asks for each again and again
def _is_syllable(word: str) -> bool:
    if len(word) > MAX_SYLLABLE:
        return False
    parts = unicodedata.normalize("NFD", word.lower())
    bare = parts.translate(_NO_TONES)
    if len(parts) - len(bare) > 1:
        return False
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None
