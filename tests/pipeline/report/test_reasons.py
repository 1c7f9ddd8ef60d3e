import re

import pytest

from crawlers.article import FAILURE_REASONS
from pipeline.report.reasons import CODES, in_words
from pipeline.wording import Words

VI, EN = Words("vi"), Words("en")
A, B = "https://a.vn/tin?p=2", "http://b.vn:8080/x/"

WORDINGS = [  # every sentence of the crawlers, as they word it
    *FAILURE_REASONS,
    "empty",
    "not looked",
    "not looked at yet",
    "unknown",
    "nothing was read to past this day",
    f"feed {A} names nothing after 2020-09-30, and no list confirms it",
    f"sitemap {A} reaches back to 2020-09-30 only",
    f"listing {A} shows no dates and was not read to its end",
    f"listing {A} names b.vn/x of 2020-09-30, which {B} does not",
    f"listing {A} ends after 5 full pages: it may be cut off there",
    f"sitemap {A}: 12 of 40 pages are younger than it says",
    f"feed {A}: some of its items cannot be read",
    f"sitemap {A}: 3 of its files were not read tonight",
    f"listing {A}: more than 200 pages (fetch.max_listing_pages)",
    f"listing {A}: page 2 shows the rows of page 1 again",
    f"listing {A}: page 3 shows other pages, but no rows",
    f"listing {A}: page 3 shows no rows",
    f"listing {A} shows no rows",
    f"listing {A} goes on by a script that cannot be followed",
    f"listing {A} goes on at {B}, which is not asked for",
    f"section {A} was not read: more than 400 sections",
    f"listing page {A}: answered 503",
    f"section {A}: timeout",
    f"feed {A}: no rss, feed or rdf element",
    "the walk was stopped with 1200 pages unread",
    f"no link of {A} leads to an article",
    f"{A}: not asked for tonight: the host was given up",
    f"{A}: the page showed nothing to read",
    f"{A}: the archive lost it",
    "the archive lost it; the next crawl asks again",
    f"{A}: answered 404",
    f"{A}: answered 403",
    f"{A}: answered 429",
    f"{A}: answered 503",
    f"{A}: answered 503, Retry-After 86400 s",
    f"{A}: 304 for an unconditional request",
    f"{A}: a.vn given up for the night after 5 URLs in a row without answer",
    f"{A}: a.vn given up for the night: answered 503, Retry-After 86400 s",
    f"{A}: 20000 requests to a.vn tonight (fetch.budget_per_host)",
    f"{A}: robots.txt: answered 500",
    f"{A}: https://a.vn/robots.txt forbids {A}",
    f"{A}: https://a.vn/robots.txt asks for 7200 s between requests (fetch.max_retry_after_s)",
    f"{A}: a.vn given up for the night: {A} asks for 7200 s between requests (fetch.max_retry_after_s)",
    "unexpected KeyError: 'url'",
    f"{A}: redirects to 'javascript:void(0)'",
    f"{A}: redirects to another site: {B}",
    f"{A}: more than 5, at last to {B}",
    f"{A}: ftp://a.vn/: expected an absolute http or https URL",
    f"{A}: {B}: no valid URL: Invalid port",
    f"{A}: http://a..vn/: 'a..vn' is no name of a host: label empty or too long",
    f"{A}: http://a_.vn/: 'a_.vn' is no name of a host",
    f"{A}: Content-Type 'image/png'",
    f"{A}: 20000000 bytes announced, 10000000 allowed",
    f"{A}: more than 10000000 bytes on the wire",
    f"{A}: more than 50000000 bytes after inflating",
    f"{A}: Content-Encoding 'br' was not asked for",
    f"{A}: compressed body ends early",
    f"{A}: compressed body is damaged: Error -3 while decompressing data",
    f"{A}: a.vn resolves to 10.0.0.1, 10.0.0.2: not a public address; set loopback = true if meant",
    f"{A}: not finished after 60 s",
    f"{A}: gaierror: [Errno -2] Name or service not known",
    f"{A}: SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired",
    f"{A}: ReadTimeoutError: Read timed out. (read timeout=20)",
    f"{A}: TimeoutError: deadline of the exchange passed",
    f"{A}: ConnectTimeoutError: a.vn: no connection in time",
    f"{A}: ConnectionRefusedError: [Errno 111] Connection refused",
    f"{A}: ConnectionResetError: [Errno 104] Connection reset by peer",
    f"{A}: RemoteDisconnected: Remote end closed connection without response",
    f"{A}: IncompleteRead: IncompleteRead(10 bytes read, 90 more expected)",
    f"{A}: BadStatusLine: rubbish",
    f"{A}: OSError: [Errno 101] Network is unreachable",
    f"{A}: UnicodeError: label too long",
    f"{A}: charset: bytes begin with b'%PDF-': not text",
    f"{A}: charset: 40 control bytes in 4096: not text",
    f"listing page {A}: bytes begin with b'GIF8': not text",
    f"{A}: page: no HTML to parse",
    f"{A}: {A}: feed: no known version of RSS or Atom",
    f"{A}: {A}: sitemap: damaged gzip: CRC check failed",
    f"sitemap {A}: root element is 'html', not urlset or sitemapindex",
    f"sitemap {A}: no XML: Document is empty, line 1, column 1",
    f"sitemap {A}: empty",
    f"sitemap {A}: neither XML nor a list of addresses",
    f"{A}: body: selector 'div[' is not CSS; mend it under selectors of the source",
    f"{A}: body: not found on the page",
    "reigns already",
    "written to --out",
    "macro F1 0.9012 by cross-validation; shipped: 0.8000 by cross-validation",
    "macro F1 0.9012 by cross-validation; m-1f2e: 0.8000 on these articles",
    "kho/m: holds something that is not a model; name a new or empty folder",
    "kho/m: missing; restore the folder from a backup or train again with `rasoat train`",
    "kho/m: its SHA-256 is not the manifest's; restore the folder from a backup or train again with `rasoat train`",
    "kho/m: trained on words of segmenter 'a-1', this program has 'a-2'; train again with `rasoat train`",
    "kho/m: no such file; kho is not a model folder",
    "kho/m: damaged (files); restore the folder from a backup or train again",
    "kho/m: format 7, this program reads 1; upgrade rasoat or train again",
    "kho/m: holds os.system, which no model of ours does; do not use this file",
    "kho/m: not a model of ours (File is no zip file); train again with `rasoat train`",
    "classify.model: m-9: no such version in kho; there are: m-1, m-2",
    "labels: no topic has 5 articles for it and as many against it; label more articles",
    "kho/m: the shipped model reigns; there is nothing to roll back to",
    "kho/m:4: damaged (Expecting value); restore it from a backup",
    "/tmp/b.warc.gz: offset 4096: No space left on device; free some space",
    "kho/m: offset 7: no readable record (broken); fetch the page again",
    "kho/m: offset 7: digest differs from the one stored; fetch the page again",
    "kho/m: Permission denied; check paths.data",
    "/tmp/b.warc.gz: another crawl is writing it; wait for its end",
    "/tmp/a.warc: not a WARC file that can be read: no record in it",
]
KEPT = re.compile(
    r"[a-z]+://\S+|'[^']*'|fetch\.\w+|loopback = true|robots\.txt|KeyError|`rasoat train`|[\w/.-]*(kho/m|warc(\.gz)?)\b|classify\.model|os\.system|paths\.data|--out|\b(selectors|[ab]\.vn(/x)?|image/png)\b"
)
NAMES = {
    "rss",
    "atom",
    "xml",
    "css",
    "html",
    "http",
    "tls",
    "warc",
    "sha",
    "macro",
    "rasoat",
    "kho",
}  # are the same in both languages


