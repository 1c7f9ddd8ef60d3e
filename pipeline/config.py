"""config.toml → Config: read once, validated whole, all faults reported at once with their key paths."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.source import FetchPolicy, Source
from models.codebook import Codebook, Topic
from pipeline.config_keys import told_once, unknown_key, validated
from pipeline.config_rows import is_web_url, no_web_url, row_faults
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
    faults += [unknown_key(key, key, [*SECTIONS, *TABLES]) for key in unknown]
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
    faults += [*row_faults(tables), *_section_faults(config)]
    if faults:
        raise ConfigError(file.name, [*told_once(faults, content.decode("utf-8-sig"))])
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
    return validated(name, kind, raw, faults)


def _table(name: str, kind: type, raw: object, faults: list[Fault]) -> list[Any]:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        faults.append(Fault(name, f"expected an array of tables [[{name}]]", f"phải là mảng bảng [[{name}]]"))
        return []
    return [validated(f"{name}.{number}", kind, row, faults) for number, row in enumerate(raw)]


def _rows(tables: Mapping[str, list[Any]], name: str) -> tuple[Any, ...]:
    return tuple(row for row in tables[name] if row is not None)


def _section_faults(config: Config) -> Iterable[Fault]:
    """Faults of sections that show only beside other sections, the topics or the files at hand."""
    yield from _tls_faults(config)
    yield from _threshold_faults(config)
    yield from _engine_faults(config)
    if config.nightly.ping and not is_web_url(config.nightly.ping):
        yield no_web_url("nightly.ping", config.nightly.ping)
    if not urlsplit(config.store.url).scheme.startswith(("sqlite", "postgresql")):
        yield Fault(
            "store.url",
            f"expected sqlite:///… or postgresql+psycopg://…, got {config.store.url!r}",
            f"cần sqlite:///… hoặc postgresql+psycopg://…, nhận được {config.store.url!r}",
        )


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
