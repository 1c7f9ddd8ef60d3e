"""config.toml → Config: read once, validated whole, all faults reported at once with their key paths."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import soupsieve
from pydantic import TypeAdapter, ValidationError

from crawlers.profiles import PROFILES
from crawlers.source import FetchPolicy, Source, TlsException
from crawlers.urls import url_key
from models.codebook import Codebook, Topic
from pipeline.cues import phrase_faults, with_cues
from pipeline.errors import ConfigError, Fault, InputError, system_fault
from pipeline.records import Directive, Duty, Outlet, OutletGroup, OutletKind, Phase
from pipeline.settings import (
    AuditSettings,
    ClassifySettings,
    DigestSettings,
    EngineSettings,
    NightlySettings,
    PathSettings,
    ReportSettings,
    RetentionSettings,
    ReviewSettings,
    StoreSettings,
    WebSettings,
)
from pipeline.toml_fault import toml_fault

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # ids go into file names, URLs and spreadsheet cells

SECTIONS: Mapping[str, type] = {
    "store": StoreSettings,
    "paths": PathSettings,
    "directive": Directive,
    "fetch": FetchPolicy,
    "classify": ClassifySettings,
    "audit": AuditSettings,
    "report": ReportSettings,
    "digest": DigestSettings,
    "nightly": NightlySettings,
    "retention": RetentionSettings,
    "engine": EngineSettings,
    "review": ReviewSettings,
    "web": WebSettings,
}
TABLES: Mapping[str, type] = {
    "topic": Topic,
    "phase": Phase,
    "outlet": Outlet,
    "group": OutletGroup,
    "source": Source,
    "duty": Duty,
}

SELECTORS = ("article", "title", "lead", "body", "date", "next")  # what a source may pin

LEAST: Mapping[str, float] = {  # least values of numbers, by key; all other numbers may not be negative
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
MOST: Mapping[str, float] = {
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


@dataclass(frozen=True, slots=True)
class Config:
    """One campaign. `folder` is where config.toml lies: relative paths count from there."""

    file: Path
    store: StoreSettings = field(default_factory=StoreSettings)
    paths: PathSettings = field(default_factory=PathSettings)
    directive: Directive | None = None
    topics: tuple[Topic, ...] = ()
    phases: tuple[Phase, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    groups: tuple[OutletGroup, ...] = ()
    sources: tuple[Source, ...] = ()
    duties: tuple[Duty, ...] = ()
    fetch: FetchPolicy = field(default_factory=FetchPolicy)
    classify: ClassifySettings = field(default_factory=ClassifySettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    report: ReportSettings = field(default_factory=ReportSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    nightly: NightlySettings = field(default_factory=NightlySettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    web: WebSettings = field(default_factory=WebSettings)
    sha256: str = ""  # hex, of the file as it was read

    @property
    def data(self) -> Path:
        """The folder of everything that is not the store."""
        return self.file.parent / self.paths.data

    @property
    def store_url(self) -> str:
        """The store's URL with a relative SQLite path made absolute."""
        head, slashes, path = self.store.url.partition(":///")
        if not head.startswith("sqlite") or not slashes or path.startswith("/") or path == ":memory:":
            return self.store.url
        return f"{head}:///{(self.file.parent / path).resolve()}"

    @property
    def codebook(self) -> Codebook:
        """The topics as the classifier is asked them."""
        return Codebook(self.topics)

    @property
    def outlet_of(self) -> Mapping[str, str]:
        """Source id -> outlet id."""
        return {source.id: source.outlet for source in self.sources}


def load_config(file: Path) -> Config:
    """Reads and validates a campaign.

    Raises:
        InputError: the file is missing or is not TOML.
        ConfigError: the file has faults; it names all of them.
    """
    return parse_config(file, _read(file))


def parse_config(file: Path, content: bytes, phrases: str | None = None) -> Config:
    """Validates what stands in a campaign's file, or is to stand there; `phrases` likewise for the file of `classify.cues`.

    Raises:
        InputError: the content is not TOML.
        ConfigError: it has faults; the error names all of them.
    """
    raw = _parse(file, content)
    faults: list[Fault] = []
    unknown = [key for key in raw if key not in SECTIONS and key not in TABLES]
    faults += [_unknown_key(key, key, [*SECTIONS, *TABLES]) for key in unknown]
    sections = {name: _section(name, kind, raw[name], faults) for name, kind in SECTIONS.items() if name in raw}
    tables = {name: _table(name, kind, raw.get(name, []), faults) for name, kind in TABLES.items()}
    faults += phrase_faults((number, topic) for number, topic in enumerate(tables["topic"]) if topic is not None)
    classify = sections.get("classify") or ClassifySettings()
    topics, cue_faults = with_cues(_rows(tables, "topic"), classify.cues, file.parent, phrases)
    faults += cue_faults
    config = Config(
        file=file.resolve(),
        sha256=hashlib.sha256(content).hexdigest(),
        topics=topics,
        phases=_rows(tables, "phase"),
        sources=_rows(tables, "source"),
        outlets=_rows(tables, "outlet"),
        groups=_rows(tables, "group"),
        duties=_rows(tables, "duty"),
        **{name: value for name, value in sections.items() if value is not None},
    )
    faults += _cross_faults(config, tables)
    if faults:
        raise ConfigError(file.name, faults)
    return _with_default_outlets(_with_absolute_paths(config))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise InputError(
            f"{file}: no such file; run `rasoat init` to make one, or name it with --config",
            f"{file}: không có tệp này; chạy `rasoat init` để tạo, hoặc chỉ tệp khác bằng --config",
        ) from None
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None


