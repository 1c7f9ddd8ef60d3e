"""The portal families and sites with their own ways. A new one is one file and one line here.

Order matters where two recognise a page: the more particular stands first.
"""

from __future__ import annotations

from typing import Final

from crawlers.profiles import drupal, liferay, newspaper, nukeviet, portal, sharepoint, wordpress
from crawlers.source import Profile

PROFILES: Final[tuple[Profile, ...]] = (
    sharepoint.PROFILE,
    liferay.PROFILE,
    drupal.PROFILE,
    nukeviet.PROFILE,
    portal.PROFILE,
    newspaper.PROFILE,
    wordpress.PROFILE,
)


def check_unique(profiles: tuple[Profile, ...]) -> None:
    """Raises ValueError when two profiles have one id."""
    ids = [profile.id for profile in profiles]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise ValueError(f"profiles: id used twice: {', '.join(twice)}; give each file its own")


check_unique(PROFILES)
