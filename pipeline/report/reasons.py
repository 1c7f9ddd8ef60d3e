"""Why something was not seen, read or written, in words that an office understands; below, reasons are codes.

Two tables: one for `crawlers.reason.REASONS`, one for `models.errors.FAULTS`, with the same codes and the same values.
What libraries worded is left out, as no office can use it; the log has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from crawlers.errors import CrawlError
from crawlers.reason import Reason, fill
from models.errors import ModelError
from pipeline.wording import Pair, Words

ROUTES: Final[Mapping[str, str]] = {
    "listing": "trang chuyên mục",
    "feed": "kênh RSS/Atom",
    "sitemap": "sơ đồ trang",
    "walk": "lượt đọc theo liên kết",
}
"""What an address is, as the crawl calls it."""

REASONS_VI: Final[Mapping[str, str]] = {
    "said": "lý do kỹ thuật: {said}",
    # nights without anything to go by
    "not_looked": "chưa được thu thập",
    "not_over": "ngày chưa kết thúc",
    "unknown": "không rõ lý do",
    "nothing_read": "chưa có danh sách nào được đọc lùi đến trước ngày này",
    # where something happened
    "at": "{why} ({url})",
    "on_route": "{why} ({route} {url})",
    "listing_page": "{why} (trang chuyên mục {url})",
    "section": "{why} (chuyên mục {url})",
    # how far feeds, sitemaps and listings were read
    "newest": "{route} {url} không có bài nào sau ngày {day}, và không có danh sách nào khác xác nhận điều đó",
    "reaches_back": "{route} {url} chỉ có bài từ ngày {day} trở lại đây",
    "undated_unread": "{route} {url} không ghi ngày và chưa được đọc đến hết",
    "unnamed": "{route} {url} có bài {key} ngày {day} mà {other} không có",
    "cut_off": "{route} {url} dừng sau {number} trang đều kín bài; có thể máy chủ không cho xem tiếp",
    "younger": "{route} {url}: {number}/{total} bài có ngày đăng muộn hơn ngày ghi trong danh sách",
    "older": "{route} {url}: {number}/{total} bài có ngày đăng sớm hơn ngày ghi trong danh sách",
    "broken_items": "{route} {url}: có mục không đọc được",
    "unread_files": "{route} {url}: còn {number} tệp chưa đọc trong đêm",
    "too_many_pages": "{route} {url} dài hơn {number} trang, quá hạn mức fetch.max_listing_pages",
    "same_rows": "{route} {url}: trang {number} lặp lại các bài của trang 1",
    "other_pages": "{route} {url}: trang {number} dẫn đến các trang khác nhưng không có bài nào trong danh sách",
    "page_without_rows": "{route} {url}: trang {number} không có bài nào trong danh sách",
    "without_rows": "{route} {url} không còn bài nào trong danh sách",
    "script": "{route} {url} chỉ tải tiếp bằng JavaScript nên không đọc tiếp được",
    "not_asked_for": "{route} {url} tiếp nối ở {other}, là địa chỉ không được đọc",
    "too_many_sections": "chuyên mục {url} chưa được đọc: trang có hơn {number} chuyên mục",
    # the walk over all links
    "walk_stopped": "phải dừng khi còn {number} trang chưa đọc",
    "many_gone": "{number} trong {total} liên kết của {url} dẫn đến trang không còn",
    "no_article": "không liên kết nào của {url} dẫn đến bài viết",
    "host_given_up": "chưa đọc trong đêm vì đã ngừng truy cập máy chủ này",
    "nothing_shown": "trang không có gì để đọc",
    "no_text_found": "không tìm thấy bài viết nào trên trang",
    "archive_lost": "bản lưu bị mất; lần thu thập sau sẽ tải lại",
    # answers
    "gone": "máy chủ báo không có trang này ({status})",
    "forbidden": "máy chủ không cho đọc trang này ({status})",
    "slow_down": "máy chủ yêu cầu giảm tần suất truy cập ({status})",
    "answered": "máy chủ báo lỗi {status}",
    "retry_after": "máy chủ báo lỗi {status}, hẹn {seconds} giây sau mới được đọc tiếp",
    "no_page": "máy chủ trả lời {status} nhưng không gửi trang",
    "given_up_silent": "đêm đó ngừng truy cập {host} sau {number} địa chỉ liên tiếp không trả lời",
    "given_up": "đêm đó ngừng truy cập {host} vì {why}",
    "budget": "đã truy cập {host} {number} lần trong đêm, hết hạn mức fetch.budget_per_host",
    "robots_unread": "không đọc được robots.txt: {why}",
    "crawl_delay": "{url} yêu cầu cách {seconds} giây giữa hai lần truy cập, quá hạn mức fetch.max_retry_after_s",
    "robots_forbid": "{robots} không cho phép đọc trang này",
    "redirect_nowhere": "trang chuyển hướng đến địa chỉ không hợp lệ '{target}'",
    "redirect_away": "trang chuyển hướng sang trang web khác: {target}",
    "redirects": "trang chuyển hướng hơn {number} lần, lần cuối đến {target}",
    "bad_address": "địa chỉ không hợp lệ: {url}",
    "content_type": "nội dung trả về ({type}) không phải trang tin",
    "announced": "trang quá lớn: {number} byte, cho phép tối đa {limit} byte",
    "on_wire": "trang quá lớn: hơn {number} byte",
    "inflated": "trang quá lớn: hơn {number} byte sau khi giải nén",
    "encoding": "máy chủ nén trang theo kiểu không đọc được ('{encoding}')",
    "ends_early": "trang tải về không trọn vẹn",
    "damaged": "dữ liệu nén của trang bị hỏng",
    "private": (
        "{host} trỏ đến {addresses}, không phải địa chỉ công cộng; nếu đúng là máy nội bộ, ghi loopback = true cho nguồn"
    ),
    "deadline": "sau {seconds} giây máy chủ vẫn chưa gửi xong trang",
    # what the libraries of the network raise
    "no_name": "không tìm thấy tên miền",
    "bad_tls": "chứng thư số (TLS) của trang không hợp lệ",
    "no_answer": "máy chủ trả lời quá chậm",
    "refused": "máy chủ từ chối kết nối",
    "cut_short": "trang tải về không trọn vẹn",
    "hung_up": "máy chủ ngắt kết nối giữa chừng",
    "not_http": "máy chủ trả lời không đúng giao thức HTTP",
    "no_address": "địa chỉ không hợp lệ",
    "no_connection": "không kết nối được máy chủ",
    # exchanges that went well, but not as usual
    "tls_exception": "ngoại lệ TLS: security_level={level} ca_file={file}",
    "from_warc": "đọc từ tệp WARC",
    # faults of our own
    "unexpected": "chương trình gặp lỗi ngoài dự kiến ({error})",
    # what pages, feeds and sitemaps are not
    "not_text": "nội dung không phải dạng chữ (có thể là ảnh hoặc tệp nén)",
    "control_bytes": "nội dung không phải dạng chữ: {number} byte điều khiển trong {total} byte đầu",
    "no_html": "trang không có mã HTML",
    "no_feed": "không phải kênh RSS hoặc Atom",
    "feed_version": "không phải kênh RSS hoặc Atom",
    "sitemap_root": "không phải sơ đồ trang: phần tử gốc là '{root}'",
    "no_xml": "không phải XML hợp lệ",
    "no_sitemap": "không phải sơ đồ trang",
    "sitemap_empty": "trang không có gì để đọc",
    "not_found": "trang thiếu phần cần đọc",
    "not_css": "bộ chọn '{selector}' không phải CSS; hãy sửa ở mục selectors của nguồn",
    # files of this machine
    "file_unread": "không đọc được tệp",
    "archive_full": "{file}: vị trí {offset}: không ghi được bản lưu; hãy dọn bớt ổ đĩa",
    "archive_unreadable": "{file}: vị trí {offset}: bản lưu không đọc được; hãy thu thập lại",
    "archive_changed": "{file}: vị trí {offset}: bản lưu không còn đúng như khi lưu; hãy thu thập lại",
    "archive_folder": "{file}: không đọc hoặc ghi được; hãy kiểm tra paths.data",
    "archive_taken": "{file}: một lần thu thập khác đang ghi; hãy chờ cho xong",
    "no_warc": "{file}: không phải tệp WARC hoặc tệp đã hỏng",
    "empty_warc": "{file}: tệp WARC không có bản ghi nào",
    "warc_damaged": "{file}: hỏng hoặc bị cắt từ byte thứ {offset}; phần trước đó đã được đọc",
}
"""Code of `crawlers.reason.REASONS` -> its Vietnamese."""

_RESTORE: Final = "hãy khôi phục từ bản sao lưu hoặc huấn luyện lại bằng `rasoat train`"

FAULTS_VI: Final[Mapping[str, str]] = {
    "not_a_model": "{file}: thư mục có tệp không thuộc mô hình; hãy chọn thư mục mới hoặc còn trống",
    "missing": f"{{file}}: không có tệp này; {_RESTORE}",
    "changed": f"{{file}}: mã SHA-256 không khớp với bản kê; {_RESTORE}",
    "segmenter": (
        "{file}: học với bộ tách từ '{found}', chương trình dùng '{ours}'; hãy huấn luyện lại bằng `rasoat train`"
    ),
    "no_model_folder": "{file}: không có tệp này; {folder} không phải thư mục mô hình",
    "damaged": f"{{file}}: bị hỏng; {_RESTORE}",
    "format": (
        "{file}: định dạng {found}, chương trình chỉ đọc {ours}; hãy nâng cấp rasoat hoặc huấn luyện lại bằng"
        " `rasoat train`"
    ),
    "too_large": "{file}: giải nén ra {number} byte, mô hình của chương trình không lớn như vậy; không được dùng tệp này",
    "foreign": "{file}: chứa {names}, mô hình của chương trình không có các phần này; không được dùng tệp này",
    "unreadable": "{file}: không phải mô hình của chương trình; hãy huấn luyện lại bằng `rasoat train`",
    "other_version": "{file}: đang chứa {found} chứ không phải {asked}; hãy chạy lại lệnh",
    "no_version": "classify.model: {folder} không có phiên bản {version}; đang có: {known}",
    "no_version_yet": (
        "classify.model: {folder} không có phiên bản {version} vì chưa có mô hình nào; hãy huấn luyện bằng `rasoat train`"
    ),
    "nothing_before": "{file}: đang dùng mô hình kèm sẵn, không có gì để quay lại",
    "log_damaged": "{file}:{line}: bị hỏng; hãy khôi phục từ bản sao lưu",
    "training": "{folder}: đang có một lượt huấn luyện khác; hãy chờ lượt đó xong",
    "few_labels": "nhãn: không chủ đề nào có đủ {number} bài có nhãn và {number} bài không có; hãy gán nhãn thêm",
    "no_encoder_extra": "muốn dùng bộ mã hóa phải có {names}, máy này chưa cài; hãy chạy {command}",
    "encoder_absent": "{folder}: không có thư mục này; --encoder cần thư mục trên máy này có các tệp của bộ mã hóa",
    "encoder_incomplete": (
        "{folder}: thiếu {names}; hãy chép đủ các tệp của bộ mã hóa vào đó, chương trình không tự tải gì về"
    ),
    "encoder_unread": "{folder}: không đọc được bộ mã hóa ({text}); hãy chép lại các tệp của bộ mã hóa vào đó",
    "floors_sink": "{file}: điểm sàn sẽ giảm: {names}; nếu chủ ý như vậy, thêm --lower",
}
"""Code of `models.errors.FAULTS` -> its Vietnamese."""


REMEDIES: Final[Mapping[str, Pair]] = {
    "bad_tls": ("khai ngoại lệ cho máy chủ này ở fetch.tls", "name an exception for this host under fetch.tls"),
    "private": ("", ""),  # the reason says what to do
    "slow_down": ("chờ đến đêm sau, hoặc tăng fetch.delay_s", "wait for the next night, or raise fetch.delay_s"),
    "retry_after": ("chờ đến đêm sau, hoặc tăng fetch.delay_s", "wait for the next night, or raise fetch.delay_s"),
    "no_name": ("kiểm tra tên miền ở home; trang có thể đã chuyển", "check the host in home; the site may have moved"),
}
"""What to do about a reason, by the code at its root; for all others `remedy` says to look at the address."""


def remedy(reason: Reason, words: Words) -> str:
    """Says what to do about a host that could not be asked; "" where the reason says so itself."""
    otherwise = ("kiểm tra địa chỉ home và mạng", "check home and the network")
    said = words.pair(REMEDIES.get(reason.root.code, otherwise))
    return f"; hãy {said}" if said and words.lang == "vi" else f"; {said}" if said else ""


def in_words(reason: Reason, words: Words) -> str:
    """Says a reason in one language."""
    if words.lang == "en":
        return str(reason)
    shown = {name: _shown(name, value, words) for name, value in reason.args.items()}
    return fill(REASONS_VI, Reason(reason.code, shown), str)


def error_in_words(error: CrawlError | ModelError, words: Words) -> str:
    """Says in one language what ended a command."""
    if words.lang == "en":
        return str(error)
    if isinstance(error, CrawlError):
        return in_words(error.why, words)
    return FAULTS_VI[error.code].format(**{name: _shown(name, value, words) for name, value in error.values.items()})


def _shown(name: str, value: str | float | Reason, words: Words) -> str:
    """Puts one value into Vietnamese: routes and days by their name, numbers and reasons by their kind."""
    if isinstance(value, Reason):
        return in_words(value, words)
    if name == "line":  # of a file: editors and our own messages write it without dots
        return str(value)
    if not isinstance(value, str):
        return words.number(value)
    match name:
        case "route":
            return ROUTES.get(value, value)
        case "day":
            return words.day(date.fromisoformat(value))
    return value
