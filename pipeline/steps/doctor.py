"""Doctor: checks what a night needs (campaign, store, model, network, disk) and says what to do about each fault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawlers.dates import LOCAL_TZ
from crawlers.fetch import Fetcher
from crawlers.reason import because
from models.errors import ModelError
from pipeline.config import Config, load_config
from pipeline.errors import PipelineError
from pipeline.report.reasons import error_in_words, in_words, remedy
from pipeline.steps.model import load_champion
from pipeline.store import Store, articles, runs
from pipeline.wording import Words

VI, EN = Words("vi"), Words("en")
OLD_BACKUP = timedelta(days=8)  # a weekly backup may be a day late
LEAST_FREE = 1_000_000_000  # bytes; a night of 20,000 pages of 70 KB takes about 300 MB of archive, packed


NAMES_VI: Mapping[str, str] = {
    "config": "cấu hình",
    "outlets": "cơ quan",
    "contact": "liên hệ",
    "store": "kho",
    "nights": "lượt chạy đêm",
    "backup": "sao lưu",
    "model": "mô hình",
    "disk": "ổ đĩa",
    "source": "nguồn",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `vi` and `en` say what was found, and the remedy where it is not well."""

    name: str
    ok: bool
    vi: str
    en: str

    @property
    def name_vi(self) -> str:
        """Names the thing in Vietnamese."""
        thing, _, rest = self.name.partition(" ")
        return f"{NAMES_VI[thing]} {rest}".rstrip()


def examine(file: Path, *, network: bool, now: datetime) -> tuple[Check, ...]:
    """Looks at everything in turn; without a campaign nothing else can be looked at."""
    try:
        config = load_config(file)
    except PipelineError as error:
        return (Check("config", ok=False, vi=error.vi, en=str(error)),)
    return tuple(_checks(config, network=network, now=now))


def _checks(config: Config, *, network: bool, now: datetime) -> Iterator[Check]:
    rows = f"{len(config.sources)} nguồn, {len(config.topics)} chủ đề, {len(config.duties)} nhiệm vụ"
    rows_en = f"{len(config.sources)} sources, {len(config.topics)} topics, {len(config.duties)} duties"
    yield Check(
        "config", ok=True, vi=f"{config.file.name} hợp lệ: {rows}", en=f"{config.file.name} is valid: {rows_en}"
    )
    yield _outlets(config)
    yield _contact(config)
    yield _store(config)
    yield from _history(config, now)
    yield _model(config)
    yield _disk(config)
    if network:
        yield from _hosts(config)


def _outlets(config: Config) -> Check:
    read = {source.outlet for source in config.sources}
    if unread := [outlet.id for outlet in config.outlets if outlet.id not in read]:
        names = ", ".join(unread)
        return Check(
            "outlets",
            ok=False,
            vi=f"không có [[source]] nên không thể quan sát: {names}; hãy thêm nguồn hoặc bỏ cơ quan này",
            en=f"without a [[source]], so never observed: {names}; add a source or take the outlet out",
        )
    number = len(config.outlets)
    return Check(
        "outlets", ok=True, vi=f"cả {VI.number(number)} cơ quan đều có nguồn", en=f"all {number} outlets have a source"
    )


def _contact(config: Config) -> Check:
    if config.fetch.contact:
        return Check("contact", ok=True, vi=config.fetch.contact, en=config.fetch.contact)
    if all(source.is_near for source in config.sources):
        return Check(
            "contact", ok=True, vi="không cần: mọi nguồn ở máy này", en="not needed: all sources are on this machine"
        )
    return Check(
        "contact",
        ok=False,
        vi="fetch.contact còn trống: hãy ghi e-mail hoặc trang web để quản trị viên các báo liên hệ được",
        en="fetch.contact is empty: put an e-mail or page where the outlets' webmasters reach you",
    )


