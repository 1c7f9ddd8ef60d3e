"""What crawling raises. A bad page is not an error but a `Failure` value (see `crawlers.article`)."""

from __future__ import annotations

from crawlers.reason import Reason, because


class CrawlError(Exception):
    """Base of everything the crawlers raise; `why` names the object, the value and the remedy."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why)
        self.why = why


class FetchError(CrawlError):
    """One URL could not be fetched; `reason` is one of `crawlers.article.FAILURE_REASONS`, `status` 0 without an answer."""

    def __init__(self, url: str, reason: str, detail: Reason, status: int = 0, *, lasting: bool = False) -> None:
        super().__init__(because("at", url=url, why=detail))
        self.url = url
        self.reason = reason
        self.detail = detail
        self.status = status
        self.lasting = lasting  # asking again tonight would end the same way

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}: {self.detail}"


class ParseError(CrawlError):
    """A page, feed or sitemap has not the shape its reader needs; `field` names what is missing."""

    def __init__(self, url: str, field: str, detail: Reason | None = None) -> None:
        self.detail = detail or because("not_found")
        super().__init__(because("at", url=url, why=self.detail))
        self.url = url
        self.field = field

    def __str__(self) -> str:
        return f"{self.url}: {self.field}: {self.detail}"


class ArchiveError(CrawlError):
    """An archive file cannot be read or written; the message names the file and the offset."""
