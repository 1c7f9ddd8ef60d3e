"""Cuts an HTML page into blocks of text and the boxes that hold them, in one pass over the tree.

A block is what a reader sees as one paragraph, heading or row of text; a box is a block-level element. Everything that
judges a page (`crawlers.body`, `crawlers.byline`, `crawlers.kind`, `crawlers.site`) works on this outline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zlib import crc32

from lxml import etree
from lxml import html as lxml_html

MAX_BLOCKS: Final = 10_000  # blocks read of one page; the longest of the benchmarks has 700
MAX_NAME_CHARS: Final = 1_000  # characters of one class or id; the longest lists of classes seen have 300
MAX_BOXES: Final = 40_000  # boxes, empty ones included
MAX_UNCOVERED: Final = (
    3  # hidden elements around one another that hold most of a page; single-page applications have one
)

SKIPPED: Final = frozenset([
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "select", "option",
    "button", "textarea", "canvas", "map", "head", "audio", "video", "applet", "datalist", "input", "label",
])  # fmt: skip
INLINE: Final = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "mark", "o:p", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "st1:place", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "picture", "source", "nobr", "amp-img",
    "shape", "path",
])  # fmt: skip
QUIET: Final = frozenset({"nav", "footer", "aside", "menu", "dialog"})  # tags whose text is never the article's own
QUIET_ROLES: Final = frozenset(
    {"navigation", "contentinfo", "search", "dialog", "menu", "menubar", "banner", "alertdialog"}
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ARCHIVE: Final = re.compile(r"^(?:donato|wm-(?!ipp$).*)$")  # parts of the banner a web archive lays over a page
# Numbers and GUIDs in class names differ from page to page.
_VARYING: Final = re.compile(r"(?<![\da-fA-F])(?=[a-fA-F]*+\d)[\da-fA-F]++")
_NO_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType({})
MARKS: Final = frozenset({"a", "b", "strong", "time"})  # inline elements that say something even without attributes
BOLD: Final = frozenset({"b", "strong"})
_FORMAT: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True)
class Box:
    """One block-level element: which blocks it holds (`start` to `end`, exclusive), and what its markup calls it."""

    tag: str
    label: str  # class, id and role in lower case
    path: int  # hash of the chain of tags and names above and including this one; the same on pages of one template
    parent: int  # index of the box around it, -1 for the outermost
    quiet: bool  # inside navigation, footer, aside
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Block:
    """One run of text as a reader sees it."""

    text: str
    box: int  # index of the innermost box
    path: int  # hash of the markup around it, inline names included
    linked: int  # characters that stand inside links
    hrefs: tuple[str, ...]
    label: str  # names of the innermost box and of the inline element that opens the block
    bold: bool  # (nearly) all of it
    quiet: bool  # inside navigation, footer, aside
    listed: bool = False  # in a list of other items (`crawlers.rows`)
    common: bool = (
        False  # belongs to no article: recurs on the site (`crawlers.site`), or is its imprint (`crawlers.imprint`)
    )
    stamp: str = ""  # what `<time datetime>` or a published-date property inside it says to machines

    @property
    def link_ratio(self) -> float:
        """Share of the characters that stand inside links, 0 to 1."""
        return self.linked / len(self.text) if self.text else 0.0


@dataclass(slots=True)
class Outline:
    """A page as blocks in reading order and boxes in document order."""

    root: lxml_html.HtmlElement
    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def heading(self, block: Block) -> int:
        """Returns 1 to 6 for a block inside a heading, else 0."""
        index, steps = block.box, 0
        while index >= 0 and steps < 3:
            level = _HEADINGS.get(self.boxes[index].tag, 0)
            if level:
                return level
            index, steps = self.boxes[index].parent, steps + 1
        return 0


def outline(root: lxml_html.HtmlElement) -> Outline:
    """Returns the blocks and boxes of the page whose tree is `root`. The tree is not changed."""
    return _Walk(root).run()


def plain(text: str) -> str:
    """Returns `text` with one space between words and without invisible format characters."""
    return " ".join((text if text.isascii() else _FORMAT.sub("", text)).split())


def text_key(text: str) -> int:
    """Returns a number that is the same for texts that differ only in case or digits (counters, clocks)."""
    return crc32(re.sub(r"\d+", "0", text.lower()).encode())


class _Walk:
    """The state of one pass: the text gathered so far, and where in the tree it stands.

    Half of the time that a page costs is spent here: attributes are read once, and what depends on names alone is kept.
    """

    __slots__ = (
        "bold_chars",
        "capital",
        "full",
        "hrefs",
        "in_bold",
        "in_link",
        "inline_path",
        "label",
        "linked",
        "open_boxes",
        "paths",
        "pieces",
        "result",
        "size",
        "stamp",
        "uncovered",
    )

    def __init__(self, root: lxml_html.HtmlElement) -> None:
        self.result = Outline(root)
        self.size = _size(root)  # elements of the page
        self.uncovered = 0  # hidden elements that hold most of the page
        self.full = False  # as many blocks or boxes as are read of one page
        self.pieces: list[str] = []
        self.capital = ""  # a letter that a picture shows in front of the text
        self.linked = 0
        self.hrefs: list[str] = []
        self.label = ""
        self.bold_chars = 0
        self.in_link = 0
        self.in_bold = 0
        self.open_boxes: list[int] = []
        self.paths: list[int] = [0]
        self.inline_path = 0
        self.stamp = ""

    def run(self) -> Outline:
        walk = etree.iterwalk(self.result.root, events=("start", "end"))
        passed_over = False  # the element whose end comes next
        for event, element in walk:
            tag = element.tag
            if event == "start":
                items = element.items()
                attributes = dict(items) if items else _NO_ATTRIBUTES
                if self.full or tag in SKIPPED or (items and self.hidden(element, attributes)):
                    passed_over = True
                    walk.skip_subtree()
                    continue
                if tag not in INLINE:
                    self.flush()
                    if tag != "br":
                        self.open(tag, attributes)
                elif items or tag in MARKS:
                    self.enter_inline(tag, attributes)
                text = element.text
            else:
                if not passed_over:
                    self.leave(tag)
                passed_over = False
                text = element.tail
            if text and not text.isspace():
                self.text(text)
            elif text and self.pieces:
                self.pieces.append(" ")
        self.flush()
        return self.result

    def hidden(self, element: etree._Element, attributes: Mapping[str, str]) -> bool:
        if "id" in attributes and _ARCHIVE.match(attributes["id"]):
            return True
        style = attributes.get("style")
        hidden = "hidden" in attributes or (style is not None and _HIDDEN.search(style) is not None)
        if not hidden or self.uncovered >= MAX_UNCOVERED:
            return hidden
        if _size(element) < self.size / 2:
            return True
        self.uncovered += 1  # a page that a script uncovers
        return False

    def enter_inline(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "a":
            self.in_link += 1
            href = attributes.get("href")
            if href:
                self.hrefs.append(href)
        elif tag in BOLD:
            self.in_bold += 1
        if not attributes and tag != "time":
            return
        if not self.stamp:
            self.stamp = _stamp(tag, attributes)
        if self.pieces:
            return
        if tag == "img" and len(attributes.get("alt", "")) == 1:
            self.capital = attributes["alt"]
        name = (attributes.get("class") or attributes.get("id") or attributes.get("itemprop") or "")[:MAX_NAME_CHARS]
        if name or tag == "time":
            self.label = f"{self.label} {name} {tag if tag == 'time' else ''}".lower()
            self.inline_path = crc32(_stable(name or tag).encode(), self.inline_path)

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        boxes, open_boxes = self.result.boxes, self.open_boxes
        parent = open_boxes[-1] if open_boxes else -1
        quiet = tag in QUIET or (parent >= 0 and boxes[parent].quiet)
        if attributes:
            quiet = quiet or attributes.get("role", "") in QUIET_ROLES
            self.stamp = _stamp(tag, attributes)
            names = [attributes.get(each, "")[:MAX_NAME_CHARS] for each in ("class", "id", "itemprop")]
            label, step = _label(*names), _step(tag, names[0] or names[1])
        else:
            self.stamp, label, step = "", "", _step(tag, "")
        path = crc32(step, self.paths[-1])
        open_boxes.append(len(boxes))
        self.paths.append(path)
        start = len(self.result.blocks)
        boxes.append(Box(tag, label, path, parent, quiet, start, start))
        self.full = self.full or len(boxes) >= MAX_BOXES

    def leave(self, tag: str) -> None:
        if tag in INLINE:
            if tag == "a":
                self.in_link -= 1
            elif tag in BOLD:
                self.in_bold -= 1
        elif tag != "br":
            self.flush()
            self.result.boxes[self.open_boxes.pop()].end = len(self.result.blocks)
            self.paths.pop()

    def text(self, text: str) -> None:
        if self.in_link or self.in_bold:
            size = len(text.strip())
            self.linked += size if self.in_link else 0
            self.bold_chars += size if self.in_bold else 0
        if self.capital:
            text = self.capital + text if self.capital.isupper() and text[0].islower() else text
            self.capital = ""
        if self.pieces and text[0].isalpha() and _apart(self.pieces[-1], text):
            self.pieces.append(" ")
        self.pieces.append(text)

    def flush(self) -> None:
        if self.pieces:
            text = plain("".join(self.pieces))
            if not text.isascii():
                text = unicodedata.normalize("NFC", text)  # character references compose words, too
            if text and self.open_boxes:
                self.add(text)
            self.pieces = []
            self.linked = self.bold_chars = 0
        if self.hrefs:
            self.hrefs = []
        self.label = self.stamp = ""
        self.inline_path = 0

    def add(self, text: str) -> None:
        box, blocks = self.result.boxes[self.open_boxes[-1]], self.result.blocks
        blocks.append(
            Block(
                text=text,
                box=self.open_boxes[-1],
                path=crc32(str(self.inline_path).encode(), self.paths[-1]),
                linked=min(self.linked, len(text)),
                hrefs=tuple(self.hrefs),
                label=f"{box.label} {self.label}",
                bold=self.bold_chars >= 0.8 * len(text),
                quiet=box.quiet,
                stamp=self.stamp,
            )
        )
        self.full = self.full or len(blocks) >= MAX_BLOCKS


def _apart(left: str, right: str) -> bool:
    """Tells whether two words meet where elements do: a style sheet shows the gap, and no word goes on like this.

    "Lũng Vài|Sáng 12/9" and "03:42 CH|Lượt xem" are two words each; "Tr|ường" and "T|RƯỜNG" are one.
    """
    before, after = left[-1], right[0]
    if before in ":;!?)":
        return True
    if not after.isupper():
        return False
    return before.islower() or (
        right[1:2].islower() and (before.isdigit() or (before.isupper() and left[-2:-1].isupper()))
    )


def _size(element: etree._Element) -> int:
    """Returns how many elements stand inside."""
    found = element.xpath("count(descendant::*)")
    return int(found) if isinstance(found, float) else 0


def _stamp(tag: str, attributes: Mapping[str, str]) -> str:
    if tag == "time":
        return attributes.get("datetime", "")
    if attributes.get("itemprop") == "datePublished" or attributes.get("property") == "datePublished":
        return attributes.get("content") or attributes.get("datetime") or ""
    return ""


@lru_cache(maxsize=4096)
def _label(*names: str) -> str:
    """Returns the names of a box (class, id, itemprop) as one."""
    return " ".join(names).strip().lower()


@lru_cache(maxsize=4096)
def _step(tag: str, name: str) -> bytes:
    """Returns what a box adds to the path of what it holds."""
    return f"{tag}.{_stable(name)}".encode()


@lru_cache(maxsize=4096)
def _stable(name: str) -> str:
    """Returns the part of a class or id that does not differ between pages of one template."""
    return _VARYING.sub("#", name)[:60] if name else ""