def _store(config: Config) -> Check:
    try:
        with Store.open(config.store_url) as store, store.read() as connection:
            number = articles.count(connection)
    except PipelineError as error:
        return Check("store", ok=False, vi=error.vi, en=str(error))
    return Check("store", ok=True, vi=f"{VI.number(number)} bài", en=f"{number} articles")


def _history(config: Config, now: datetime) -> Iterator[Check]:
    """Looks at how the last night ended and how old the last backup is; a store without nights needs neither."""
    try:
        with Store.open(config.store_url) as store, store.read() as connection:
            night, saved = runs.last(connection, "nightly"), runs.done(connection, "backup", 1)
    except PipelineError:
        return  # `_store` has told of it
    if night is None:
        return
    day = f"{night.started.astimezone(LOCAL_TZ):%d/%m/%Y %H:%M}"
    if night.outcome == "failed":
        vi, en = f"lượt {day} bị lỗi; hãy chạy `rasoat nightly`", f"that of {day} failed; run `rasoat nightly`"
    elif night.outcome is None:
        vi = f"lượt {day} chưa xong: đang chạy hoặc đã bị ngắt; nếu bị ngắt, `rasoat nightly` sẽ chạy tiếp"
        en = f"that of {day} has no end: it is at work or was killed; if killed, `rasoat nightly` goes on"
    else:
        vi, en = f"lượt {day} đã xong", f"that of {day} came to its end"
    yield Check("nights", ok=night.outcome == "done", vi=vi, en=en)
    made = saved[0].started if saved else None
    if made is None or now - made > OLD_BACKUP:
        old = f"{(now - made).days}" if made else ""
        vi = f"bản gần nhất đã {old} ngày" if old else "chưa sao lưu lần nào"
        en = f"the last one is {old} days old" if old else "there is none"
        yield Check(
            "backup", ok=False, vi=f"{vi}; hãy chạy `rasoat backup THƯ_MỤC`", en=f"{en}; run `rasoat backup FOLDER`"
        )
    else:
        at = f"{made.astimezone(LOCAL_TZ):%d/%m/%Y %H:%M}"
        yield Check("backup", ok=True, vi=at, en=at)


def _model(config: Config) -> Check:
    try:
        model = load_champion(config)
    except (ModelError, PipelineError) as error:
        return Check("model", ok=False, vi=_in_vietnamese(error), en=str(error))
    missing = [topic for topic in config.codebook.ids if topic not in model.topics]
    if missing:
        names = ", ".join(missing)
        return Check(
            "model",
            ok=True,
            vi=f"{model.version}; chủ đề chưa học, dùng từ khóa: {names}",
            en=f"{model.version}; topics not learnt, cues are used: {names}",
        )
    return Check("model", ok=True, vi=model.version, en=model.version)


def _in_vietnamese(error: ModelError | PipelineError) -> str:
    return error.vi if isinstance(error, PipelineError) else error_in_words(error, VI)


def _disk(config: Config) -> Check:
    place = next(folder for folder in (config.data, *config.data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    size, size_en = f"{VI.number(free / 1e9)} GB", f"{free / 1e9:.1f} GB"
    if free < LEAST_FREE:
        return Check(
            "disk",
            ok=False,
            vi=f"chỉ còn {size} ở {place}: hãy dọn bớt hoặc đổi paths.data",
            en=f"only {size_en} left at {place}: free some or change paths.data",
        )
    return Check("disk", ok=True, vi=f"còn {size}", en=f"{size_en} free")


def _hosts(config: Config) -> Iterator[Check]:
    with Fetcher(config.fetch) as fetcher:
        for source in config.sources:
            robots = fetcher.robots(source.home, source)
            if robots.error is None:
                yield Check(f"source {source.id}", ok=True, vi="máy chủ có trả lời", en="answers")
            else:
                why = because("at", url=robots.url, why=robots.error.detail)
                vi, en = (in_words(why, words) + remedy(why, words) for words in (VI, EN))
                yield Check(f"source {source.id}", ok=False, vi=vi, en=en)