def _parse(file: Path, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))  # Windows' editors put a mark before UTF-8
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}: not TOML: {error}; save it as UTF-8",
            f"{file}: không theo bảng mã UTF-8; hãy lưu lại bằng UTF-8",
        ) from None
    except tomllib.TOMLDecodeError as error:
        vi, en = toml_fault(content.decode("utf-8-sig"), error)
        raise InputError(f"{file}: not TOML: {en}", f"{file}: không phải TOML hợp lệ: {vi}") from None


def _section(name: str, kind: type, raw: object, faults: list[Fault]) -> Any:
    if not isinstance(raw, dict):
        faults.append(Fault(name, f"expected a table [{name}]", f"phải là bảng [{name}]"))
        return None
    return _validated(name, kind, raw, faults)


def _table(name: str, kind: type, raw: object, faults: list[Fault]) -> list[Any]:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        faults.append(Fault(name, f"expected an array of tables [[{name}]]", f"phải là mảng bảng [[{name}]]"))
        return []
    return [_validated(f"{name}.{number}", kind, row, faults) for number, row in enumerate(raw)]


def _rows(tables: Mapping[str, list[Any]], name: str) -> tuple[Any, ...]:
    return tuple(row for row in tables[name] if row is not None)


def _validated(path: str, kind: type, raw: dict[str, Any], faults: list[Fault]) -> Any:
    try:
        # Strict JSON mode refuses "5" for 5, yet takes lists for tuples and tables for records, as TOML writes them.
        value: Any = TypeAdapter(kind).validate_json(json.dumps(raw, default=str), strict=True)
    except ValidationError as error:
        known = [item.name for item in fields(kind)]
        faults += [_fault(path, dict(detail), known) for detail in error.errors()]
        return None
    faults += _number_faults(path, value)
    return value


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


