"""Archives behind forms: the addresses with which a site's own form would ask for the articles of certain days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawlers.links import base_of
from crawlers.tree import parse_tree
from crawlers.urls import resolve, same_site

MAX_FORMS: Final = 3  # of one page; more are filters of tables
MAX_GAP: Final = 12  # days between two asked for that one question spans

_PART: Final = re.compile(r"[$:.\[\]]+")
_FROM: Final = re.compile(
    r"(?:tu|bat-?dau)-?ngay|ngay-?(?:tu|bat-?dau)|(?:date|day)?-?(?:from|start|begin)-?(?:date|day)?|tu"
)
_TO: Final = re.compile(
    r"(?:den|ket-?thuc)-?ngay|ngay-?(?:den|ket-?thuc)|(?:date|day)?-?(?:to|end|until)-?(?:date|day)?|den"
)
_DAY: Final = re.compile(r"ngay(?:-?(?:dang|xem|xuat-?ban))?|day|date|d|dd")
_MONTH: Final = re.compile(r"thang|month(?:-?num)?|m|mm")
_YEAR: Final = re.compile(r"nam|year|y|yy|yyyy")
_NO_ARTICLES: Final = re.compile(
    r"van-?ban|thu-?tuc|so-?ky-?hieu|sokyhieu|co-?quan|linh-?vuc|nguoi-?ky|ho-?so", re.IGNORECASE
)

Kind = Literal["span", "month", "day"]


@dataclass(frozen=True, slots=True)
class DateForm:
    """One form that asks for days: by a first and a last day, by month and year, or day by day."""

    action: str  # absolute address without the fields
    kind: Kind
    names: tuple[str, ...]  # span: from, to; month: month, year; day: day, or day, month, year
    others: tuple[tuple[str, str], ...]  # what else the form sends, as it stands on the page
    iso: bool  # days are written 2020-09-05, else 05/09/2020
    padded: bool = False  # months are written 09


def date_forms(html: str, url: str) -> tuple[DateForm, ...]:
    """Returns the forms of a page that ask its own site for articles of certain days and need no script."""
    root = parse_tree(html)
    if root is None:
        return ()
    base = base_of(root, url)
    found = (_date_form(each, base, url) for each in root.iter("form"))
    return tuple([form for form in found if form is not None][:MAX_FORMS])


def questions(form: DateForm, days: Sequence[date]) -> list[tuple[str, date, date]]:
    """Returns the addresses that together ask for `days`, the youngest first, each with the first and last day it asks for."""
    spans = sorted(_spans(form, sorted(set(days))), reverse=True)
    return [(_address(form, first, last), first, last) for first, last in spans]


def _date_form(form: HtmlElement, base: str, url: str) -> DateForm | None:
    if form.get("method", "get").lower() != "get":
        return None
    action = resolve(base, form.get("action") or base)
    if action is None or not same_site(url, action):
        return None
    fields = {name: each for each in form.iter("input", "select") if (name := each.get("name", ""))}
    if any(_NO_ARTICLES.search(name) for name in fields):
        return None
    plain = {name: _plain(name) for name in fields if _is_open(fields[name])}
    for kind, patterns in (
        ("span", (_FROM, _TO)),
        ("day", (_DAY, _MONTH, _YEAR)),
        ("month", (_MONTH, _YEAR)),
        ("day", (_DAY,)),
    ):
        names = tuple(next((name for name, word in plain.items() if each.fullmatch(word)), "") for each in patterns)
        if all(names) and len(set(names)) == len(names):
            inputs = [fields[name] for name in names]
            return DateForm(
                urlunsplit(urlsplit(action)._replace(query="")),
                kind,  # type: ignore[arg-type] # mypy widens literals in tuples
                names,
                tuple(_others(fields, names)),
                iso=any(_is_iso(each) for each in inputs),
                padded=any(option.get("value") == "09" for each in inputs for option in each.iter("option")),
            )
    return None


def _plain(name: str) -> str:
    """Returns a field's own name: without the containers that ASP.NET puts before it, words apart by hyphens."""
    last = [part for part in _PART.split(name) if part][-1:] or [name]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", last[0])
    words = re.sub(r"^(?:txt|ddl|cbo|drp|sl|select|input|dt)-?", "", words.replace("_", "-"), flags=re.IGNORECASE)
    return words.lower()


def _is_open(field: HtmlElement) -> bool:
    return field.tag == "select" or field.get("type", "text").lower() in {"text", "date", "search", "number", "month"}


def _is_iso(field: HtmlElement) -> bool:
    hint = f"{field.get('placeholder', '')} {field.get('value', '')} {field.get('data-date-format', '')}".lower()
    return field.get("type", "").lower() == "date" or re.search(r"yyyy[-/]mm|\d{4}-\d\d", hint) is not None


def _others(fields: dict[str, HtmlElement], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yields what a form sends beside its days: hidden fields, what stands in others, its first button."""
    pressed = False
    for name, field in fields.items():
        kind = field.get("type", "text").lower()
        if name in names or kind in {"checkbox", "radio", "image", "reset", "button", "file"}:
            continue
        if field.tag == "select":
            chosen = next((each for each in field.iter("option") if "selected" in each.attrib), None)
            first = next(field.iter("option"), None) if chosen is None else chosen
            yield name, (first.get("value", "") if first is not None else "")
        elif kind != "submit" or not pressed:
            pressed = pressed or kind == "submit"
            yield name, field.get("value", "")


def _spans(form: DateForm, days: Sequence[date]) -> Iterator[tuple[date, date]]:
    if form.kind == "day":
        yield from ((day, day) for day in days)
    elif form.kind == "month":
        for first in sorted({day.replace(day=1) for day in days}):
            yield first, _next_month(first) - timedelta(days=1)
    elif days:
        start = days[0]
        for day, following in pairwise([*days, date.max]):
            if (following - day).days > MAX_GAP:  # a short gap costs less than a question of its own
                yield start, day
                start = following


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _address(form: DateForm, first: date, last: date) -> str:
    def written(day: date) -> str:
        return day.isoformat() if form.iso else f"{day:%d/%m/%Y}"

    month = f"{first.month:02}" if form.padded else str(first.month)
    if form.kind == "span":
        values = [written(first), written(last)]
    elif form.kind == "month":
        values = [month, str(first.year)]
    elif len(form.names) == 1:
        values = [written(first)]
    else:
        values = [f"{first.day:02}" if form.padded else str(first.day), month, str(first.year)]
    query = urlencode([*form.others, *zip(form.names, values, strict=True)])
    return urlunsplit(urlsplit(form.action)._replace(query=query))
