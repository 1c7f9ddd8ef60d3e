"""Where a list goes on by script: addresses that pagers, buttons and endless lists carry, and those that carry none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement

from crawlers.links import in_nav, is_script, is_turn, label, quoted_addresses, says_briefly, script_of
from crawlers.paging import has_place, is_forward, number_in, on_page
from crawlers.urls import resolve, same_site, url_key

MAX_PAGE: Final = 1_000  # a larger number on a button is an id

_MORE: Final = re.compile(
    r"^\W*(?:xem|tải|đọc)\s+(?:thêm|tiếp)|^\W*(?:load|show|see|view)\s+more|trang\s+(?:sau|tiếp)|^next\W*$",
    re.IGNORECASE,
)
_POSTBACK: Final = re.compile(r"__doPostBack\([^)]{0,300}(?:page|pager|next|lnk)", re.IGNORECASE)
_FORWARD: Final = re.compile(
    r"^\W*\d{1,4}\W*$|^\W*(?:trang\s+)?(?:sau|tiếp|kế)|^\W*(?:next|older)\b|^\s*[>›»→]+\s*$", re.IGNORECASE
)
_LOADS: Final = re.compile(r"load-?more|xem-?them|tai-?them|infinite|jscroll|show-?more|view-?more", re.IGNORECASE)
_ADDRESSES: Final = (
    *("data-next-url", "data-next-page-url", "data-next", "data-url", "data-href", "data-ajax-url", "data-ajax"),
    *("data-load-url", "data-api", "data-link", "data-src", "data-action", "formaction"),
)  # attributes in which buttons and lists keep where they go on
_NUMBERS: Final = ("data-next-page", "data-nextpage", "data-next", "data-page", "data-trang", "data-p")
_SHOWN: Final = ("data-current-page", "data-currentpage", "data-current", "data-pageindex", "data-page-index")


def scripted_steps(root: HtmlElement, base: str, url: str) -> list[tuple[str, str, str]]:
    """Returns the addresses on the site that scripted pagers carry in quotes, with what their links say."""
    return [(target, text, "") for target, text in _turning(root, base, url)]


def scripted_next(root: HtmlElement, base: str, url: str) -> str | None:
    """Returns where a scripted "next" leads whose address is another page's: lists on portals page through their own view."""
    found = (
        target for target, text in _turning(root, base, url) if is_forward(text) and url_key(target) != url_key(url)
    )
    return next(found, None)


def more_of(root: HtmlElement, base: str, url: str) -> str | None:
    """Returns where a "load more" button or an endless list says that it goes on."""
    for each in root.xpath("//*[@*[starts-with(name(), 'data-')] or @formaction]"):
        names = f"{label(each)} {' '.join(name for name in each.attrib if 'next' in name)}"
        if not (_LOADS.search(names) or "next" in names or _MORE.search(says_briefly(each) or each.get("value", ""))):
            continue
        values = (each.get(name, "").strip() for name in _ADDRESSES)
        target = next((found for value in values if re.search("[/?]", value) and (found := resolve(base, value))), None)
        number = _next_number(each)
        if target is None and number is not None and each.get("href", "#").startswith(("#", "javascript:")):
            target = url if number > 1 else None
        if target is None or not same_site(url, target):
            continue
        target = on_page(target, number) if number is not None else on_page(target, 2) if has_place(target) else target
        if url_key(target) != url_key(url):
            return target
    return None


def is_stuck(root: HtmlElement, url: str, base: str) -> bool:
    """Tells whether a page's list goes on by a script that says nowhere whereto."""
    for each in root.iter("a", "button", "input"):
        href, script = each.get("href", ""), f"{each.get('href', '')} {each.get('onclick', '')}"
        if _POSTBACK.search(script):
            return True
        if is_script(href) and _FORWARD.search(says_briefly(each)) and not in_nav(each):
            return True
        if (each.tag != "a" or resolve(base, href) in {None, url}) and _MORE.search(
            says_briefly(each) or each.get("value", "")
        ):
            return True
    return bool(root.xpath("//*[contains(@class, 'infinite-scroll') or contains(@class, 'jscroll')]"))


def _turning(root: HtmlElement, base: str, url: str) -> Iterator[tuple[str, str]]:
    for each in root.iter("a", "button"):
        script = script_of(each)
        text = says_briefly(each) if script else ""
        if text and is_turn(text):
            for value in quoted_addresses(script):
                target = resolve(base, value)
                if target is not None and same_site(url, target):
                    yield target, text


def _next_number(element: HtmlElement) -> int | None:
    """Returns the number of the next page that a button carries; `data-page` may be the one that is shown."""
    for name in (*_NUMBERS, *_SHOWN):
        number = number_in(element.get(name, ""))
        if number is not None and number < MAX_PAGE:
            if name in _SHOWN:
                return number + 1
            shown = name in {"data-page", "data-trang", "data-p"} and number < 2
            return 2 if shown else number
    return None
