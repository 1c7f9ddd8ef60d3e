"""The portal families and sites with their own ways. A new one is one file and one line here."""

from __future__ import annotations

from typing import Final

from crawlers.source import Profile

PROFILES: Final[tuple[Profile, ...]] = ()
