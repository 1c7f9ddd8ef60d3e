"""One table of config.toml → the record it stands for, or what is wrong with its keys: their names, kinds and bounds.

What is wrong between rows is said in `pipeline.config_rows`.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from crawlers.source import TlsException
from pipeline.errors import Fault
from pipeline.toml_fault import key_line

UNKNOWN: Final = "unknown key"
_ROW: Final = re.compile(r"\.\d+(?=\.)")

LEAST: Final[Mapping[str, float]] = {  # least values of numbers, by key; all other numbers may not be negative
    "duty.min_items": 1,
    "duty.min_minutes": 0.1,
    "fetch.threads": 1,
    "fetch.deadline_s": 0.1,
    "fetch.connect_timeout_s": 0.1,
    "fetch.read_timeout_s": 0.1,
    "fetch.max_bytes": 1_000,
    "fetch.max_inflated_bytes": 1_000,
    "fetch.budget_per_host": 1,
    "fetch.hourly_budget_per_host": 1,
    "fetch.max_listing_pages": 1,
    "classify.batch_size": 1,
    "engine.workers": 1,
    "engine.shard_size": 1,
    "review.lease_minutes": 1,
    "audit.false_gaps": 0.001,
    "audit.risk": 0.0001,
    "audit.level": 0.5,
    "digest.port": 1,
    "web.port": 1,
    "web.session_hours": 0.1,
    "web.idle_minutes": 1,
}
MOST: Final[Mapping[str, float]] = {
    "audit.risk": 0.5,
    "audit.level": 0.999,
    "audit.agreement": 1,
    "digest.port": 65_535,
    "digest.at_risk": 1,
    "web.port": 65_535,
    "web.session_hours": 720,
    "web.idle_minutes": 1_440,
    "review.uniform_rate": 1,
    "review.blind_share": 1,
    "review.double_share": 1,
    "review.judging_share": 1,
    "review.gate_margin": 1,
    "review.gate_level": 0.999,
}
EXPECTED: Final[Mapping[str, tuple[str, str]]] = {  # pydantic's error type -> what was expected, in both languages
    "string_type": ("text in quotes", "chuỗi trong dấu nháy"),
    "int_type": ("a whole number", "số nguyên"),
    "float_type": ("a number", "số"),
    "bool_type": ("true or false", "true hoặc false"),
    "date_from_datetime_parsing": ("a day such as 2020-09-01", "ngày như 2020-09-01"),
    "date_parsing": ("a day such as 2020-09-01", "ngày như 2020-09-01"),
    "date_type": ("a day such as 2020-09-01, without quotes", "ngày như 2020-09-01, không có dấu nháy"),
    "tuple_type": ("a list in [ ]", "danh sách trong [ ]"),
    "mapping_type": ("a table", "một bảng"),
    "dict_type": ("a table", "một bảng"),
    "dataclass_type": ("a table", "một bảng"),
}


def validated(path: str, kind: type, raw: dict[str, Any], faults: list[Fault]) -> Any:
    """Gives the record of a table; None where it has faults, which are added to those before."""
    try:
        # Strict JSON mode refuses "5" for 5, yet takes lists for tuples and tables for records, as TOML writes them.
        value: Any = _reader(kind).validate_json(json.dumps(raw, default=str), strict=True)
    except ValidationError as error:
        known = [item.name for item in fields(kind)]
        faults += [_fault(path, dict(detail), known) for detail in error.errors()]
        return None
    faults += _number_faults(path, value)
    return value


@cache
def _reader(kind: type) -> TypeAdapter[Any]:
    """Gives what reads one kind of table: made once, as it takes longer to make than a hundred rows to read."""
    return TypeAdapter(kind)


def _number_faults(path: str, value: Any) -> Iterable[Fault]:
    for item in fields(value):
        number = getattr(value, item.name)
        if isinstance(number, bool) or not isinstance(number, int | float):
            continue
        key = f"{path.partition('.')[0]}.{item.name}"
        least, most = LEAST.get(key, 0), MOST.get(key, float("inf"))
        if number > most:
            yield Fault(
                f"{path}.{item.name}",
                f"expected a number of at most {most:g}, got {number}",
                f"cần số không lớn hơn {most:g}, nhận được {number}",
            )
        elif not least <= number < float("inf"):
            yield Fault(
                f"{path}.{item.name}",
                f"expected a number of at least {least:g}, got {number}",
                f"cần số không nhỏ hơn {least:g}, nhận được {number}",
            )


def _fault(path: str, detail: dict[str, Any], known: Sequence[str]) -> Fault:
    where = ".".join([path, *(str(part) for part in detail["loc"])])
    got = detail.get("input")
    if detail["type"] == "missing":
        return Fault(where, "is required and missing", "thiếu khóa bắt buộc này")
    if detail["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        names = [item.name for item in fields(TlsException)] if len(detail["loc"]) > 1 else known
        return unknown_key(where, str(detail["loc"][-1]), names)
    if detail["type"] == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace(" or ", ", ")
        return Fault(where, f"expected one of {choices}, got {got!r}", f"cần một trong {choices}, nhận được {got!r}")
    en, vi = EXPECTED.get(detail["type"], (detail["msg"], "giá trị hợp lệ"))
    return Fault(where, f"expected {en}, got {got!r}", f"cần {vi}, nhận được {got!r}")


def unknown_key(path: str, key: str, known: Sequence[str]) -> Fault:
    """Gives the fault of a key that is none, with the nearest that is one."""
    near = difflib.get_close_matches(key, known, n=1)
    en = f"; did you mean `{near[0]}`?" if near else f"; known keys: {', '.join(known)}"
    vi = f"; ý bạn là `{near[0]}`?" if near else f"; các khóa có: {', '.join(known)}"
    return Fault(path, f"{UNKNOWN}{en}", f"khóa không có trong danh mục{vi}")


def told_once(faults: Sequence[Fault], text: str) -> Iterable[Fault]:
    """Yields faults; a key that is none in several rows of a table is told of the first, with its line and the number of rows."""
    rows = Counter(map(_kind, faults))
    for fault in faults:
        number = rows.pop(_kind(fault), 0)
        if number > 1:
            line = key_line(text, fault.path)
            en = f"{number} times" + (f", first in line {line}" if line else "")
            vi = f"{number} lần" + (f", lần đầu ở dòng {line}" if line else "")
            yield Fault(fault.path, f"{fault.en} ({en})", f"{fault.vi} ({vi})")
        elif number:
            yield fault


def _kind(fault: Fault) -> tuple[str, str]:
    return (_ROW.sub(".*", fault.path) if fault.en.startswith(UNKNOWN) else fault.path, fault.en)
