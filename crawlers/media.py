"""Finds the audio and video items of an article and how long they play, for duties counted in minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from crawlers.article import Media
from crawlers.metadata import Metadata, json_types

MediaKind = Literal["audio", "video"]

MAX_MEDIA: Final = 20  # items of one page; a page with more is a library of videos
MAX_DURATION_S: Final = 12 * 3600  # seconds; longer values are time stamps or milliseconds
MAX_SCRIPT_CHARS: Final = 200_000  # characters of one inline script searched for a player's file

_FILE: Final = re.compile(r"\.(?P<ext>mp4|m4v|webm|m3u8|flv|mov|mpd|mp3|m4a|aac|ogg|oga|wav)(?:$|[?#&])", re.IGNORECASE)
_AUDIO: Final = frozenset({"mp3", "m4a", "aac", "ogg", "oga", "wav"})
_EMBED: Final = re.compile(
    r"(?:youtube(?:-nocookie)?\.com/(?:embed|v)/|youtu\.be/|player\.vimeo\.com|dailymotion\.com/embed|facebook\.com/plugins/video|"
    r"soundcloud\.com/player|/embed/video|/player/|mixcloud\.com/widget)",
    re.IGNORECASE,
)
_AUDIO_EMBED: Final = re.compile(r"soundcloud|mixcloud|/audio", re.IGNORECASE)
_DATA: Final = (
    "data-file",
    "data-src",
    "data-video",
    "data-video-src",
    "data-url",
    "data-mp4",
    "data-hls",
    "data-audio",
    "data-vid",
)
_DATA_NAMES: Final = frozenset(_DATA)
_PLAYERS: Final = frozenset({"video", "audio", "iframe", "embed"})
_LINKED_FILES: Final = (".mp3", ".mp4", ".m3u8")
_SCRIPT_FILE: Final = re.compile(
    r"""["']?(?:file|src|source|url|hls|mp4)["']?\s*[:=]\s*["']([^"'\s<>]{4,500})["']""", re.IGNORECASE
)
_SCRIPT_DURATION: Final = re.compile(r"""["']?duration["']?\s*[:=]\s*["']?([\w.:]{1,20})""", re.IGNORECASE)
_READER: Final = re.compile(
    r"(?:^|[\s/_.-])(?:tts|text-?to-?speech|read-?aloud|audio-?reader|(?:nghe|doc)-?bai(?:-?viet)?)(?:$|[\s/_.-])",
    re.IGNORECASE,
)
_ISO: Final = re.compile(
    r"P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+(?:\.\d+)?)H)?(?:(?P<m>\d+(?:\.\d+)?)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?$",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,3}):(?P<s>[0-5]\d)$")
_SHOWN: Final = re.compile(
    r"(?:thời lượng|độ dài|duration)\s*+:?+\s*+(?:(?P<clock>(?:\d{1,2}:)?\d{1,3}:\d\d)|(?P<m>\d{1,3})\s*(?:phút|['′])(?:\s*(?P<s>\d{1,2}))?)",
    re.IGNORECASE,
)


def read_media(
    root: lxml_html.HtmlElement, meta: Metadata, url: str, text: str, shared: frozenset[str]
) -> tuple[Media, ...]:
    """Returns the audio and video items of the page at `url`, each address once, the best documented first.

    `text` is the article's text, searched for a stated length; `shared` are keys of addresses that the whole site shows
    (live streams in the header), which belong to no article.
    """
    found: dict[str, Media] = {}
    for item in (*_from_json(meta, url), *_from_metas(root, url), *_from_tags(root, url), *_from_scripts(root, url)):
        if _key(item.url) in shared:
            continue
        known = found.get(item.url)
        if known is None or (known.duration_s is None and item.duration_s is not None):
            found[item.url] = item
    items = list(found.values())[:MAX_MEDIA]
    if len(items) == 1 and items[0].duration_s is None:
        items = [Media(items[0].kind, items[0].url, shown_duration(text))]
    return tuple(items)


def parse_duration(text: str) -> float | None:
    """Returns seconds for "PT3M20S", "03:20", "1:02:03" or "200", None for anything else or beyond MAX_DURATION_S."""
    text = text.strip()
    iso = _ISO.match(text)
    if iso and any(iso.groups()):
        parts = {name: float(value or 0) for name, value in iso.groupdict().items()}
        return _bounded(parts["d"] * 86_400 + parts["h"] * 3600 + parts["m"] * 60 + parts["s"])
    clock = _CLOCK.match(text)
    if clock:
        return _bounded(int(clock["h"] or 0) * 3600 + int(clock["m"]) * 60 + int(clock["s"]))
    return _bounded(float(text)) if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text) else None


def shown_duration(text: str) -> float | None:
    """Returns the seconds that a text states as its length ("Thời lượng: 12:30", "thời lượng 15 phút")."""
    match = _SHOWN.search(text)
    if match is None:
        return None
    if match["clock"]:
        return parse_duration(match["clock"])
    return _bounded(int(match["m"]) * 60 + int(match["s"] or 0))


