"""The portal families and sites with their own ways. A new one is one file and one line here.

Order matters where two recognise a page: the more particular stands first.
"""

from __future__ import annotations

from typing import Final

from crawlers.profiles import drupal, liferay, newspaper, sharepoint, wordpress
from crawlers.source import Profile

PROFILES: Final[tuple[Profile, ...]] = (
    sharepoint.PROFILE,
    liferay.PROFILE,
    drupal.PROFILE,
    newspaper.PROFILE,
    wordpress.PROFILE,
)


def get(profile_id: str) -> Profile:
    """Returns the profile of that id. Raises KeyError, naming the known ids, for any other."""
    for profile in PROFILES:
        if profile.id == profile_id:
            return profile
    raise KeyError(f"profile {profile_id!r}: unknown; known are {', '.join(each.id for each in PROFILES)}")


def recognise(html: str, url: str) -> Profile | None:
    """Returns the first profile that knows the software which made the page, or None."""
    return next((profile for profile in PROFILES if profile.recognises(html, url)), None)


def check_unique(profiles: tuple[Profile, ...]) -> None:
    """Raises ValueError when two profiles have one id."""
    ids = [profile.id for profile in profiles]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise ValueError(f"profiles: id used twice: {', '.join(twice)}; give each file its own")


check_unique(PROFILES)
