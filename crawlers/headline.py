"""Finds the title of a page: the block that shows it, agreed with what the page, its address and the site's links say."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from crawlers.blocks import Block, Outline
from crawlers.byline import states_date, tail_date
from crawlers.dates import find_dates
from crawlers.metadata import Metadata
from crawlers.prose import is_prose
from crawlers.rows import is_link_title
from crawlers.site import SiteModel, letters, link_key, tail_key

MIN_TITLE: Final = 6  # characters; "Tin tức" is the shortest heading seen that names a page
MAX_TITLE: Final = 350  # characters; titles of legal notices run to 300
SURE: Final = 2.5  # points; one strong witness (link text, slug or metadata) with a mark of its own
PLACED_TITLE: Final = 20  # characters; shorter lines beside a date are names of sections
MAX_DATE_LINES: Final = 4  # dates on a page whose title only its place tells: its own, a clock, a licence, a change
DATE_LINE: Final = (
    60  # characters of a line that is only a date ("Thứ Hai, ngày 5 tháng 10 năm 2020, 08:30 (GMT+7)" has 49)
)
TEXT_REACH: Final = 5  # blocks between a title and its text: date, share buttons, counter, caption
SPOKEN: Final = 0.5  # share of the words of the address from which it repeats a title
LABEL_HOPS: Final = 3  # boxes around a block that may name it: a cell, its row, a wrapper
ENOUGH: Final = 1.4  # points; a first-level heading alone, or a block called title with a little support

_SEPARATOR: Final = re.compile(r"\s+[|\-–—:»«·•~>]+\s+|\s*[|»«]\s*|\s+::\s+")
_TITLE_LABEL: Final = re.compile(r"title|tieu-?de|headline|heading|post-?name|entry-name|ten-?bai", re.IGNORECASE)
_SITE_TITLE: Final = re.compile(  # without tone marks, as old sites write their <title>
    r"(?:(?:trang|cong) (?:thong tin|tin|giao tiep)(?: dien tu)?\b.{0,80}|trang chu|home(?: ?page)?|(?:tin )?chi tiet(?: tin| bai viet| tin tuc)?|"
    r"tin tuc(?: - su kien)?|xem tin|doc tin|news ?detail|details?|default|index|untitled.*|new page.*|no title)",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_NOT_TITLE_LABEL: Final = re.compile(
    r"(?:^|[\s_-])(?:sub-?title|other\w*|related\w*|site-?title|widget\w*|box-?title|block-?title|cate\w*|folder\w*|menu|logo|"
    r"portlet-title|lien-?quan|footer)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A title, where it was read, and the block that shows it (None where no block does)."""

    text: str
    source: str
    block: int | None
    score: float
    beside_date: bool = False  # stands beside a line that is only a date, text below


def find_headline(page: Outline, meta: Metadata, url: str, site: SiteModel) -> Headline | None:
    """Returns the title of the page at `url`, or None where nothing on it is one."""
    found = _find(page, meta, url, site)
    if found is None or found.block is None:
        return found
    tail = tail_date(found.text)
    return replace(found, text=tail[0]) if tail is not None and tail[1].date.precision != "day" else found


def _find(page: Outline, meta: Metadata, url: str, site: SiteModel) -> Headline | None:
    claimed = claimed_titles(meta, url, site)
    shown = _shown(page, [letters(text) for _, text in claimed], url, site)
    for source, text in claimed:
        if shown is not None and (source == "title" or _same(letters(text), letters(shown.text))):
            return shown
        if source != "title" and (shown is None or shown.score < SURE):
            return Headline(text, source, None, SURE)
    if shown is not None:
        return shown
    opening = _opening(page)
    spoken = max((slug_match(text, slug_words(url)) for _, text in claimed), default=0.0)
    if opening is not None and opening.beside_date and spoken < SPOKEN:
        return opening  # a <title> that neither the page nor its address repeats names a section
    return Headline(claimed[0][1], claimed[0][0], None, 1.0) if claimed else opening


