"""Which pages belong to which source, where several sources share one host: each takes what lies below its home."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from crawlers.source import Source
from crawlers.urls import same_site


class Scope:
    """The part of a site that is one source's. Alone on its host, a source has all of it, wherever its home lies."""

    def __init__(self, source: Source, sources: Sequence[Source] = ()) -> None:
        others = [each for each in sources if each.id != source.id and same_site(each.home, source.home)]
        self._own = _folder(source.home) if others else "/"
        folders = {_folder(each.home) for each in others} - {self._own}
        self._others = tuple(sorted(folder for folder in folders if folder.startswith(self._own)))

    def holds(self, url: str) -> bool:
        """Tells whether a page of the site is the source's: below its home, and not below another source's."""
        path = _path(url)
        path = path if path.endswith("/") else f"{path}/"
        return path.startswith(self._own) and not any(path.startswith(other) for other in self._others)


def _folder(home: str) -> str:
    """Returns the path below which a home's pages lie: its own where it is a folder, else that of the folder around."""
    path = _path(home)
    last = path.rsplit("/", 1)[-1]
    if "." in last:
        return path.removesuffix(last)
    return path if not last else f"{path}/"


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).lower() or "/"
