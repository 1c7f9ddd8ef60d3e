"""Why something could not be seen, read or written: a code of one closed table, and what goes into its sentence.

`str(reason)` is its English line, for the log and for programmers; other languages have a table of their own with the
same codes. Imports nothing of ours.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

REASONS: Final[Mapping[str, str]] = {
    # what a person, an older store or another version worded
    "said": "{said}",
    # nights without anything to go by
    "not_looked": "not looked at yet",
    "not_over": "the day is not over",
    "unknown": "unknown",
    "nothing_read": "nothing was read to past this day",
    # where something happened
    "at": "{url}: {why}",
    "on_route": "{route} {url}: {why}",
    "listing_page": "listing page {url}: {why}",
    "section": "section {url}: {why}",
    # how far feeds, sitemaps and listings were read
    "newest": "{route} {url} names nothing after {day}, and no list confirms it",
    "reaches_back": "{route} {url} reaches back to {day} only",
    "undated_unread": "{route} {url} shows no dates and was not read to its end",
    "unnamed": "{route} {url} names {key} of {day}, which {other} does not",
    "cut_off": "{route} {url} ends after {number} full pages: it may be cut off there",
    "younger": "{route} {url}: {number} of {total} pages are younger than it says",
    "older": "{route} {url}: {number} of {total} pages are older than it says",
    "broken_items": "{route} {url}: some of its items cannot be read",
    "unread_files": "{route} {url}: {number} of its files were not read tonight",
    "too_many_pages": "{route} {url}: more than {number} pages (fetch.max_listing_pages)",
    "same_rows": "{route} {url}: page {number} shows the rows of page 1 again",
    "other_pages": "{route} {url}: page {number} shows other pages, but no rows",
    "page_without_rows": "{route} {url}: page {number} shows no rows",
    "without_rows": "{route} {url} shows no rows",
    "script": "{route} {url} goes on by a script that cannot be followed",
    "not_asked_for": "{route} {url} goes on at {other}, which is not asked for",
    "too_many_sections": "section {url} was not read: more than {number} sections",
    # the walk over all links
    "walk_stopped": "the walk was stopped with {number} pages unread",
    "no_article": "no link of {url} leads to an article",
    "many_gone": "{number} of {total} links of {url} lead to pages that are gone",
    "host_given_up": "not asked for tonight: the host was given up",
    "nothing_shown": "the page showed nothing to read",
    "no_text_found": "no article was found on the page",
    "archive_lost": "the archive lost it; the next crawl asks again",
    # answers
    "gone": "answered {status}",
    "forbidden": "answered {status}",
    "slow_down": "answered {status}",
    "answered": "answered {status}",
    "retry_after": "answered {status}, Retry-After {seconds} s",
    "no_page": "answered {status} without a page",
    "given_up_silent": "{host} given up for the night after {number} URLs in a row without answer",
    "given_up": "{host} given up for the night: {why}",
    "budget": "{number} requests to {host} tonight (fetch.budget_per_host)",
    "robots_unread": "robots.txt: {why}",
    "crawl_delay": "{url} asks for {seconds} s between requests (fetch.max_retry_after_s)",
    "robots_forbid": "{robots} forbids {url}",
    "redirect_nowhere": "redirects to '{target}'",
    "redirect_away": "redirects to another site: {target}",
    "redirects": "more than {number}, at last to {target}",
    "bad_address": "{url}: no valid URL: {text}",
    "content_type": "Content-Type '{type}'",
    "announced": "{number} bytes announced, {limit} allowed",
    "on_wire": "more than {number} bytes on the wire",
    "inflated": "more than {number} bytes after inflating",
    "encoding": "Content-Encoding '{encoding}' was not asked for",
    "ends_early": "compressed body ends early",
    "damaged": "compressed body is damaged: {text}",
    "private": "{host} resolves to {addresses}: not a public address; set loopback = true if meant",
    "deadline": "not finished after {seconds} s",
    # what the libraries of the network raise, by what it means
    "no_name": "{error}: {text}",
    "bad_tls": "{error}: {text}",
    "no_answer": "{error}: {text}",
    "refused": "{error}: {text}",
    "cut_short": "{error}: {text}",
    "hung_up": "{error}: {text}",
    "not_http": "{error}: {text}",
    "no_address": "{error}: {text}",
    "no_connection": "{error}: {text}",
    # exchanges that went well, but not as usual
    "tls_exception": "tls exception: security_level={level} ca_file={file}",
    "from_warc": "read from a WARC file",
    # faults of our own
    "unexpected": "unexpected {error}: {text}",
    # what pages, feeds and sitemaps are not
    "not_text": "bytes begin with {text}: not text",
    "control_bytes": "{number} control bytes in {total}: not text",
    "no_html": "no HTML to parse",
    "no_feed": "no rss, feed or rdf element",
    "feed_version": "no known version of RSS or Atom",
    "sitemap_root": "root element is '{root}', not urlset or sitemapindex",
    "no_xml": "no XML: {text}",
    "no_sitemap": "neither XML nor a list of addresses",
    "sitemap_empty": "empty",
    "not_found": "not found on the page",
    "not_css": "selector '{selector}' is not CSS; mend it under selectors of the source",
    # files of this machine
    "file_unread": "{text}",
    "archive_full": "{file}: offset {offset}: {text}; free some space",
    "archive_unreadable": "{file}: offset {offset}: no readable record ({text}); fetch the page again",
    "archive_changed": "{file}: offset {offset}: digest differs from the one stored; fetch the page again",
    "archive_folder": "{file}: {text}; check paths.data",
    "archive_taken": "{file}: another crawl is writing it; wait for its end",
    "no_warc": "{file}: not a WARC file that can be read: {text}",
    "empty_warc": "{file}: not a WARC file that can be read: no record in it",
    "warc_damaged": "{file}: offset {offset}: damaged or cut off ({text}); what stands before it was read",
}
"""Code -> its English sentence. A code that is renamed needs a migration of the store; see `pipeline.store`."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: make it by `because`. `args` are plain values, days as ISO text; one may be a reason itself."""

    code: str
    args: Mapping[str, str | int | float | Reason] = field(default_factory=dict)

    def __str__(self) -> str:
        return fill(REASONS, self, _plain)

    def __hash__(self) -> int:
        return hash((self.code, frozenset(self.args.items())))

    @property
    def root(self) -> Reason:
        """The innermost reason: what happened, without where."""
        why = self.args.get("why")
        return why.root if isinstance(why, Reason) else self

    def as_json(self) -> dict[str, Any]:
        """Gives the reason as it is stored."""
        args = {name: value.as_json() if isinstance(value, Reason) else value for name, value in self.args.items()}
        return {"code": self.code, "args": args}

    @classmethod
    def from_json(cls, document: object) -> Reason:
        """Reads a stored reason; a sentence of old stands for itself."""
        if not isinstance(document, Mapping):
            return cls("said", {"said": str(document)})
        args = {
            name: cls.from_json(value) if isinstance(value, Mapping) else value
            for name, value in document["args"].items()
        }
        return cls(str(document["code"]), args)


def because(code: str, /, **args: str | float | date | Reason) -> Reason:
    """Gives a reason of the table. Raises ValueError where the code is none, or its sentence asks for other values."""
    if code not in REASONS or placeholders(REASONS[code]) != args.keys():
        raise ValueError(f"{code}: no reason of the table has this code and these values: {', '.join(sorted(args))}")
    return Reason(code, {name: str(value) if isinstance(value, date) else value for name, value in args.items()})


def fill(table: Mapping[str, str], reason: Reason, show: Callable[[str | int | float | Reason], str]) -> str:
    """Gives the sentence that a table has for a reason, each value put through `show`.

    Of a reason that another version of this program stored and the table has not, the bare code and values.
    """
    sentence = table.get(reason.code)
    if sentence is None or not placeholders(sentence) <= reason.args.keys():
        return ", ".join([reason.code, *(f"{name}={value}" for name, value in reason.args.items())])
    return sentence.format(**{name: show(value) for name, value in reason.args.items()})


def placeholders(sentence: str) -> frozenset[str]:
    """Gives the names of the values that go into a sentence."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def _plain(value: str | float | Reason) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