def claimed_titles(meta: Metadata, url: str, site: SiteModel) -> list[tuple[str, str]]:
    """Returns (source, title) as metadata claim, strongest first, without the site's name and without site-wide titles."""
    host = urlsplit(url).hostname or ""
    names = {letters(name) for name in meta.site_names} | site.affixes
    found = []
    for source, text in (
        ("json_ld", meta.headline),
        *(("meta", title) for title in meta.titles),
        ("title", meta.page_title),
    ):
        title = _without_site(text, names, host)
        if (
            len(title) >= MIN_TITLE
            and not all(_SITE_TITLE.fullmatch(part) for part in _SEPARATOR.split(_ascii(title)))
            and letters(text) not in site.titles
            and letters(title) not in site.titles | names
        ):
            found.append((source, title))
    return found


def slug_words(url: str) -> list[str]:
    """Returns the words of the last speaking part of the address, without diacritics, numbers of articles and endings."""
    parts = [part for part in unquote(urlsplit(url).path).split("/") if part and part != "index.html"]
    for part in reversed(parts):
        words = [word for word in re.split(r"[-_.+ ]+", _ascii(re.sub(r"\.\w{2,5}$", "", part))) if word]
        if len(words) >= 3:
            return words
    return []


def slug_match(text: str, words: list[str]) -> float:
    """Returns which share of the words of the address (0 to 1) is found in `text`, in order, when `text` is no longer sentence."""
    if len(words) < 3:
        return 0.0
    tokens = re.findall(r"[a-z0-9]+", _ascii(text))
    if not tokens or len(tokens) > 3 * len(words) + 6:
        return 0.0
    position = matched = 0
    for word in words:
        try:
            position = tokens.index(word, position) + 1
        except ValueError:
            continue
        matched += 1
    return matched / max(len(words), min(len(tokens), len(words) + 3))


def _shown(page: Outline, claimed: list[str], url: str, site: SiteModel) -> Headline | None:
    own = link_key(url, url)
    anchors = (*site.anchors.get(own, ()), *site.anchors.get(tail_key(own), ()))
    words = slug_words(url)
    best: Headline | None = None
    for index, block in enumerate(page.blocks):
        if not MIN_TITLE <= len(block.text) <= MAX_TITLE:
            continue
        if block.link_ratio > 0.5 and not _links_here(block, url, own):
            continue
        score, source = _score(page, index, claimed, anchors, words, site, in_menu=own in site.menu)
        if score >= ENOUGH and (best is None or score > best.score + 1e-9):
            best = Headline(block.text, source, index, score)
    return best


def _links_here(block: Block, url: str, own: str) -> bool:
    bare = own.partition("?")[0]
    tail = bare.rsplit("/", 1)[-1]
    keys = [link_key(url, href) for href in block.hrefs if tail in href]
    if tail_key(bare):  # a speaking address names the page whatever follows it ("?muc=2")
        return any(key.partition("?")[0] == bare for key in keys)
    return own in keys


def _score(
    page: Outline,
    index: int,
    claimed: list[str],
    anchors: tuple[str, ...],
    words: list[str],
    site: SiteModel,
    *,
    in_menu: bool,
) -> tuple[float, str]:
    """Returns how many points speak for a block being the title, and the strongest witness."""
    block = page.blocks[index]
    own = letters(block.text)
    if not own or own in site.titles:
        return 0.0, ""
    placed = _place(page, index)
    witnesses = {
        "link text": 2.5 * max((_likeness(own, anchor) for anchor in anchors), default=0.0),
        "meta": 2.5 * max((_likeness(own, title) for title in claimed), default=0.0),
        "address": 2.0 * slug_match(block.text, words),
        "links elsewhere": 1.5 * (own in site.linked),
        "learnt": 2.5 * site.title_paths.get(block.path, 0.0),
        "place": 1.2 * placed,
        "heading": (0.0, 1.5, 0.9, 0.7, 0.5, 0.3, 0.2)[page.heading(block)],
    }
    source, strongest = max(witnesses.items(), key=lambda item: item[1])
    others = sum(witnesses.values()) - strongest
    score = strongest + 0.4 * others
    if _NOT_TITLE_LABEL.search(block.label):
        score -= 0.6
    elif _TITLE_LABEL.search(block.label):
        score += 0.8
    elif source == "place" and _TITLE_LABEL.search(_around(page, block)):
        score += 0.4
    if block.bold:
        score += 0.1
    if block.link_ratio > 0.5:  # to the page itself: its title, or its row in a list
        score -= 0.2 if placed else 0.8
    if block.quiet:
        score -= 2.0
    series = page.heading(block) and _DIGIT.search(block.text)  # "Bản tin ngày 5/10" only seems to recur
    own_link = placed and block.link_ratio > 0.5 and not in_menu  # recurs in lists of other pages
    if block.common and not series and not own_link:
        score -= 2.0
    return score, source


