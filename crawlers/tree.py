"""HTML → the tree of a page: bounded in size, without comments, and kept for who asks again for the same page."""

from __future__ import annotations

import re
import threading
import unicodedata
from typing import Final

from lxml import etree
from lxml import html as lxml_html

MAX_HTML_CHARS: Final = 8_000_000  # characters; the largest real article page seen has 1.5 million
MAX_TAG_CHARS: Final = 20_000  # characters of one tag; images written into their tag have more, in few attributes
MAX_ATTRIBUTES: Final = 1_000  # words of one tag
_TAG: Final = re.compile(r"""(?P<name>[a-zA-Z][^\s>]{0,50})(?:[^>"']|"[^"]*+"|'[^']*+')*+""")
_MONSTER: Final = re.compile(f"<([^<]{{{MAX_TAG_CHARS + 1},}}+)")
# One class for all tags: no lookup by name.
_ELEMENTS: Final = etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)


class _Last(threading.local):
    """The page that a thread parsed last: what reads one page asks for its tree several times in a row."""

    html: str | None = None
    root: lxml_html.HtmlElement | None = None


_last = _Last()


def page_tree(html: str) -> lxml_html.HtmlElement | None:
    """Returns the tree of a whole page, as `parse_tree` does; asked again for the same page, the same tree. Not to be changed."""
    if html != _last.html:
        _last.html, _last.root = html, parse_tree(html)
    return _last.root


def parse_tree(html: str) -> lxml_html.HtmlElement | None:
    """Returns the tree of `html` without comments, or None where there is nothing to parse."""
    html = _without_monsters(html[:MAX_HTML_CHARS])
    if not html.isascii():
        html = unicodedata.normalize("NFC", html)
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        return lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def _without_monsters(html: str) -> str:
    """Returns `html` without the attributes of tags that have thousands: the parser's time grows with their square."""
    return _MONSTER.sub(_tamed, html) if _has_monsters(html) else html


def _tamed(found: re.Match[str]) -> str:
    piece = found[1]
    tag = _TAG.match(piece)
    if tag is None or len(tag[0].split()) <= MAX_ATTRIBUTES:
        return found[0]
    return f"<{tag['name']} {piece[tag.end() :]}"


def _has_monsters(html: str) -> bool:
    """Tells whether more than MAX_TAG_CHARS characters follow a "<" before the next; looks only at every so many."""
    at = -1  # the beginning counts as a "<"
    while at + MAX_TAG_CHARS + 1 < len(html):
        following = html.rfind("<", at + 1, at + MAX_TAG_CHARS + 2)
        if following < 0:
            return True
        at = following
    return False