def media_address(element: lxml_html.HtmlElement) -> str:
    """Returns what a media or frame element plays, "" for others."""
    source = element.get("src") or ""
    if not source and element.tag in {"video", "audio"}:
        source = next((child.get("src") or "" for child in element.iter("source")), "")
    if element.tag == "iframe":
        source = source or element.get("data-src") or ""
        return source if _EMBED.search(source) or _FILE.search(source) else ""
    return source


def _bounded(seconds: float) -> float | None:
    return seconds if 0 < seconds <= MAX_DURATION_S else None


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}" + (
        f"?{parts.query}" if parts.query else ""
    )


def _item(kind: MediaKind, base: str, address: str, duration: float | None) -> Iterator[Media]:
    try:
        joined = urljoin(base, address.strip())
        if urlsplit(joined).scheme in {"http", "https"} and urlsplit(joined).hostname:
            yield Media(kind, joined, duration)
    except ValueError:  # brackets that are no address: the item cannot be named
        return


def _kind(address: str, default: MediaKind) -> MediaKind:
    match = _FILE.search(address)
    if match:
        return "audio" if match["ext"].lower() in _AUDIO else "video"
    return "audio" if _AUDIO_EMBED.search(address) else default


def _from_json(meta: Metadata, url: str) -> Iterator[Media]:
    for thing in meta.objects:
        types = json_types(thing)
        if not types & {"VideoObject", "AudioObject", "Video", "PodcastEpisode", "RadioEpisode"}:
            continue
        address = _string(thing, "contentUrl") or _string(thing, "embedUrl") or _string(thing, "url")
        kind: MediaKind = "audio" if types & {"AudioObject", "PodcastEpisode", "RadioEpisode"} else "video"
        if address:
            yield from _item(kind, url, address, parse_duration(_string(thing, "duration")))


def _string(thing: Mapping[str, object], name: str) -> str:
    value = thing.get(name)
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""


def _from_metas(root: lxml_html.HtmlElement, url: str) -> Iterator[Media]:
    metas = {
        (meta.get("property") or meta.get("name") or "").lower(): meta.get("content") or ""
        for meta in root.iter("meta")
    }
    duration = parse_duration(
        metas.get("video:duration") or metas.get("og:video:duration") or metas.get("og:audio:duration") or ""
    )
    for kind in ("video", "audio"):
        address = metas.get(f"og:{kind}:secure_url") or metas.get(f"og:{kind}:url") or metas.get(f"og:{kind}") or ""
        if address:
            yield from _item("audio" if kind == "audio" else "video", url, address, duration)


def _from_tags(root: lxml_html.HtmlElement, url: str) -> Iterator[Media]:
    for element in _players(root):
        default: MediaKind = "audio" if element.tag == "audio" else "video"
        duration = parse_duration(element.get("data-duration") or element.get("duration") or "")
        address = media_address(element) if element.tag in {"video", "audio", "iframe", "embed"} else ""
        if element.tag == "embed" and not _FILE.search(address):
            address = ""
        if not address or address.startswith("blob:"):
            address = next((value for name in _DATA if (value := element.get(name)) and _FILE.search(value)), "")
        if not address and element.tag == "a" and _FILE.search(element.get("href") or ""):
            address = element.get("href") or ""
        if address and not _inside_chrome(element) and not _reads_aloud(element, address):
            yield from _item(_kind(address, default), url, address, duration)


def _players(root: lxml_html.HtmlElement) -> list[lxml_html.HtmlElement]:
    return [
        element
        for element in root.iter(etree.Element)
        if (tag := element.tag) in _PLAYERS
        or (tag != "img" and not _DATA_NAMES.isdisjoint(element.keys()))
        or (tag == "a" and _links_file(element.get("href")))
    ]


def _links_file(href: str | None) -> bool:
    return href is not None and any(ending in href for ending in _LINKED_FILES)


def _reads_aloud(element: lxml_html.HtmlElement, address: str) -> bool:
    """Tells whether a machine reads the article's own text there: nothing was aired."""
    names = " ".join(
        f"{each.get('class') or ''} {each.get('id') or ''}" for each in (element, *islice(element.iterancestors(), 2))
    )
    return _READER.search(f"{address} {names}") is not None


def _inside_chrome(element: lxml_html.HtmlElement) -> bool:
    return any(parent.tag in {"nav", "footer", "aside", "header"} for parent in element.iterancestors())


def _from_scripts(root: lxml_html.HtmlElement, url: str) -> Iterator[Media]:
    for script in root.iter("script"):
        text = script.text or ""
        if (
            not text
            or len(text) > MAX_SCRIPT_CHARS
            or "json" in (script.get("type") or "")
            or not _FILE.search(text.replace('"', "?"))
        ):
            continue
        duration = _SCRIPT_DURATION.search(text)
        for match in _SCRIPT_FILE.finditer(text):
            address = match[1].replace("\\/", "/")
            if _FILE.search(address):
                yield from _item(
                    _kind(address, "video"), url, address, parse_duration(duration[1]) if duration else None
                )
