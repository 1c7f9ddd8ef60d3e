"""Learns a site from its own pages: what recurs is the site's, what stands where titles and dates stand is the article's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Final

from lxml import html as lxml_html

from crawlers.blocks import Outline, outline, plain
from crawlers.byline import find_byline, shown_dates
from crawlers.dates import local_day
from crawlers.headline import SURE, find_headline
from crawlers.metadata import Metadata, read_metadata
from crawlers.rows import mark_rows
from crawlers.site import (
    LONG_BLOCK,
    SiteModel,
    block_key,
    letters,
    link_key,
    mark_common,
    page_address,
    place_key,
    tail_key,
)
from crawlers.tree import parse_tree

MAX_PAGES: Final = 300  # pages compared; more cost time and change nothing on the portals seen
LEARN_FROM: Final = 200  # pages that callers choose of a site that has more
MENU_SHARE: Final = 0.6  # of the pages link to it
CLOCK_SHARE: Final = 0.6  # of all pages, listings and homes included, show a date at that place
CLOCK_DAYS: Final = 3  # days at the place of the articles' dates, which show that one day elsewhere is the visitor's
TWINS: Final = 2  # pages that show a paragraph, whatever they are called; what more show is the site's
TWIN_PAGES: Final = (
    0.5  # of all pages, at most, show a paragraph that is an article's because all of them have its title
)
TWIN_SHARE: Final = 0.8  # of the paragraphs that few pages have, shared with one other page
TWIN_PARAGRAPH: Final = 80  # characters; shorter lines are titles, dates and labels
TWIN_CHARS: Final = 300  # characters; two pages may share one long excerpt
LINKED_TITLE: Final = 20  # letters; shorter link texts name sections
ANCHOR_TARGETS: Final = 3  # a link text that leads to more addresses names none of them ("Xem chi tiết")


@dataclass(slots=True)
class _Counts:
    """What one pass over the pages counts."""

    pages: int = 0
    places: Counter[int] = field(default_factory=Counter)
    texts: Counter[int] = field(default_factory=Counter)
    long: set[int] = field(default_factory=set)
    titles: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    descriptions: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    anchors: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    targets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    date_days: dict[int, Counter[object]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept of a page between the two passes: its blocks without its tree."""

    url: str
    page: Outline
    meta: Metadata
    dates: tuple[tuple[int, date], ...]  # path and day of each line that is only a date


def learn(pages: Iterable[tuple[str, str]]) -> SiteModel:
    """Returns what the pages, (url, html) of one host, have in common. The order of the pages does not matter.

    More than MAX_PAGES pages are sampled by the hash of their address.
    """
    chosen = _sample(pages)[::-1]
    counts = _Counts()
    seen: set[bytes] = set()
    kept = []
    while chosen:
        url, html = chosen.pop()
        root = parse_tree(html)
        if root is None:
            continue
        page = outline(root)
        mark_rows(page)
        digest = blake2b("\n".join(block.text for block in page.blocks).encode(), digest_size=16).digest()
        if digest in seen or not page.blocks:
            continue
        seen.add(digest)
        meta = replace(read_metadata(root, url), body="", objects=())
        page.root = lxml_html.Element("html")
        dates = tuple((page.blocks[index].path, local_day(found.date.value)) for index, found in shown_dates(page))
        kept.append(_Seen(url, page, meta, dates))
    kept = _without_twins(kept)
    for each in kept:
        _count(counts, each)
    if counts.pages < 2:
        return SiteModel(pages=counts.pages, anchors=_anchors(counts))
    model = _recurring(counts)
    return _with_slots(model, kept)


def _without_twins(kept: list[_Seen]) -> list[_Seen]:
    """Returns the pages without those that show an article a second time, under another section or address.

    Its paragraphs would seem to be the site's. Two pages are too few to tell an article from what is around it.
    """
    if len(kept) <= 2:
        return kept
    told = [_paragraphs(seen.page) for seen in kept]
    rare = _of_articles(told, [_names(seen) for seen in kept])
    first: dict[int, int] = {}  # paragraph -> the page that shows it first
    single = []
    for number, (seen, paragraphs) in enumerate(zip(kept, told, strict=True)):
        own = {key: size for key, size in paragraphs.items() if key in rare}
        shared = Counter[int]()
        for key, size in own.items():
            shared[first.setdefault(key, number)] += size
        del shared[number]
        if max(shared.values(), default=0) < max(TWIN_SHARE * sum(own.values()), TWIN_CHARS):
            single.append(seen)
    return single


def _of_articles(told: list[dict[int, int]], names: list[set[str]]) -> set[int]:
    """Returns the paragraphs that are an article's: few pages show them, or exactly the pages that have one title."""
    showing: dict[int, list[int]] = defaultdict(list)  # paragraph -> pages
    named: dict[str, list[int]] = defaultdict(list)  # title -> pages
    for number, (paragraphs, titles) in enumerate(zip(told, names, strict=True)):
        for key in paragraphs:
            showing[key].append(number)
        for title in titles:
            named[title].append(number)
    groups = {tuple(pages) for pages in named.values() if len(pages) <= TWIN_PAGES * len(told)}
    return {key for key, pages in showing.items() if len(pages) <= TWINS or tuple(pages) in groups}


def _paragraphs(page: Outline) -> dict[int, int]:
    """Returns the keys of the paragraphs of a page, and the characters of each."""
    return {
        block_key(block): len(block.text)
        for block in page.blocks
        if len(block.text) >= TWIN_PARAGRAPH and not block.listed and block.link_ratio <= 0.5
    }


