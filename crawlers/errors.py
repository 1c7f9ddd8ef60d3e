"""What crawling raises. A bad page is not an error but a `Failure` value (see `crawlers.article`)."""


class CrawlError(Exception):
    """Base of everything the crawlers raise; the message names the object, the value and the remedy."""


class FetchError(CrawlError):
    """One URL could not be fetched; `reason` is one of `crawlers.article.FAILURE_REASONS`, `status` 0 without an answer."""

    def __init__(self, url: str, reason: str, detail: str, status: int = 0, *, lasting: bool = False) -> None:
        super().__init__(f"{url}: {reason}: {detail}")
        self.url = url
        self.reason = reason
        self.detail = detail
        self.status = status
        self.lasting = lasting  # asking again tonight would end the same way


class ParseError(CrawlError):
    """A page, feed or sitemap has not the shape its reader needs; `field` names what is missing."""

    def __init__(self, url: str, field: str, detail: str = "") -> None:
        super().__init__(f"{url}: {field}: {detail or 'not found on the page'}")
        self.url = url
        self.field = field
        self.detail = detail


class ArchiveError(CrawlError):
    """An archive file cannot be read or written; the message names the file and the offset."""
