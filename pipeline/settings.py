"""The sections of config.toml that belong to the pipeline itself; others stand beside the code that uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.records import CLOSED

ReportFormat = Literal["html", "xlsx", "docx", "pdf", "csv", "json", "parquet", "sqlite"]


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the store is: an SQLAlchemy URL; a relative SQLite path counts from the folder of config.toml."""

    __pydantic_config__ = CLOSED

    url: str = "sqlite:///var/rasoat.sqlite"


@dataclass(frozen=True, slots=True)
class PathSettings:
    """Where files go; a relative path counts from the folder of config.toml."""

    __pydantic_config__ = CLOSED

    data: str = "var"  # archive/, models/ and report/ lie below it


@dataclass(frozen=True, slots=True)
class ClassifySettings:
    """How articles are tagged."""

    __pydantic_config__ = CLOSED

    model: str = "champion"  # "champion", "weak" (the codebook's cues alone), or a version of the registry
    cues: str = ""  # a file of further phrases, see `pipeline.cues`; "shipped" for that of the first directive
    batch_size: int = 500  # articles held in memory at a time by one worker
    thresholds: Mapping[str, float] = field(
        default_factory=dict
    )  # topic -> score from which it is decided, not the model's


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """How verdicts are reached."""

    __pydantic_config__ = CLOSED

    unproved_days_allowed: int = 0  # days of a phase without collection proof, up to which the risk may answer for them
    risk: float = 0.05  # most that the probability of a false gap may be, for each requirement
    false_gaps: float = 1.0  # false gaps that a whole report may expect, at most; many duties lower the risk of each
    level: float = 0.95  # of the intervals
    least_readings: int = 300  # of the uniform sample, below which no interval speaks for topics under 2 %
    agreement: float = 0.667  # Krippendorff's alpha below which two readers do not agree what counts


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """Who reports to whom, as the form of an administrative report (Decree 30/2020) asks; and which files are written."""

    __pydantic_config__ = CLOSED

    parent: str = ""  # the body above the office, on the first line; "" for none
    office: str = ""  # the body that issues the report; "": the issuer of the directive
    number: str = ""  # number and symbol, as "12/BC-STTTT"; "": dots to be filled in by hand
    place: str = ""  # before the date; "": dots
    signer: str = ""  # the title under which it is signed, as "GIÁM ĐỐC"; never a name
    recipients: tuple[str, ...] = ()  # one a line, under "Nơi nhận"
    formats: tuple[ReportFormat, ...] = ("html", "xlsx", "docx", "pdf", "csv", "json", "sqlite")
    signing_key: str = (
        ""  # file of an SSH private key that signs manifests; a relative path counts from config.toml's folder
    )


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """The e-mail of the morning: what changed, which duties are at risk, which sources are in trouble."""

    __pydantic_config__ = CLOSED

    to: tuple[str, ...] = ()  # none: the digest is written to a file only
    sender: str = ""
    host: str = ""  # SMTP server
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""  # "" for a server that asks for none; the password comes from RASOAT_SMTP_PASSWORD
    url: str = ""  # where `rasoat serve` is reached, for the links; "" for none
    at_risk: float = 0.5  # probability of missing a duty from which it leads report and digest


@dataclass(frozen=True, slots=True)
class NightlySettings:
    """What watches the nights."""

    __pydantic_config__ = CLOSED

    metrics: str = ""  # file for Prometheus' textfile collector; a relative path counts from config.toml's folder
    ping: str = ""  # URL that hears when a night starts (/start), ends well, or fails (/fail), as Healthchecks has it


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long nights and `rasoat prune` keep what nights leave; 0 is for ever."""

    __pydantic_config__ = CLOSED

    pages_days: int = 0  # old copies of pages on which no article, label, audit or proof of a day rests
    audits_days: int = 0  # audits with their reports; the last of every month and the newest stay


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where work runs."""

    __pydantic_config__ = CLOSED

    kind: Literal["inline", "processes", "dask"] = "inline"
    workers: int = 2  # processes; for "processes" only
    address: str = ""  # of the Dask scheduler, "tls://HOST:8786" or "tcp://HOST:8786"; for "dask" only
    shard_size: int = 1_000  # articles in one shard


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the review and reading pages listen."""

    __pydantic_config__ = CLOSED

    host: str = "127.0.0.1"  # anything but this machine asks for `tls_cert` and `tls_key`, or for `proxy`
    port: int = 8090
    names: tuple[str, ...] = ()  # further host names under which browsers may call the server itself
    tls_cert: str = ""  # file of the certificate chain, PEM; a relative path counts from the folder of config.toml
    tls_key: str = ""
    proxy: str = ""  # "https://…", the address under which a proxy of this office shows the pages
    session_hours: float = 12.0  # from login to the next
    idle_minutes: float = 120.0  # without a request, after which a session has ended


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """How articles are drawn for reading, and how a new model earns its place."""

    __pydantic_config__ = CLOSED

    seed: int = 17  # of the permanent random numbers; a change draws another sample, so keep it for a campaign
    uniform_rate: float = 0.12  # share of all articles that the audit's uniform sample draws, 0 to 1
    blind_share: float = 0.1  # of the items, served without suggestion
    double_share: float = 0.1  # of the items, read by two reviewers who do not see each other's words
    judging_share: float = 0.5  # of the uniform sample, kept from every training to judge models
    lease_minutes: float = 20.0  # that an item waits for the reviewer who has it before another is given it
    gate_margin: float = 0.05  # macro F1 that a topic may lose, at most, for a candidate to be used
    gate_level: float = 0.9  # at which a greater loss must be excluded
