"""Why a day could not be observed, in words that an office understands; crawlers and models say it in English.

The English stays as the crawl worded it. For Vietnamese every sentence that the crawlers, the archive and the models
can word has a rule here; addresses, numbers and days go over into it, what only a programmer could use does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from pipeline.wording import Pair, Words

CODES: Mapping[str, Pair] = {
    "robots": ("robots.txt không cho phép đọc", "robots.txt forbids it"),
    "refused": ("địa chỉ bị từ chối vì lý do an toàn", "address refused for safety"),
    "dns": ("không tìm thấy tên miền", "domain name not found"),
    "connect": ("không kết nối được máy chủ", "no connection to the server"),
    "tls": ("chứng thư số (TLS) của trang không hợp lệ", "invalid TLS certificate"),
    "timeout": ("máy chủ trả lời quá chậm", "server too slow"),
    "too_large": ("trang quá lớn", "page too large"),
    "redirects": ("trang chuyển hướng lặp lại không dừng", "too many redirects"),
    "http_4xx": ("máy chủ báo không có trang hoặc không cho đọc (4xx)", "server refuses the page (4xx)"),
    "http_5xx": ("máy chủ báo lỗi (5xx)", "server error (5xx)"),
    "throttled": ("máy chủ yêu cầu giảm tần suất truy cập", "server asks to slow down"),
    "wrong_type": ("nội dung trả về không phải trang tin", "not a page"),
    "truncated": ("trang tải về không trọn vẹn", "page cut short"),
    "budget": ("hết hạn mức đọc trong đêm", "budget of the night spent"),
    "decode": ("không nhận ra bảng mã ký tự", "text encoding not readable"),
    "parse": ("không đọc được cấu trúc trang", "page not understood"),
    "empty": ("trang không có gì để đọc", "nothing to read on the page"),
}
"""The codes of `crawlers.article.FAILURE_REASONS`, and "empty"."""

ROUTES: Mapping[str, str] = {
    "": "",
    "listing page": "trang chuyên mục ",
    "listing": "trang chuyên mục ",
    "section": "chuyên mục ",
    "feed": "kênh RSS/Atom ",
    "sitemap": "sơ đồ trang ",
    "walk": "",
}
"""What an address is, as the crawl calls it."""

_URL = r"(?P<url>[a-z]+://\S+)"
_OTHER = r"(?P<other>\S+)"
_N, _M = r"(?P<n>\d+)", r"(?P<m>\d+)"
_DAY = r"(?P<day>\d{4}-\d\d-\d\d)"
_WHERE = rf"(?:(?P<route>listing page|listing|section|feed|sitemap|walk) )?{_URL}"
_WHY = r"(?P<why>.+)"

SENTENCES: tuple[tuple[str, str], ...] = (
    # the store, and nights without anything to go by
    (r"not looked( at yet)?", "chưa thu thập lần nào"),
    (r"unknown", "không rõ lý do"),
    (r"nothing was read to past this day", "chưa đọc được trang nào lùi đến trước ngày này"),
    # how far feeds, sitemaps and listings were read
    (rf"{_WHERE} names nothing after {_DAY}, and no list confirms it",
     "{route}{url} không có bài nào sau ngày {day}, và không có danh sách nào khác xác nhận điều đó"),
    (rf"{_WHERE} reaches back to {_DAY} only", "{route}{url} chỉ có bài từ ngày {day} trở lại đây"),
    (rf"{_WHERE} shows no dates and was not read to its end",
     "{route}{url} không ghi ngày và chưa được đọc đến hết"),
    (rf"{_WHERE} names {_OTHER} of {_DAY}, which (?P<third>\S+) does not",
     "{route}{url} có bài {other} ngày {day} mà {third} không có"),
    (rf"{_WHERE} ends after {_N} full pages: it may be cut off there",
     "{route}{url} dừng ở trang đầy thứ {n}: có thể máy chủ không cho xem tiếp"),
    (rf"{_WHERE}: {_N} of {_M} pages are younger than it says",
     "{route}{url}: {n}/{m} trang có ngày đăng muộn hơn ngày ghi ở đó"),
    (rf"{_WHERE}: some of its items cannot be read", "{route}{url}: có mục không đọc được"),
    (rf"{_WHERE}: {_N} of its files were not read tonight", "{route}{url}: còn {n} tệp chưa đọc trong đêm"),
    (rf"{_WHERE}: more than {_N} pages \(fetch\.max_listing_pages\)",
     "{route}{url} dài hơn {n} trang, quá hạn mức fetch.max_listing_pages"),
    (rf"{_WHERE}: page {_N} shows the rows of page 1 again", "{route}{url}: trang {n} lặp lại các bài của trang 1"),
    (rf"{_WHERE}: page {_N} shows other pages, but no rows",
     "{route}{url}: trang {n} dẫn đến các trang khác nhưng không có bài nào trong danh sách"),
    (rf"{_WHERE}: page {_N} shows no rows", "{route}{url}: trang {n} không có bài nào trong danh sách"),
    (rf"{_WHERE} shows no rows", "{route}{url} không còn bài nào trong danh sách"),
    (rf"{_WHERE} goes on by a script that cannot be followed",
     "{route}{url} tải tiếp bằng mã kịch bản nên không đọc tiếp được"),
    (rf"{_WHERE} goes on at {_OTHER}, which is not asked for",
     "{route}{url} tiếp nối ở {other}, là địa chỉ không được đọc"),
    (rf"{_WHERE} was not read: more than {_N} sections", "{route}{url} chưa được đọc: trang có hơn {n} chuyên mục"),
    # the walk over all links
    (rf"the walk was stopped with {_N} pages unread", "phải dừng khi còn {n} trang chưa đọc"),
    (rf"no link of {_OTHER} leads to an article", "không liên kết nào của {other} dẫn đến bài viết"),
    (r"not asked for tonight: the host was given up", "chưa đọc trong đêm vì đã ngừng truy cập máy chủ này"),
    (r"the page showed nothing to read", "trang không có gì để đọc"),
    (r"the archive lost it(; the next crawl asks again)?", "bản lưu bị mất; lần thu thập sau sẽ tải lại"),
    # answers
    (rf"answered {_N}, Retry-After (?P<m>[\d.e+]+) s", "máy chủ báo lỗi {n}, hẹn {m} giây sau mới được đọc tiếp"),
    (r"answered (?P<n>404|410)", "máy chủ báo không có trang này ({n})"),
    (r"answered (?P<n>401|403)", "máy chủ không cho đọc trang này ({n})"),
    (r"answered (?P<n>429)", "máy chủ yêu cầu giảm tần suất truy cập ({n})"),
    (rf"answered {_N}", "máy chủ báo lỗi {n}"),
    (rf"{_N} for an unconditional request", "máy chủ trả lời {n} nhưng không gửi trang"),
    (rf"{_OTHER} given up for the night after {_N} URLs in a row without answer",
     "đêm đó ngừng truy cập {other} sau {n} địa chỉ liên tiếp không trả lời"),
    (rf"{_OTHER} given up for the night: {_WHY}", "đêm đó ngừng truy cập {other} vì {why}"),
    (rf"{_N} requests to {_OTHER} tonight \(fetch\.budget_per_host\)",
     "đã truy cập {other} {n} lần trong đêm, hết hạn mức fetch.budget_per_host"),
    (rf"robots\.txt: {_WHY}", "không đọc được robots.txt: {why}"),
    (rf"{_OTHER} asks for (?P<n>[\d.e+]+) s between requests \(fetch\.max_retry_after_s\)",
     "{other} yêu cầu cách {n} giây giữa hai lần truy cập, quá hạn mức fetch.max_retry_after_s"),
    (rf"{_OTHER} forbids {_URL}", "{other} không cho phép đọc {url}"),
    (rf"redirects to another site: {_OTHER}", "trang chuyển hướng sang trang khác: {other}"),
    (r"redirects to (?P<other>'.*'|\".*\")", "trang chuyển hướng đến địa chỉ không hợp lệ {other}"),
    (rf"more than {_N}, at last to {_OTHER}", "trang chuyển hướng hơn {n} lần, lần cuối đến {other}"),
    (rf"{_OTHER}: expected an absolute http or https URL", "địa chỉ không hợp lệ: {other}"),
    (rf"{_OTHER}: no valid URL: .*", "địa chỉ không hợp lệ: {other}"),
    (rf"{_OTHER}: (?P<third>'.*'|\".*\") is no name of a host(: .*)?", "địa chỉ không hợp lệ: {other}"),
    (r"Content-Type '(?P<other>[^']*)'", "nội dung trả về ({other}) không phải trang tin"),
    (rf"{_N} bytes announced, {_M} allowed", "trang quá lớn: {n} byte, cho phép tối đa {m} byte"),
    (rf"more than {_N} bytes on the wire", "trang quá lớn: hơn {n} byte"),
    (rf"more than {_N} bytes after inflating", "trang quá lớn: hơn {n} byte sau khi giải nén"),
    (r"Content-Encoding (?P<other>'.*') was not asked for", "máy chủ nén trang theo kiểu không đọc được ({other})"),
    (r"compressed body ends early", "trang tải về không trọn vẹn"),
    (r"(sitemap: )?(compressed body is damaged|damaged gzip): .*", "dữ liệu nén của trang bị hỏng"),
    (rf"{_OTHER} resolves to (?P<third>.*): not a public address; set loopback = true if meant",
     "{other} trỏ đến {third}, không phải địa chỉ công cộng; nếu đúng ý, ghi loopback = true cho nguồn"),
    (r"not finished after (?P<n>[\d.]+) s", "sau {n} giây máy chủ vẫn chưa gửi xong trang"),
    # what the network libraries raise: the name of the error is enough, their English says no more
    (r"(gaierror|NameResolutionError): .*", CODES["dns"][0]),
    (r"SSL\w*Error: .*|CertificateError: .*", CODES["tls"][0]),
    (r"((Connect|Read)?Time[oO]ut(Error)?|timeout): .*", CODES["timeout"][0]),
    (r"ConnectionRefusedError: .*", "máy chủ từ chối kết nối"),
    (r"(ConnectionResetError|ConnectionAbortedError|BrokenPipeError|RemoteDisconnected): .*",
     "máy chủ ngắt kết nối giữa chừng"),
    (r"(IncompleteRead|ProtocolError|ChunkedEncodingError|InvalidChunkLength): .*", CODES["truncated"][0]),
    (r"(BadStatusLine|LineTooLong|HTTPException|HeaderParsingError|UnknownProtocol): .*",
     "máy chủ trả lời không đúng giao thức HTTP"),
    (r"(LocationParseError|InvalidURL|UnicodeError|UnicodeEncodeError|LocationValueError): .*", "địa chỉ không hợp lệ"),
    (r"(OSError|NewConnectionError|ConnectionError|MaxRetryError): .*", CODES["connect"][0]),
    # faults of our own
    (r"unexpected (?P<other>\w+): .*", "chương trình gặp lỗi ngoài dự kiến ({other})"),
    # what pages, feeds and sitemaps are not
    (r"(charset: )?bytes begin with .*: not text", "nội dung không phải văn bản"),
    (rf"(charset: )?{_N} control bytes in {_M}: not text",
     "nội dung không phải văn bản: {n} byte điều khiển trong {m} byte đầu"),
    (r"(page: )?no HTML to parse", "trang không có mã HTML"),
    (r"(feed: )?(no rss, feed or rdf element|no known version of RSS or Atom)", "không phải kênh RSS hoặc Atom"),
    (r"(sitemap: )?root element is .*, not urlset or sitemapindex", "không phải sơ đồ trang"),
    (r"(sitemap: )?no XML: .*", "không phải XML hợp lệ"),
    (r"(sitemap: )?(neither XML nor a list of addresses)", "không phải sơ đồ trang"),
    (r"(sitemap: )?empty", "trang không có gì để đọc"),
    (r"(?:\w+: )?selector (?P<other>'.*'|\".*\") is not CSS; mend it under selectors of the source",
     "bộ chọn {other} không phải CSS; hãy sửa ở mục selectors của nguồn"),
    (r"(\w+: )?not found on the page", "trang thiếu phần cần đọc"),
)  # fmt: skip
"""What the store, `crawlers.proof`, `gather`, `routes`, `fetch` and those below them say, whole, and its Vietnamese.

