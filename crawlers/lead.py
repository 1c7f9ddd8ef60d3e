"""Finds the lead (sapo) of an article: the paragraph that a page sets apart between the title and the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawlers.blocks import Block, Box, Outline
from crawlers.prose import is_prose, is_signature, prose_weight
from crawlers.site import letters

MIN_LEAD: Final = 20  # characters; what is shorter is a kicker or a place name
MAX_LEAD_BLOCKS: Final = 4  # a lead of more paragraphs is the body
MAX_LATER: Final = 12  # paragraphs looked at to see whether the body bears the name of the lead
LEAD_REACH: Final = 12  # blocks between title and body: date, author, share buttons, lead
LABEL_REACH: Final = 25  # blocks below the title in which a lead named as such may stand
CAPTION_CHARS: Final = 150  # characters; longer texts beside pictures tell a story
BOLD_CHARS: Final = 60  # characters; shorter bold first lines are subheadings
QUOTED: Final = 50  # letters by which a description is found again in the text
MIN_DESCRIPTION: Final = 40  # letters; shorter descriptions are slogans

CAPTION_LABEL: Final = re.compile(
    r"caption|chu[_-]?thich|(?:image|img|photo|pic|anh|avatar)[_-]?(?:desc|note|title|text)|desc_image|photo-?cms|legend|credit",
    re.IGNORECASE,
)
_LEAD_LABEL: Final = re.compile(
    r"(?:^|[\s_-])(?:lead\w*|chapeau|summary\w*|standfirst|tom-?tat|trich-?yeu|dek|excerpt|intro\w*|teaser|abstract|desc\w*|mo-?ta|"
    r"(?:sub|short|article|post|detail|news|lv|entry)_?-?desc\w*|sub-?head\w*|sub-?title|hometext|head-?text|news[_-]?headline|init-?content|trich(?:[_-]?dan)?|gioi[_-]?thieu[_-]?tin|chapo|bodytext-?lead)(?:$|[\s_-])|"
    r"sapo|description",
    re.IGNORECASE,
)
_PICTURE: Final = re.compile(
    r"(?:^|[\s_-])(?:img|image|photo|picture|thumb|pic|anh|hinh)(?:$|[\s_-])|imghome|img-?thumb", re.IGNORECASE
)
_CUT: Final = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead, where it was found, and the numbers of the blocks that it takes from the body."""

    text: str = ""
    source: str = ""
    blocks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: the page, the blocks of its body so far, and the blocks of its title and date."""

    page: Outline
    kept: Sequence[int]
    title: int | None
    date: int | None


def find_lead(place: Place, descriptions: Sequence[str]) -> Lead:
    """Returns the lead of the page, an empty one where it sets none apart.

    `descriptions` are what metadata say of the page. A lead that metadata alone give takes no block; a description that
    merely quotes the body is no lead.
    """
    return (
        _labelled(place)
        or _alone(place)
        or _bold(place)
        or _beside_the_rest(place)
        or _shown_description(place, descriptions)
        or _description(place, descriptions)
        or Lead()
    )


def _labelled(place: Place) -> Lead | None:
    """Returns the blocks that the markup calls lead, sapo, summary or the like."""
    page, kept = place.page, place.kept
    start = place.title + 1 if place.title is not None else (kept[0] if kept else 0)
    stop = kept[min(2, len(kept) - 1)] + 1 if kept else start + LEAD_REACH
    found: list[int] = []
    own = ""
    for index in range(start, min(stop, start + LABEL_REACH, len(page.blocks))):
        if not _may_lead(place, index):
            continue
        name = _lead_name(place, page.blocks[index])
        if name and own in {"", name}:
            found.append(index)
            own = name
        elif found:
            break
    if not found or len(found) > MAX_LEAD_BLOCKS or _goes_on(place, found[-1], own):
        return None
    return Lead(" ".join(page.blocks[index].text for index in found), "label", frozenset(found))


def _may_lead(place: Place, index: int) -> bool:
    block = place.page.blocks[index]
    return (
        len(block.text) >= MIN_LEAD
        and block.link_ratio <= 0.5
        and index != place.date
        and not block.listed
        and not block.common
        and not is_signature(block)
        and not is_caption(place.page, block)
    )


def is_caption(page: Outline, block: Block) -> bool:
    """Tells whether the markup calls a short block a caption, or puts it alone into a box named after a picture."""
    short = len(block.text) < CAPTION_CHARS
    if short and CAPTION_LABEL.search(block.label):
        return True
    box = page.boxes[block.box]
    while box.end - box.start == 1 and box.parent >= 0:
        if box.tag == "figcaption" or (short and _PICTURE.search(box.label)):
            return True
        box = page.boxes[box.parent]
    return False


def _lead_name(place: Place, block: Block) -> str:
    """Returns what the markup calls the lead, or "" for blocks that are none."""
    if _LEAD_LABEL.search(block.label):
        return block.label
    index = block.box
    for _ in range(3):
        box = place.page.boxes[index]
        if sum(1 for number in place.kept if box.start <= number < box.end) > MAX_LEAD_BLOCKS:
            return ""
        if _LEAD_LABEL.search(box.label):
            return box.label
        index = box.parent
        if index < 0:
            return ""
    return ""


def _goes_on(place: Place, last: int, name: str) -> bool:
    """Tells whether the body goes on under the name of the lead: then it names paragraphs, not the lead."""
    later = [place.page.blocks[index] for index in place.kept if index > last]
    return any(_lead_name(place, block) == name for block in list(filter(is_prose, later))[:MAX_LATER])


def _alone(place: Place) -> Lead | None:
    """Returns the paragraph that stands alone between the title and the box of the body."""
    if place.title is None or not place.kept or place.kept[0] - place.title > LEAD_REACH:
        return None
    found = [
        index
        for index in range(place.title + 1, place.kept[0])
        if index != place.date
        and prose_weight(place.page.blocks[index]) > 0
        and not is_caption(place.page, place.page.blocks[index])
    ]
    return Lead(place.page.blocks[found[0]].text, "place", frozenset(found)) if len(found) == 1 else None


def _bold(place: Place) -> Lead | None:
    """Returns a first paragraph in bold that a plain one follows, labels above it (author, counter) aside."""
    labels = next((count for count, index in enumerate(place.kept[:3]) if is_prose(place.page.blocks[index])), 0)
    if any(place.page.boxes[place.page.blocks[index].box].tag in {"td", "th"} for index in place.kept[:labels]):
        return None  # a table opens the text
    if len(place.kept) < labels + 2:
        return None
    first, second = (place.page.blocks[index] for index in place.kept[labels : labels + 2])
    if first.bold and is_prose(first) and len(first.text) >= BOLD_CHARS and not second.bold:
        return Lead(first.text, "bold", frozenset(place.kept[: labels + 1]))
    return None


def _beside_the_rest(place: Place) -> Lead | None:
    """Returns a first paragraph in a box of its own, beside one box of another kind that holds all the rest."""
    told = [index for index in place.kept if is_prose(place.page.blocks[index])]
    if len(told) < 2 or told[0] != place.kept[0]:
        return None
    first, second, last = told[0], told[1], told[-1]
    own = _outermost(place.page, first, second)
    rest = _outermost(place.page, last, first)
    if own is None or rest is None or not rest.start <= second < rest.end:
        return None
    if "p" in {own.tag, rest.tag} or own.path == rest.path:  # paragraphs side by side
        return None
    return Lead(place.page.blocks[first].text, "place", frozenset({first}))


def _outermost(page: Outline, index: int, without: int) -> Box | None:
    """Returns the largest box that holds one block and not the other."""
    box = page.boxes[page.blocks[index].box]
    if box.start <= without < box.end:
        return None
    while box.parent >= 0 and not page.boxes[box.parent].start <= without < page.boxes[box.parent].end:
        box = page.boxes[box.parent]
    return box


def _shown_description(place: Place, descriptions: Sequence[str]) -> Lead | None:
    """Returns the block above the body that says what the metadata describe."""
    if not place.kept:
        return None
    start = place.title + 1 if place.title is not None else max(0, place.kept[0] - LEAD_REACH)
    for description in descriptions:
        wanted = letters(_CUT.sub("", description))
        if len(wanted) < MIN_DESCRIPTION:
            continue
        for index in range(start, place.kept[0]):
            own = letters(place.page.blocks[index].text)
            if own == wanted or (own.startswith(wanted[:QUOTED]) and len(own) < 2 * len(wanted)):
                return Lead(place.page.blocks[index].text, "description")
    return None


def _description(place: Place, descriptions: Sequence[str]) -> Lead | None:
    """Returns a whole description that the page shows nowhere."""
    title = letters(place.page.blocks[place.title].text) if place.title is not None else ""
    body = letters(" ".join(place.page.blocks[index].text for index in place.kept))
    for description in descriptions:
        wanted = letters(description)
        if _CUT.search(description) or len(wanted) < MIN_DESCRIPTION or wanted in title:
            continue
        if wanted[:QUOTED] not in body:
            return Lead(description, "meta")
    return None
