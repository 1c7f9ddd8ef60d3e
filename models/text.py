"""Text as the classifier reads it: one spelling of tones and letters, lines, sentences.

Unicode NFC and legacy encodings are settled before (`crawlers.decode`); words are cut later (`models.segment`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SHOUT_MIN_LETTERS: Final = 8  # letters; a shorter all-capitals line is an abbreviation or a name, not a headline
MAX_SENTENCE_CHARS: Final = 2_000  # characters; longer runs without a full stop are tables or lists, cut at a blank

_UNSEEN: Final = "\u00ad\u061c\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2064"  # soft hyphen, zero width, direction marks
_LETTERS: Final = {"ð": "đ", "Ð": "Đ", "ɖ": "đ", "Ɖ": "Đ"}  # Icelandic and African d
_ODD: Final = re.compile(f"[{_UNSEEN}{''.join(_LETTERS)}]")
_LOOKALIKES: Final = str.maketrans("аеорсухіАВЕКМНОРСТХІοΟαΑΒΕΗΙΚΜΝΡΤΧ", "aeopcyxiABEKMHOPCTXIoOaABEHIKMNPTX")
_FOREIGN_LETTER: Final = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_FOREIGN_WORD: Final = re.compile(r"[^\W\d_]*[\u0370-\u03ff\u0400-\u04ff][^\W\d_]*")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_BLANKS: Final = re.compile(r"[^\S\n]{2,}|[^\S\n ]")  # every run of blanks that is not one space
_BLANK_LINES: Final = re.compile(r" ?\n[ \n]*")


def _tone_table() -> dict[str, str]:
    tones = {"o": "òóỏõọ", "u": "ùúủũụ", "a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
    return {
        old: new
        for first, second in ("oa", "oe", "uy")
        for moved, kept in zip(tones[second], tones[first], strict=True)
        for old, new in _cased(first + moved, kept + second)
    }


def _cased(old: str, new: str) -> list[tuple[str, str]]:
    return [(old, new), (old.upper(), new.upper()), (old.capitalize(), new.capitalize())]


_NEW_TONES: Final = _tone_table()  # "oà" -> "òa"
_OLD_TONES: Final = {new: old for old, new in _NEW_TONES.items()}
_OPEN_OLD: Final = re.compile(
    r"""[oOuU](?:(?<=[oO])[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]|(?<![qQ].)(?<=[uU])[ỳýỷỹỵỲÝỶỸỴ])(?![^\W\d_])"""
)  # written so that it begins with a set of letters: such a search is many times faster
_OPEN_NEW: Final = re.compile(
    r"""[òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ](?:(?<=[òóỏõọÒÓỎÕỌ])[aeAE]|(?<=[ùúủũụÙÚỦŨỤ])[yY])(?![^\W\d_])"""
)
_CLOSED_NEW: Final = re.compile(
    r"""[òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ](?:(?<=[òóỏõọÒÓỎÕỌ])[aeAE](?=[ncmptiyoNCMPTIYO])|(?<=[qQ].)[yY])"""
)
_ABBREVIATIONS: Final = frozenset(
    re.findall(r"\S+", "tp tx tt ts ths th.s gs pgs bs ks ls nxb đh cđ tr st dr mr mrs ms no vs vd tel đt")
)  # written with a full stop that ends nothing: TP. Lạng Sơn, PGS.TS. Nguyễn …; so does any single letter
_STOP: Final = re.compile(
    r"""(?P<stop>[.!?…](?<![.!?…].)[.!?…]*+[)\]"”’»]*+)\s++(?=["“‘«(\[–—-]*\s*[A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ0-9])"""
)
_ROMAN: Final = re.compile(r"\b[ivx]{2,}\b")


def normalise(text: str) -> str:
    """Gives the text the one spelling that everything below relies on; doing it twice changes nothing.

    Unseen format characters go, blanks become one space, lookalike letters of other alphabets inside Latin words
    become Latin, tone marks stand where today's press sets them (hoà becomes hòa, tòan becomes toàn), and lines that
    are all capitals become lower case with a capital first letter. Lines stay lines; empty ones go.
    """
    if not text.isascii():
        text = _ODD.sub(lambda match: _LETTERS.get(match[0], ""), text)
    text = _BLANK_LINES.sub("\n", _BLANKS.sub(" ", text.replace("\r", "\n"))).strip()
    if not text.isascii():
        text = _mended(text)
    return "\n".join(_quiet(line) if line.isupper() else line for line in text.split("\n"))


def _mended(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if _FOREIGN_LETTER.search(text):
        text = unicodedata.normalize(
            "NFC", _FOREIGN_WORD.sub(_latinised, text)
        )  # an accent may have waited for its letter
    return _CLOSED_NEW.sub(_moved_tone, _OPEN_OLD.sub(_new_tone, text))


def old_tones(text: str) -> str:
    """Gives hòa back as hoà, for a reader trained on that spelling."""
    return _OPEN_NEW.sub(lambda match: _OLD_TONES.get(match[0], match[0]), text)


def sentences(text: str) -> list[str]:
    """Cuts text into sentences, never across lines; abbreviations, initials, numbers and dates end none.

    Every sentence is a piece of the text with its outer blanks removed, at most `MAX_SENTENCE_CHARS` long.
    """
    return [piece for line in text.splitlines() for sentence in _cut(line) for piece in _capped(sentence)]


def _cut(line: str) -> list[str]:
    pieces, start = [], 0
    for match in _STOP.finditer(line):
        if not _ends_nothing(line, start, match.start()):
            pieces.append(line[start : match.end("stop")].strip())
            start = match.end()
    pieces.append(line[start:].strip())
    return [piece for piece in pieces if piece]


def _ends_nothing(line: str, start: int, stop: int) -> bool:
    """Tells whether the full stop at `stop` belongs to an abbreviation, an initial or the number of a list item."""
    if line[stop] != "." or line.startswith("..", stop):
        return False
    word = line[max(start, stop - 12) : stop].rpartition(" ")[2].lstrip("(\"“'‘[")
    tail = word.rpartition(".")[2]
    if (len(tail) == 1 and tail.isalpha()) or tail.lower() in _ABBREVIATIONS:
        return True
    return word.isdigit() and len(word) <= 2 and not line[start:stop].strip().removesuffix(word)


def _capped(sentence: str) -> list[str]:
    pieces = []
    while len(sentence) > MAX_SENTENCE_CHARS:
        cut = sentence.rfind(" ", 1, MAX_SENTENCE_CHARS)
        cut = cut if cut > 0 else MAX_SENTENCE_CHARS
        pieces.append(sentence[:cut].rstrip())
        sentence = sentence[cut:].lstrip()
    return [*pieces, sentence] if sentence else pieces


def _latinised(match: re.Match[str]) -> str:
    word = match[0]
    return word.translate(_LOOKALIKES) if _LATIN.search(word) else word


def _new_tone(match: re.Match[str]) -> str:
    return _NEW_TONES.get(match[0], match[0])


def _moved_tone(match: re.Match[str]) -> str:
    """Gives the tòa of tòan as toà, and úy of qúy as uý."""
    return _OLD_TONES.get(match[0], match[0])


def _quiet(line: str) -> str:
    """Gives an all-capitals line in lower case, its first letter and its Roman numerals as they were."""
    if sum(char.isalpha() for char in line) < SHOUT_MIN_LETTERS or " " not in line:
        return line
    low = _ROMAN.sub(lambda match: match[0].upper(), line.lower())
    first = next(place for place, char in enumerate(low) if char.isalpha())
    return low[:first] + low[first].upper() + low[first + 1 :]
