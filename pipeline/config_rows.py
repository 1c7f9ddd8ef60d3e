"""What is wrong between the rows of config.toml: doubled ids, references to nothing, phases that overlap, addresses, selectors.

Rows that could not be read stand as None in their table, so that the others keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

import soupsieve

from crawlers.profiles import PROFILES
from crawlers.source import Source
from crawlers.urls import url_key
from models.codebook import Topic
from pipeline.config_keys import unknown_key
from pipeline.errors import Fault
from pipeline.records import Duty, Outlet, OutletGroup, Phase

ID_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # ids go into file names, URLs and spreadsheet cells
SELECTORS: Final = ("article", "title", "lead", "body", "date", "next")  # what a source may pin


def row_faults(tables: Mapping[str, Sequence[Any]]) -> list[Fault]:
    """Gives the faults that only show between rows."""
    faults: list[Fault] = []
    for name in ("topic", "phase", "outlet", "group", "source"):
        faults += _id_faults(name, tables[name])
    faults += _former_faults(tables["topic"])
    faults += _phase_faults(tables["phase"])
    faults += _outlet_faults(tables["outlet"])
    faults += _group_faults(tables["group"], tables["outlet"])
    if None not in tables["outlet"]:
        faults += _source_faults(tables["source"], {outlet.id for outlet in tables["outlet"]})
    faults += _duty_faults(tables)
    return faults


def _id_faults(name: str, rows: Sequence[Any]) -> Iterable[Fault]:
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if row is None:
            continue
        if not ID_PATTERN.fullmatch(row.id):
            yield Fault(
                f"{name}.{number}.id",
                f"expected lower-case letters, digits, - and _, got {row.id!r}",
                f"chỉ dùng chữ thường không dấu, số, - và _, nhận được {row.id!r}",
            )
        if row.id in seen:
            yield Fault(f"{name}.{number}.id", f"{row.id!r} stands twice", f"{row.id!r} đã dùng ở trên")
        seen.add(row.id)


def _former_faults(rows: Sequence[Topic | None]) -> Iterable[Fault]:
    """A model answers for one topic under one id: a former id may be neither in use nor that of two topics."""
    taken = {topic.id for topic in rows if topic}
    for number, topic in enumerate(rows):
        for former in topic.formerly if topic else ():
            if former in taken:
                yield Fault(
                    f"topic.{number}.formerly",
                    f"{former!r} is the id of another topic, now or formerly",
                    f"{former!r} đang hoặc từng là mã của chủ đề khác",
                )
            taken.add(former)


def _phase_faults(rows: Sequence[Phase | None]) -> Iterable[Fault]:
    spans: list[tuple[date, date, str]] = []
    for number, phase in enumerate(rows):
        if phase is None:
            continue
        if phase.last_day < phase.first_day:
            yield Fault(
                f"phase.{number}.last_day",
                f"{phase.last_day} is before first_day {phase.first_day}",
                f"{phase.last_day} đứng trước first_day {phase.first_day}",
            )
        for first, last, other in spans:
            if phase.first_day <= last and first <= phase.last_day:
                yield Fault(
                    f"phase.{number}.first_day",
                    f"phase {phase.id!r} overlaps phase {other!r}",
                    f"giai đoạn {phase.id!r} chồng lên giai đoạn {other!r}",
                )
        spans.append((phase.first_day, phase.last_day, phase.id))


def _outlet_faults(rows: Sequence[Outlet | None]) -> Iterable[Fault]:
    for number, outlet in enumerate(rows):
        if outlet and outlet.valid_from and outlet.valid_to and outlet.valid_to < outlet.valid_from:
            yield Fault(
                f"outlet.{number}.valid_to",
                f"{outlet.valid_to} is before valid_from {outlet.valid_from}",
                f"{outlet.valid_to} đứng trước valid_from {outlet.valid_from}",
            )


def _group_faults(rows: Sequence[OutletGroup | None], outlets: Sequence[Outlet | None]) -> Iterable[Fault]:
    """A group that no outlet names is a slip of the pen: its name would never be read."""
    named = {group for outlet in outlets if outlet for group in outlet.groups}
    for number, group in enumerate(rows):
        if group and group.id not in named and None not in outlets:
            yield _no_such(f"group.{number}.id", group.id, named)


def _source_faults(rows: Sequence[Source | None], outlets: set[str]) -> Iterable[Fault]:
    homes: dict[str, str] = {}
    for number, source in enumerate(rows):
        if source is None:
            continue
        path = f"source.{number}"
        if is_web_url(source.home) and (first := homes.setdefault(url_key(source.home), source.id)) != source.id:
            yield Fault(
                f"{path}.home",
                f"{first} has the same home; one address is one source",
                f"nguồn {first} đã có địa chỉ này; mỗi địa chỉ là một nguồn",
            )
        if source.outlet and source.outlet not in outlets:
            yield _no_such(f"{path}.outlet", source.outlet, outlets)
        yield from _reading_faults(path, source)
        urls = {"home": (source.home,), "feeds": source.feeds, "sitemaps": source.sitemaps, "listings": source.listings}
        for key, values in urls.items():
            for url in values:
                if not is_web_url(url):
                    yield no_web_url(f"{path}.{key}", url)


def _reading_faults(path: str, source: Source) -> Iterable[Fault]:
    """Faults of what a source pins about its pages: profile and selectors."""
    profiles = {profile.id for profile in PROFILES}
    if source.profile and source.profile not in profiles:
        yield _no_such(f"{path}.profile", source.profile, profiles)
    for key, selector in source.selectors.items():
        if key not in SELECTORS:
            yield unknown_key(f"{path}.selectors.{key}", key, SELECTORS)
        elif not _is_selector(selector):
            yield Fault(
                f"{path}.selectors.{key}",
                f"expected a CSS selector such as .sapo, got {selector!r}",
                f"cần bộ chọn CSS như .sapo, nhận được {selector!r}",
            )


def _is_selector(selector: str) -> bool:
    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError:
        return False
    return bool(selector.strip())


def no_web_url(path: str, url: str) -> Fault:
    """Gives the fault of a text that is no web address."""
    return Fault(path, f"expected http(s)://…, got {url!r}", f"cần http(s)://…, nhận được {url!r}")


def is_web_url(url: str) -> bool:
    """Tells whether a text is the address of a web page, with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _duty_faults(tables: Mapping[str, Sequence[Any]]) -> Iterable[Fault]:
    phases: list[Phase] = _read(tables, "phase")
    outlets: list[Outlet] = _read(tables, "outlet")
    known = {
        "phase": {phase.id for phase in phases},
        "topic": {topic.id for topic in _read(tables, "topic")},
        "outlet": {outlet.id for outlet in outlets} | {s.id for s in _read(tables, "source") if not s.outlet},
        "group": {group for outlet in outlets for group in outlet.groups},
    }
    length = {phase.id: (phase.last_day - phase.first_day).days + 1 for phase in phases}
    rows: Sequence[Duty | None] = tables["duty"]
    for number, duty in enumerate(rows):
        if duty is None:
            continue
        path = f"duty.{number}"
        for key, ids in known.items():
            value = getattr(duty, key)
            if value and value not in ids and None not in tables["outlet" if key == "group" else key]:
                yield _no_such(f"{path}.{key}", value, ids)
        if bool(duty.outlet) == bool(duty.group):
            yield Fault(path, "name either an outlet or a group", "chỉ ghi một trong hai: outlet hoặc group")
        if duty.min_items is None and duty.min_minutes is None and duty.max_gap_days is None:
            yield Fault(
                path,
                "ask for something: min_items, min_minutes or max_gap_days",
                "phải nêu ít nhất một yêu cầu: min_items, min_minutes hoặc max_gap_days",
            )

        days = length.get(duty.phase, 0)
        if duty.max_gap_days is not None and 0 < days <= duty.max_gap_days:
            yield Fault(
                f"{path}.max_gap_days",
                f"{duty.max_gap_days} days in a phase of {days} ask for nothing; use min_items",
                f"{duty.max_gap_days} ngày trong giai đoạn {days} ngày thì yêu cầu này không có tác dụng; hãy dùng min_items",
            )


def _read(tables: Mapping[str, Sequence[Any]], name: str) -> list[Any]:
    return [row for row in tables[name] if row is not None]


def _no_such(path: str, value: str, ids: Iterable[str]) -> Fault:
    listed = ", ".join(sorted(ids)) or "∅"
    return Fault(path, f"no such id {value!r}; there are: {listed}", f"không có id {value!r}; đang có: {listed}")