The named groups go into the Vietnamese: `route`, addresses and other names (`url`, `other`, `third`), numbers (`n`,
`m`), a `day`, and `why`, which is a reason itself.
"""

_FILE = r"(?P<file>.+?)(?:: offset \d+)?"
_RESTORE = "hãy khôi phục từ bản sao lưu hoặc huấn luyện lại bằng `rasoat train`"

FAULTS: tuple[tuple[str, str], ...] = (
    # models
    (rf"{_FILE}: holds something that is not a model; .*",
     "{file}: có thứ không phải mô hình; hãy chọn thư mục mới hoặc còn trống"),
    (rf"{_FILE}: missing; restore .*", f"{{file}}: không có tệp này; {_RESTORE}"),
    (rf"{_FILE}: its SHA-256 is not the manifest's; .*", f"{{file}}: mã SHA-256 không khớp với bản kê; {_RESTORE}"),
    (rf"{_FILE}: trained on words of segmenter (?P<other>.*), this program has (?P<third>.*); train again .*",
     "{file}: học với bộ tách từ {other}, chương trình dùng {third}; hãy huấn luyện lại bằng `rasoat train`"),
    (rf"{_FILE}: no such file; (?P<other>.*) is not a model folder",
     "{file}: không có tệp này; {other} không phải thư mục mô hình"),
    (rf"{_FILE}: damaged \((?P<other>.*)\); restore .*", f"{{file}}: bị hỏng; {_RESTORE}"),
    (rf"{_FILE}: format (?P<other>.*), this program reads (?P<third>.*); .*",
     "{file}: định dạng {other}, chương trình chỉ đọc {third}; hãy nâng cấp rasoat hoặc huấn luyện lại"),
    (rf"{_FILE}: holds (?P<other>.*), which no model of ours does; .*",
     "{file}: chứa {other}, mô hình của chương trình không có thứ này; không dùng tệp này"),
    (rf"{_FILE}: not a model of ours \(.*\); train again .*",
     "{file}: không phải mô hình của chương trình; hãy huấn luyện lại bằng `rasoat train`"),
    (rf"{_FILE}: (?P<other>\S+): no such version in (?P<third>.*); there are: (?P<known>.*)",
     "{file}: {third} không có phiên bản {other}; đang có: {known}"),
    (r"labels: no topic has (?P<n>\d+) articles for it and as many against it; label more articles",
     "nhãn: không chủ đề nào có đủ {n} bài có nhãn và {n} bài không có; hãy gán nhãn thêm"),
    (rf"{_FILE}: the shipped model reigns; .*", "{file}: đang dùng mô hình kèm sẵn, không có gì để quay lại"),
    # which model is used
    (r"reigns already", "đang được dùng rồi"),
    (r"written to --out", "đã ghi vào --out"),
    (r"macro F1 (?P<x>[\d.]+) by cross-validation; (?P<model>.+): (?P<y>[\d.]+) (?P<how>by cross-validation|on these articles)",
     "macro F1 {x} khi kiểm định chéo; mô hình {model}: {y} {how}"),
    # archives
    (rf"{_FILE}: [^:]*; free some space", "{file}: không ghi được bản lưu; hãy dọn bớt ổ đĩa"),
    (rf"{_FILE}: no readable record \(.*\); fetch the page again", "{file}: bản lưu không đọc được; hãy thu thập lại"),
    (rf"{_FILE}: digest differs from the one stored; fetch the page again",
     "{file}: bản lưu không còn đúng như khi lưu; hãy thu thập lại"),
    (rf"{_FILE}: .*; check paths\.data", "{file}: không đọc hoặc ghi được; hãy kiểm tra paths.data"),
    (rf"{_FILE}: another crawl is writing it; wait for its end",
     "{file}: một lần thu thập khác đang ghi; hãy chờ cho xong"),
    (rf"{_FILE}: not a WARC file that can be read: .*", "{file}: không phải tệp WARC đọc được"),
)  # fmt: skip
"""What ends a command in `models` and `crawlers.archive`, or says which model is used, and its Vietnamese."""

HOW: Mapping[str, str] = {"by cross-validation": "khi kiểm định chéo", "on these articles": "trên các bài này"}

_RULES = tuple((re.compile(pattern, re.DOTALL), vi) for pattern, vi in (*SENTENCES, *FAULTS))
_ADDRESSED = re.compile(rf"{_WHERE}: {_WHY}", re.DOTALL)


def in_words(reason: str, words: Words) -> str:
    """Says in one language why a day was not observed. A Vietnamese reason without a rule is called technical."""
    if words.lang == "en":
        return _english(reason)
    return _vietnamese(reason, words) or f"lý do kỹ thuật: {reason}"


def _english(reason: str) -> str:
    address = _ADDRESSED.fullmatch(reason)
    said = address["why"] if address else reason
    code, _, _ = said.partition(":")  # the detail after it is technical and stays in audit.json
    if code not in CODES:
        return reason
    return f"{CODES[code][1]}: {reason.removesuffix(f': {said}')}" if address else CODES[code][1]


def _vietnamese(reason: str, words: Words) -> str | None:
    for pattern, vi in _RULES:
        if match := pattern.fullmatch(reason):
            return vi.format(**{name: _shown(name, text or "", words) for name, text in match.groupdict().items()})
    if match := _ADDRESSED.fullmatch(reason):
        why = match["why"].removeprefix(f"{match['url']}: ")  # a page's own fault names its address again
        return f"{_shown('why', why, words)}: {_shown('route', match['route'] or '', words)}{match['url']}"
    code, _, _ = reason.partition(":")
    return words.pair(CODES[code]) if code in CODES else None


def _shown(name: str, text: str, words: Words) -> str:
    """Puts one group of a rule into Vietnamese; what is not named here is the same in both languages."""
    shown: Mapping[str, Callable[[], str]] = {
        "route": lambda: ROUTES[text],
        "day": lambda: words.day(date.fromisoformat(text)),
        "n": lambda: words.number(float(text)),
        "m": lambda: words.number(float(text)),
        "x": lambda: text.replace(".", ","),
        "y": lambda: text.replace(".", ","),
        "how": lambda: HOW[text],
        "model": lambda: "kèm sẵn" if text == "shipped" else text,
        "why": lambda: in_words(text, words),
    }
    return shown[name]() if name in shown else text
