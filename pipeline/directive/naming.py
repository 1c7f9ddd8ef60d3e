"""Names of drafted topics: a stable id, the letter's words as a name, an English name, and a definition."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

from models.text import normalise
from pipeline.directive.letter import Item

NAME_CHARS: Final = 85  # characters of a name; a table of the report has room for one line of it
LEAST_NAME_CHARS: Final = 30  # … that a cut where a sentence turns must leave: the first word of a list says too little
ID_WORDS: Final = 5  # syllables of the letter that make an id
DEFINITION_CHARS: Final = 600  # characters of a definition

OPENING: Final = frozenset(("các", "những", "việc", "sự", "một", "mọi", "về", "và"))  # words that no id begins with
CLOSING: Final = frozenset(
    ("và", "của", "các", "những", "cho", "trong", "với", "ở", "tại", "về", "đối")
)  # … or ends with
_LEADING: Final = re.compile(  # what a letter says before the thing, and a name does without
    r"(?:(?:những|việc|tường thuật(?: trực tiếp)?|đưa tin(?: về)?|phản ánh(?!,)(?: về)?|giới thiệu(?!,)(?: về)?|biểu dương(?!,)|thông tin về)\s+)+",
    re.IGNORECASE,
)
_TOLD_MORE: Final = re.compile(  # behind it a letter lists or bounds what it has named
    r"\s*(?:[:;(]|\.(?=\s)|,? (?:nhất là|đặc biệt là|trọng tâm là|trong đó|cụ thể là|như là)\b)"
)
_COMMA: Final = r"(?<!\b[Pp]hòng)(?<!cháy)(?<!an toàn), "  # "phòng, chống" is one thing
_TURNS: Final = re.compile(  # where a phrase goes on to what, where, when or why
    rf"{_COMMA}| (?:và|cùng|gắn với|phù hợp với|thông qua|đối với|theo(?! dõi)|trong(?! sạch)|tại(?! chỗ| ngũ)|trên|qua|nhằm|để|vì|do|khi) "
)
_OWNERS: Final = re.compile(" của ")  # … to whose it is: a name without that says little


def name_of(item: Item) -> str:
    """Gives the words of an item as a name: what it names first, cut where the phrase turns, with a capital first letter."""
    text = " ".join(normalise(item.text).split()).strip(" ,;:.-–")
    text = _LEADING.sub("", text, count=1) if _LEADING.match(text) else text
    if (more := _TOLD_MORE.search(text)) and more.start() >= LEAST_NAME_CHARS:
        text = text[: more.start()]
    if len(text) > NAME_CHARS:
        whole = text[:NAME_CHARS].rsplit(" ", 1)[0]
        turns = _last(_TURNS, text) or _last(_OWNERS, text)
        text = _unhung(text[:turns]) if turns else f"{_unhung(whole)}…"
    text = text.strip(" ,;:.-–")
    return text[:1].upper() + text[1:]


def _last(turns: re.Pattern[str], text: str) -> int:
    """Gives where a text turns for the last time within a name's length; 0 where it does not, or too soon."""
    found = (match.start() for match in turns.finditer(text[: NAME_CHARS + 1]))
    return max((start for start in found if start >= LEAST_NAME_CHARS), default=0)


def id_of(text: str, taken: Collection[str]) -> str:
    """Gives an id from the first words of a text that say something, unlike all that are taken."""
    said = re.findall(r"[^\W_]+", text.lower())
    while len(said) > 1 and said[0] in OPENING:
        said = said[1:]
    plain = re.sub(r"[^a-z0-9]+", "_", unmarked(_unhung(" ".join(said[:ID_WORDS]))).lower()).strip("_")[:56] or "chu_de"
    return fresh(plain, taken)


def fresh(name: str, taken: Collection[str]) -> str:
    """Gives an id with a number behind it where it is taken already."""
    number, made = 1, name
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    return made


def unmarked(text: str) -> str:
    """Gives Vietnamese without marks."""
    split = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def definition_of(items: Sequence[Item]) -> str:
    """Gives what the letter says of a topic, in its words, each wording once."""
    texts = dict.fromkeys(" ".join(item.text.split()).strip(" ,;:.-–") for item in items)
    made = ""
    for text in texts:
        longer = f"{made}; {text}" if made else text[:1].upper() + text[1:]
        if made and len(longer) > DEFINITION_CHARS:
            break
        made = longer
    return f"{made[:DEFINITION_CHARS]}."


def _unhung(text: str) -> str:
    """Gives words without those at their end that would go on."""
    said = text.rstrip(" ,;:.-–").split(" ")
    while len(said) > 1 and said[-1].lower() in CLOSING:
        said.pop()
    return " ".join(said)