def _around(page: Outline, block: Block) -> str:
    """Returns what the markup calls the boxes around a block that hold nothing else."""
    names: list[str] = []
    box = page.boxes[block.box]
    while box.end - box.start == 1 and box.parent >= 0 and len(names) < LABEL_HOPS:
        box = page.boxes[box.parent]
        if box.end - box.start == 1:
            names.append(box.label)
    return " ".join(names)


def _place(page: Outline, index: int) -> float:
    """Returns 1 for a line beside one that is only a date, with text below: where a title is, whatever its markup."""
    below = _text_below(page, index)
    beside = page.blocks[max(0, index - 1) : index] + page.blocks[index + 1 : index + 2]
    return float(below is not None and any(_is_date_line(each) for each in beside))


def _opening(page: Outline) -> Headline | None:
    """Returns the first line that stands like a title, between date and text or bold above it, on pages that mark none.

    A page with many dates is a calendar or a list.
    """
    own = [index for index, block in enumerate(page.blocks) if not (block.common or block.quiet)]
    if sum(_is_date_line(page.blocks[index]) for index in own) > MAX_DATE_LINES:
        return None
    own = [index for index in own if not is_link_title(page.blocks[index])]
    placed = [index for index in own if _place(page, index)]
    bold = (
        index
        for index in own
        if (page.blocks[index].bold or page.heading(page.blocks[index])) and _text_below(page, index) == 0
    )
    found = placed[0] if placed else next(bold, None)
    return Headline(page.blocks[found].text, "place", found, 1.0, bool(placed)) if found is not None else None


def _text_below(page: Outline, index: int) -> int | None:
    """Returns how many blocks stand between a possible title and its text; None where it is no title, or a list follows."""
    block = page.blocks[index]
    if block.listed or len(block.text) < PLACED_TITLE or block.text.endswith((".", ":", ";", ",")):
        return None
    below = page.blocks[index + 1 : index + 1 + TEXT_REACH]
    text = next((position for position, each in enumerate(below) if is_prose(each)), None)
    if text is None or any(each.listed or is_link_title(each) for each in below[: text + 1]):
        return None
    return text


def _is_date_line(block: Block) -> bool:
    if block.link_ratio > 0.5 or not any(map(str.isdigit, block.text)):
        return False
    return bool(find_dates(block.text)) if len(block.text) <= DATE_LINE else states_date(block)


def _likeness(one: str, other: str) -> float:
    """Returns 1 for equal letters, less where one is the beginning of the other, 0 otherwise."""
    if one == other:
        return 1.0
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) >= 15 and long.startswith(short):
        return max(0.4, len(short) / len(long))
    return 0.0


def _same(one: str, other: str) -> bool:
    return _likeness(one, other) > 0 or (len(one) >= 15 and one in other) or (len(other) >= 15 and other in one)


def _without_site(title: str, names: set[str] | frozenset[str], host: str) -> str:
    """Returns `title` without the parts at its ends that name the site."""
    labels = {letters(label) for label in host.split(".") if len(label) > 3}
    spans = [(match.start(), match.end()) for match in _SEPARATOR.finditer(title)]
    start, end = 0, len(title)
    for left, right in reversed(spans):
        if _names_site(title[right:end], names, labels):
            end = left
        else:
            break
    for left, right in spans:
        if right < end and _names_site(title[start:left], names, labels):
            start = right
        else:
            break
    return title[start:end].strip()


def _names_site(part: str, names: set[str] | frozenset[str], labels: set[str]) -> bool:
    own = letters(part)
    bare = letters(_ascii(part))
    return (
        own in names
        or any(own and own in name for name in names if len(own) >= 5)
        or (
            len(bare) >= 3
            and any(bare == label or (len(bare) >= 6 and (bare in label or label in bare)) for label in labels)
        )
    )


def _ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return decomposed.encode("ascii", "ignore").decode()
