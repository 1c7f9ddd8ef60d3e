"""Bytes become text here, once: charset by votes, legacy Vietnamese encodings repaired, Unicode NFC, plain spaces."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from crawlers.errors import ParseError
from crawlers.legacy import repair, vietnamese_share
from crawlers.reason import because

META_REACH: Final = 16_384  # bytes searched for a declared charset; some portals put kilobytes of script before it
BROKEN_SHARE: Final = 0.05  # of UTF-8 sequences that may be broken; a page in another charset breaks nearly all
MAX_CONTROL_SHARE: Final = 0.01  # of control bytes in text; images and archives have about a tenth
SNIFF: Final = 65_536  # bytes looked at to tell text from something else
ALIASES: Final = {  # what servers say -> what they mean (as browsers read it)
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "unicode": "utf-16",
    "x-windows-1258": "cp1258",
    "windows-1258": "cp1258",
}
NO_CHARSETS: Final = ("utf", "idna", "punycode", "unicode_escape", "raw_unicode_escape")  # utf: tried before
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAGIC: Final = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"Rar!", b"RIFF")

_DECLARED: Final = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*+=\s*+["']?+\s*+([\w.:-]{1,40})|<\?xml[^>]{0,200}?encoding\s*+=\s*+["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(r"""charset\s*+=\s*+["']?+\s*+([\w.:-]{1,40})""", re.IGNORECASE)
_CONTROL: Final = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b\x0b")
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_FORMAT: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ue000-\uf8ff\ud800-\udfff]"  # half pairs, from JSON, cannot be stored
)
_BREAK: Final = re.compile(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")  # beside "\n"
_SPACE: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r" ?\n[ \n]*")  # where spaces are single: one pass, however long the run


def decode(body: bytes, content_type: str | None, *, url: str = "") -> str:
    """Returns the text of `body`, in NFC, legacy Vietnamese repaired; single broken bytes become "\N{REPLACEMENT CHARACTER}".

    A byte order mark decides, then valid UTF-8; otherwise header, meta and the usual charsets are tried, and the one
    that makes the most Vietnamese words wins. Raises ParseError where the bytes are not text.
    """
    _refuse_binary(body, url)
    text = _decode(body, content_type)
    return unicodedata.normalize("NFC", repair(text))


def clean_text(text: str) -> str:
    """Returns `text` as all text is kept: NFC, no invisible characters, one space between words, one newline between paragraphs.

    Legacy Vietnamese encodings are repaired. Cleaning twice changes nothing the second time.
    """
    text = unicodedata.normalize("NFC", _FORMAT.sub("", repair(text)))
    return _LINES.sub("\n", _SPACE.sub(" ", _BREAK.sub("\n", text))).strip()


def _decode(body: bytes, content_type: str | None) -> str:
    for mark, name in BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return text if "\x00" not in text[:SNIFF] else body.decode(_wide(body) or "utf-8", "replace")
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    if _nearly_utf8(body):
        return body.decode("utf-8", "rasoat.mend")
    return max((body.decode(name, "replace") for name in _candidates(body, content_type)), key=_credit)


def _candidates(body: bytes, content_type: str | None) -> list[str]:
    """Returns codec names by trust: header, meta, then what Vietnamese pages are written in."""
    header = _HEADER.search(content_type or "")
    declared = _DECLARED.search(body[:META_REACH])
    votes = [header[1] if header else "", (declared[1] or declared[2]).decode("ascii") if declared else ""]
    names = []
    for vote in [*votes, "cp1258", "cp1252"]:
        name = _charset(ALIASES.get(vote.lower(), vote))
        if name and name not in names:
            names.append(name)
    return names


def _charset(name: str) -> str:
    """Returns the codec's own name where `name` is a charset of texts, else "": a page may declare any word of Python's."""
    try:
        known = codecs.lookup(name).name
        plain = b"<a>".decode(known, "replace") == "<a>"  # not so for EBCDIC; rot13, zlib and "undefined" raise
    except (LookupError, UnicodeError):
        return ""
    return known if plain and not known.replace("-", "_").startswith(NO_CHARSETS) else ""


def _credit(text: str) -> tuple[float, int]:
    sample = unicodedata.normalize("NFC", text[:SNIFF])
    return vietnamese_share(repair(sample)), -sample.count("\ufffd")


def _nearly_utf8(body: bytes) -> bool:
    good = len(_SEQUENCE.findall(body))
    bad = len(_HIGH.findall(_SEQUENCE.sub(b" ", body)))
    return good > 0 and bad <= max(1, BROKEN_SHARE * (good + bad))


def _wide(body: bytes) -> str | None:
    """Returns the UTF-16 flavour of bytes without a mark, or None: every other byte of markup is zero."""
    head = body[:SNIFF]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) / 5 and not even:
        return "utf-16-le"
    if even > len(head) / 5 and not odd:
        return "utf-16-be"
    return None


def _refuse_binary(body: bytes, url: str) -> None:
    head = body[:SNIFF]
    if head.lstrip()[:8].startswith(MAGIC):
        raise ParseError(url, "charset", because("not_text", text=repr(head.lstrip()[:5])))
    if any(head.startswith(mark) for mark, _ in BOMS) or _wide(head):
        return
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > max(2, MAX_CONTROL_SHARE * len(head)):
        raise ParseError(url, "charset", because("control_bytes", number=control, total=len(head)))


def _mend(error: UnicodeError) -> tuple[str, int]:
    """Reads a stray byte as Windows punctuation or space where it is one."""
    assert isinstance(error, UnicodeDecodeError)
    stray = error.object[error.start : error.start + 1]
    return ("\N{REPLACEMENT CHARACTER}" if stray >= b"\xa1" else stray.decode("cp1252", "replace")), error.start + 1


codecs.register_error("rasoat.mend", _mend)