def _sample(pages: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    ranked = sorted(
        (blake2b(url.encode("utf-8", "replace"), digest_size=8).digest(), page_address(url), html)
        for url, html in pages
    )
    return [(url, html) for _, url, html in ranked[:MAX_PAGES]]


def _count(counts: _Counts, seen: _Seen) -> None:
    url, page, meta = seen.url, seen.page, seen.meta
    counts.pages += 1
    places: set[int] = set()
    texts: set[int] = set()
    links: set[str] = set()
    own = link_key(url, url)
    for block in page.blocks:
        key = block_key(block)
        places.add(place_key(key, block.path))
        if not block.listed or block.link_ratio > 0.5:  # excerpts of a related list are the leads of other articles
            texts.add(key)
        if len(block.text) > LONG_BLOCK:
            counts.long.update((key, place_key(key, block.path)))
        targets = {link_key(url, href) for href in block.hrefs} - {"", own}
        links |= targets
        if len(targets) == 1 and block.link_ratio > 0.6:
            name = letters(block.text.rstrip(".… "))
            if 8 <= len(name) <= 300:
                target = next(iter(targets))
                counts.anchors[target].add(name)
                if tail_key(target):
                    counts.anchors[tail_key(target)].add(name)
                counts.targets[name] |= targets
    counts.places.update(places)
    counts.texts.update(texts)
    counts.links.update(links)
    counts.titles.update(_names(seen))
    counts.ends.update(_ends(meta.page_title) | _ends(meta.titles[0] if meta.titles else ""))
    counts.descriptions.update({letters(text) for text in (*meta.descriptions, meta.abstract)})
    for path, day in seen.dates:
        counts.date_days[path][day] += 1


def _names(seen: _Seen) -> set[str]:
    """Returns the titles that a page gives itself, letters only."""
    headings = {letters(block.text) for block in seen.page.blocks if seen.page.heading(block) == 1}
    return {letters(title) for title in (seen.meta.page_title, *seen.meta.titles, seen.meta.headline)} | headings


def _ends(title: str) -> set[str]:
    """Returns the parts of a page title that may name the site: each run up to or from a separator."""
    parts = [letters(part) for part in plain(title).replace("–", "-").replace("|", "-").replace("—", "-").split(" - ")]
    return {part for part in (parts[0], parts[-1]) if part} if len(parts) > 1 else set()


def _recurring(counts: _Counts) -> SiteModel:
    pages = counts.pages
    short = 2 if pages < 6 else max(3, pages // 50)
    long = 2 if pages < 6 else max(4, pages // 33)
    anywhere = max(5, pages // 20)
    return SiteModel(
        pages=pages,
        common=frozenset(
            key for key, count in counts.places.items() if count >= (long if key in counts.long else short)
        ),
        common_texts=frozenset(
            key for key, count in counts.texts.items() if count >= anywhere and key not in counts.long
        ),
        titles=frozenset(title for title, count in counts.titles.items() if title and count >= max(3, pages // 20)),
        affixes=frozenset(part for part, count in counts.ends.items() if count >= max(2, pages // 10)),
        descriptions=frozenset(
            text for text, count in counts.descriptions.items() if text and count >= max(2, pages // 50)
        ),
        menu=frozenset(key for key, count in counts.links.items() if pages >= 5 and count >= MENU_SHARE * pages),
        shared_links=frozenset(key for key, count in counts.links.items() if count >= max(3, pages // 20)),
        anchors=_anchors(counts),
        linked=frozenset(
            name
            for name, targets in counts.targets.items()
            if len(name) >= LINKED_TITLE and len(targets) <= ANCHOR_TARGETS
        ),
    )


def _anchors(counts: _Counts) -> Mapping[str, tuple[str, ...]]:
    naming = {
        key: tuple(sorted(name for name in names if len(counts.targets[name]) <= ANCHOR_TARGETS))
        for key, names in counts.anchors.items()
    }
    return {key: naming[key] for key in sorted(naming) if naming[key]}


def _with_slots(model: SiteModel, pages: list[_Seen]) -> SiteModel:
    """Adds the places where titles and dates stand, voted by the pages whose title has strong witnesses."""
    titles: Counter[int] = Counter()
    dates: Counter[int] = Counter()
    days: dict[int, set[object]] = defaultdict(set)
    shown: Counter[int] = Counter()
    untitled: Counter[int] = Counter()
    voters = 0
    for seen in pages:
        page = seen.page
        mark_common(page, model)
        headline = find_headline(page, seen.meta, seen.url, model)
        sure = headline is not None and headline.block is not None and headline.score >= SURE
        for path, day in seen.dates:
            shown[path] += 1
            untitled[path] += not sure
            days[path].add(day)
        if not sure or headline is None or headline.block is None:
            continue
        voters += 1
        titles[page.blocks[headline.block].path] += 1
        byline = find_byline(page, headline.block, model)
        if byline is not None:
            dates[page.blocks[byline.block].path] += 1
    varied = any(len(days[path]) >= CLOCK_DAYS and count >= CLOCK_SHARE * voters for path, count in dates.items())
    clocks = {
        path
        for path, count in shown.items()
        if len(pages) >= 5
        and count >= CLOCK_SHARE * len(pages)
        and len(days[path]) == 1
        and (untitled[path] >= 2 or varied)
    }
    return replace(
        model,
        title_paths=_shares(titles, voters),
        date_paths=_shares(Counter({path: count for path, count in dates.items() if path not in clocks}), voters),
        clock_paths=frozenset(clocks),
    )


def _shares(votes: Counter[int], voters: int) -> Mapping[int, float]:
    return {
        path: round(count / voters, 4) for path, count in sorted(votes.items()) if count >= 2 and count >= 0.03 * voters
    }
