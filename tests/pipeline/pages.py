"""Articles made by hand for tests."""

from datetime import UTC, datetime

from crawlers.article import Article


def article_at(key: str, title: str, body: str, *, at: datetime | None, **more: object) -> Article:
    """An article at an address, published at a minute and fetched in the night of 6 September 2020; `more` are its other fields."""
    own = {
        "source_id": key.partition(".")[0],
        "url": f"http://{key}",
        "url_key": key,
        "channel": "website",
        "title": title,
        "lead": "",
        "body": body,
        "published": at,
        "published_precision": "minute",
        "date_state": "certain",
        "date_evidence": (),
        "canonical": None,
        "media": (),
        "lang": "vi",
        "provenance": {},
        "fetched_at": datetime(2020, 9, 6, tzinfo=UTC),
        "archive": None,
    }
    return Article(**(own | more))