EXPECTED: Mapping[str, tuple[str, str]] = {  # pydantic's error type -> what was expected, in both languages
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


def _fault(path: str, detail: dict[str, Any], known: Sequence[str]) -> Fault:
    where = ".".join([path, *(str(part) for part in detail["loc"])])
    got = detail.get("input")
    if detail["type"] == "missing":
        return Fault(where, "is required and missing", "thiếu khóa bắt buộc này")
    if detail["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        names = [item.name for item in fields(TlsException)] if len(detail["loc"]) > 1 else known
        return _unknown_key(where, str(detail["loc"][-1]), names)
    if detail["type"] == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace(" or ", ", ")
        return Fault(where, f"expected one of {choices}, got {got!r}", f"cần một trong {choices}, nhận được {got!r}")
    en, vi = EXPECTED.get(detail["type"], (detail["msg"], "giá trị hợp lệ"))
    return Fault(where, f"expected {en}, got {got!r}", f"cần {vi}, nhận được {got!r}")


def _unknown_key(path: str, key: str, known: Sequence[str]) -> Fault:
    near = difflib.get_close_matches(key, known, n=1)
    en = f"; did you mean `{near[0]}`?" if near else f"; known keys: {', '.join(known)}"
    vi = f"; ý bạn là `{near[0]}`?" if near else f"; các khóa có: {', '.join(known)}"
    return Fault(path, f"unknown key{en}", f"khóa không có trong danh mục{vi}")


def _cross_faults(config: Config, tables: Mapping[str, list[Any]]) -> list[Fault]:
    """Faults that only show between rows: doubled ids, references to nothing, phases that overlap."""
    faults: list[Fault] = []
    for name in ("topic", "phase", "outlet", "group", "source"):
        faults += _id_faults(name, tables[name])
    faults += _former_faults(tables["topic"])
    faults += _phase_faults(tables["phase"])
    faults += _outlet_faults(tables["outlet"])
    faults += _group_faults(tables["group"], tables["outlet"])
    complete = {name: None not in tables[name] for name in tables}
    if complete["outlet"]:
        faults += _source_faults(tables["source"], {outlet.id for outlet in config.outlets})
    faults += _duty_faults(config, tables["duty"], complete)
    faults += _tls_faults(config)
    faults += _threshold_faults(config)
    faults += _engine_faults(config)
    if config.nightly.ping and not _is_web_url(config.nightly.ping):
        faults.append(_no_web_url("nightly.ping", config.nightly.ping))
    scheme = urlsplit(config.store.url).scheme
    if not scheme.startswith(("sqlite", "postgresql")):
        faults.append(
            Fault(
                "store.url",
                f"expected sqlite:///… or postgresql+psycopg://…, got {config.store.url!r}",
                f"cần sqlite:///… hoặc postgresql+psycopg://…, nhận được {config.store.url!r}",
            )
        )
    return faults


def _tls_faults(config: Config) -> Iterable[Fault]:
    for number, exception in enumerate(config.fetch.tls):
        if exception.ca_file and not (config.file.parent / exception.ca_file).is_file():
            yield Fault(
                f"fetch.tls.{number}.ca_file",
                f"no such file {exception.ca_file!r}",
                f"không có tệp {exception.ca_file!r}",
            )


def _engine_faults(config: Config) -> Iterable[Fault]:
    if config.engine.kind != "dask":
        return
    if not config.engine.address.startswith(("tcp://", "tls://")):
        yield Fault(
            "engine.address",
            f"expected the Dask scheduler's address, such as tls://10.0.0.5:8786, got {config.engine.address!r}",
            f"cần địa chỉ bộ điều phối Dask, như tls://10.0.0.5:8786, nhận được {config.engine.address!r}",
        )
    if config.store.url.startswith("sqlite"):
        yield Fault(
            "engine.kind",
            '"dask" needs a PostgreSQL store (store.url): a cluster cannot share an SQLite file',
            '"dask" cần kho PostgreSQL (store.url): các máy không dùng chung được tệp SQLite',
        )


def _threshold_faults(config: Config) -> Iterable[Fault]:
    for topic, cut in config.classify.thresholds.items():
        key = f"classify.thresholds.{topic}"
        if topic not in config.codebook.ids:
            yield Fault(key, "no such topic", "không có chủ đề này")
        if not 0 < cut <= 1:
            yield Fault(
                key, f"expected a number above 0, at most 1, got {cut}", f"cần số trên 0, tối đa 1, nhận được {cut}"
            )


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
        if _is_web_url(source.home) and (first := homes.setdefault(url_key(source.home), source.id)) != source.id:
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
                if not _is_web_url(url):
                    yield _no_web_url(f"{path}.{key}", url)


def _reading_faults(path: str, source: Source) -> Iterable[Fault]:
    """Faults of what a source pins about its pages: profile and selectors."""
    profiles = {profile.id for profile in PROFILES}
    if source.profile and source.profile not in profiles:
        yield _no_such(f"{path}.profile", source.profile, profiles)
    for key, selector in source.selectors.items():
        if key not in SELECTORS:
            yield _unknown_key(f"{path}.selectors.{key}", key, SELECTORS)
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


def _no_web_url(path: str, url: str) -> Fault:
    return Fault(path, f"expected http(s)://…, got {url!r}", f"cần http(s)://…, nhận được {url!r}")


def _is_web_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _duty_faults(config: Config, rows: Sequence[Duty | None], complete: Mapping[str, bool]) -> Iterable[Fault]:
    known = {
        "phase": {phase.id for phase in config.phases},
        "topic": {topic.id for topic in config.topics},
        "outlet": {outlet.id for outlet in config.outlets} | ({s.id for s in config.sources if not s.outlet}),
        "group": {group for outlet in config.outlets for group in outlet.groups},
    }
    length = {phase.id: (phase.last_day - phase.first_day).days + 1 for phase in config.phases}
    for number, duty in enumerate(rows):
        if duty is None:
            continue
        path = f"duty.{number}"
        for key, ids in known.items():
            value = getattr(duty, key)
            if value and value not in ids and complete["outlet" if key == "group" else key]:
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


def _no_such(path: str, value: str, ids: Iterable[str]) -> Fault:
    listed = ", ".join(sorted(ids)) or "∅"
    return Fault(path, f"no such id {value!r}; there are: {listed}", f"không có id {value!r}; đang có: {listed}")


def _with_absolute_paths(config: Config) -> Config:
    """The crawler reads certificates and knows nothing of the campaign's folder."""
    folder = config.file.parent
    tls = tuple(replace(each, ca_file=each.ca_file and str(folder / each.ca_file)) for each in config.fetch.tls)
    return replace(config, fetch=replace(config.fetch, tls=tls))


def _with_default_outlets(config: Config) -> Config:
    """A source without an outlet is its own outlet, so that a list of homes is already a campaign."""
    kind: OutletKind = "portal"
    named = {outlet.id for outlet in config.outlets}
    own = [Outlet(s.id, s.name, kind) for s in config.sources if not s.outlet and s.id not in named]
    sources = tuple(replace(source, outlet=source.outlet or source.id) for source in config.sources)
    return replace(config, outlets=(*config.outlets, *own), sources=sources)