def words_of(text):
    return set(re.findall(r"[^\W\d_]{3,}", KEPT.sub(" ", text).lower())) - NAMES


@pytest.mark.parametrize("reason", WORDINGS)
def test_every_reason_of_the_crawlers_is_told_in_vietnamese(reason):
    said = in_words(reason, VI)
    assert not words_of(said) & words_of(reason), said
    assert not re.search(r"kỹ thuật|\d{4}-\d\d-\d\d", said)
    assert A not in reason or A in said


@pytest.mark.parametrize(
    ("reason", "vi"),
    [
        ("http_5xx", "máy chủ báo lỗi (5xx)"),
        (f"{A}: timeout: read timed out", f"máy chủ trả lời quá chậm: {A}"),
        (f"listing page {A}: answered 503", f"máy chủ báo lỗi 503: trang chuyên mục {A}"),
        (
            f"{A}: a.vn given up for the night: answered 503, Retry-After 3600 s",
            f"đêm đó ngừng truy cập a.vn vì máy chủ báo lỗi 503, hẹn 3.600 giây sau mới được đọc tiếp: {A}",
        ),
        (f"feed {A} reaches back to 2020-09-06 only", f"kênh RSS/Atom {A} chỉ có bài từ ngày 06/09/2020 trở lại đây"),
        (f"{A}: {A}: sitemap: no XML: line 1", f"không phải XML hợp lệ: {A}"),
        ("not looked", "chưa thu thập lần nào"),
    ],
)
def test_addresses_numbers_and_days_go_over_into_the_vietnamese(reason, vi):
    assert in_words(reason, VI) == vi


@pytest.mark.parametrize(
    ("reason", "vi"),
    [
        ("power cut", "lý do kỹ thuật: power cut"),
        (f"{A}: OddError: 7", f"lý do kỹ thuật: OddError: 7: {A}"),
        ("a {curly} 100% reason", "lý do kỹ thuật: a {curly} 100% reason"),
        ("", "lý do kỹ thuật: "),
    ],
)
def test_reason_without_a_rule_is_called_technical(reason, vi):
    assert in_words(reason, VI) == vi


@pytest.mark.parametrize(
    ("reason", "en"),
    [
        ("http_5xx", "server error (5xx)"),
        (f"{A}: timeout: read timed out", f"server too slow: {A}"),
        (f"listing page {A}: robots", f"robots.txt forbids it: listing page {A}"),
        (f"{A}: answered 503", f"{A}: answered 503"),
    ],
)
def test_english_keeps_the_words_of_the_crawl(reason, en):
    assert in_words(reason, EN) == en


def test_every_code_of_the_crawlers_has_its_words():
    assert set(FAILURE_REASONS) <= set(CODES)
