"""Doctor: checks what a night needs (campaign, store, model, network, disk) and says what to do about each fault."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

from crawlers.dates import LOCAL_TZ
from crawlers.fetch import Fetcher
from crawlers.reason import because
from crawlers.source import Source
from models.errors import ModelError
from pipeline.audit.health import RECENT, WEEKS, examine_all
from pipeline.config import Config, load_config
from pipeline.errors import PipelineError, StoreError, system_fault
from pipeline.mail import check_settings
from pipeline.records import Finding, Health
from pipeline.report.reasons import error_in_words, in_words, remedy
from pipeline.report.sources import said
from pipeline.steps.manifest import signing_key
from pipeline.steps.model import load_champion
from pipeline.store import Connection, Store, articles, fetches, health, queues, runs
from pipeline.store.runs import Run
from pipeline.wording import Words

VI, EN = Words("vi"), Words("en")
AN_HOUR = timedelta(hours=1)  # that the clocks of two machines may part
A_DAY = timedelta(days=1)  # after which the next night would begin
MISSED = timedelta(hours=36)  # a night may be half a day late
OLD_BACKUP = timedelta(days=8)  # a weekly backup may be a day late
UNREAD = 0.5  # share of the sample that may wait for a reader
AT_ONCE = 32  # hosts asked at once; 200 dead ones of 6 s each take 42 s
LEAST_FREE = 1_000_000_000  # bytes; a night of 20,000 pages of 70 KB takes about 300 MB of archive, packed


NAMES_VI: Mapping[str, str] = {
    "config": "cấu hình",
    "outlets": "cơ quan",
    "contact": "liên hệ",
    "store": "kho",
    "archive": "trang đã lưu",
    "nights": "lượt chạy đêm",
    "clock": "đồng hồ",
    "backup": "sao lưu",
    "mail": "thư",
    "sample": "mẫu ngẫu nhiên",
    "health": "thu thập",
    "model": "mô hình",
    "signing": "ký bản kê",
    "metrics": "số liệu đêm",
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


def examine(file: Path, *, network: bool, now: datetime, password: str = "") -> tuple[Check, ...]:
    """Looks at everything in turn; without a campaign nothing else can be looked at. `password` is the mail server's."""
    try:
        config = load_config(file)
    except PipelineError as error:
        return (Check("config", ok=False, vi=error.vi, en=str(error)),)
    return tuple(_checks(config, network=network, now=now, password=password))


def _checks(config: Config, *, network: bool, now: datetime, password: str) -> Iterator[Check]:
    rows = f"{len(config.sources)} nguồn, {len(config.topics)} chủ đề, {len(config.duties)} nhiệm vụ"
    rows_en = f"{len(config.sources)} sources, {len(config.topics)} topics, {len(config.duties)} duties"
    yield Check(
        "config", ok=True, vi=f"{config.file.name} hợp lệ: {rows}", en=f"{config.file.name} is valid: {rows_en}"
    )
    yield _outlets(config)
    yield _contact(config)
    yield _clock(now)
    yield from _store(config, now)
    yield _model(config)
    yield from _signing(config)
    yield _disk(config)
    yield from _metrics(config)
    yield from _mail(config, password)
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


def _clock(now: datetime) -> Check:
    """Looks at the machine's time zone, by which cron runs; days of a campaign are Vietnam's whatever it is."""
    here, there = now.astimezone(), now.astimezone(LOCAL_TZ)
    vi, en = VI.moment(there), EN.moment(there)
    if here.utcoffset() == there.utcoffset():
        return Check("clock", ok=True, vi=vi, en=en)
    return Check(
        "clock",
        ok=True,
        vi=f"giờ máy {VI.moment(here)} {here:%z}, giờ Việt Nam {vi}; cron chạy theo giờ máy, nên dùng `rasoat schedule --systemd`",
        en=f"machine {EN.moment(here)} {here:%z}, Vietnam {en}; cron goes by the machine's, so use `rasoat schedule --systemd`",
    )


def _store(config: Config, now: datetime) -> Iterator[Check]:
    """Looks at the store, and, where it can be opened, at what nights have left in it."""
    try:
        with Store.open(config.store_url) as store, store.read() as connection:
            number = articles.count(connection)
            version = store.schema_version()
            vi, en = f"{VI.number(number)} bài, lược đồ {version}", f"{EN.number(number)} articles, schema {version}"
            found = [Check("store", ok=True, vi=vi, en=en), *_archive(config, connection)]
            found += _history(store, connection, now)
    except PipelineError as error:
        found = [Check("store", ok=False, vi=error.vi, en=str(error))]
    yield from found


def _archive(config: Config, connection: Connection) -> Iterator[Check]:
    """Looks for the files in which pages lie, on which numbers rest; one that was cut short lacks its last pages."""
    folder, ends = config.data / "archive", fetches.archived(connection)
    sizes = {name: file.stat().st_size if (file := folder / name).is_file() else 0 for name in ends}
    lacking = sorted(name for name, end in ends.items() if sizes[name] < end)
    if lacking:
        number, first = len(lacking), lacking[0]
        yield Check(
            "archive",
            ok=False,
            vi=f"{folder}: {VI.number(number)} tệp bị mất hoặc bị cắt ngắn, ví dụ {first}; hãy chép lại từ bản sao lưu có kèm"
            " trang (`rasoat backup --pages`)",
            en=f"{folder}: {EN.number(number)} {EN.plural(number, 'file is', 'files are')} missing or cut short, such as {first};"
            " copy back from a backup with pages (`rasoat backup --pages`)",
        )


def _history(store: Store, connection: Connection, now: datetime) -> Iterator[Check]:
    """Looks at the last night, the last backup, the sample and the sources; a store without nights needs none of it."""
    night = runs.last(connection, "nightly")
    if night is None:
        return
    yield _night(store, night, now)
    yield _backup(connection, now)
    yield from _sample(connection)
    today = now.astimezone(LOCAL_TZ).date()
    yield from _broken(examine_all(health.histories(connection, today, RECENT, WEEKS), today))


def _broken(sources: Iterable[Health]) -> Iterator[Check]:
    """Tells what ails sources, once for all that the same ails: a night that did not run ails every one."""
    ailing: dict[Finding, list[str]] = {}
    for each in sources:
        if each.broken:
            ailing.setdefault(each.findings[0], []).append(each.source)
    for why, names in ailing.items():
        texts = []
        for words, some in ((VI, "NGUỒN"), (EN, "SOURCE")):
            name = names[0] if len(names) == 1 else some
            text, see = said(name, why, words), f"`rasoat sources explain {name}`"
            texts.append(text if see in text else text + words.t("; xem ", "; see ") + see)
        yield Check(f"health {', '.join(names)}", ok=False, vi=texts[0], en=texts[1])


def _night(store: Store, night: Run, now: datetime) -> Check:
    at = night.started.astimezone(LOCAL_TZ)
    in_vi, in_en = f"lượt {VI.moment(at)}", f"that of {EN.moment(at)}"
    ok = False
    if night.started > now + AN_HOUR:
        vi = f"lượt gần nhất ghi {VI.moment(at)}, sau giờ máy hiện nay; hãy chỉnh đồng hồ: `timedatectl set-ntp true`"
        en = f"the last one says {EN.moment(at)}, later than it is; set the clock: `timedatectl set-ntp true`"
    elif night.outcome == "failed":
        vi, en = f"{in_vi} bị lỗi; hãy chạy `rasoat nightly`", f"{in_en} failed; run `rasoat nightly`"
    elif night.outcome is None and _is_taken(store):
        ok = now - night.started < A_DAY
        vi, en = f"{in_vi} đang chạy", f"{in_en} is at work"
        if not ok:
            vi, en = f"{vi} đã hơn một ngày; xem `ps -C rasoat`", f"{en} for more than a day; see `ps -C rasoat`"
    elif night.outcome is None:
        vi = f"{in_vi} đã bị ngắt; hãy chạy `rasoat nightly` để làm tiếp (không phải xóa khóa nào)"
        en = f"{in_en} was killed; run `rasoat nightly`, which goes on (no lock need be removed)"
    elif now - night.started > MISSED:
        vi = f"lượt gần nhất từ {VI.moment(at)}; máy có chạy hằng đêm không? xem `rasoat schedule --systemd`"
        en = (
            f"the last one was on {EN.moment(at)}; does the machine run it every night? see `rasoat schedule --systemd`"
        )
    else:
        ok, vi, en = True, f"{in_vi} đã xong", f"{in_en} came to its end"
    return Check("nights", ok=ok, vi=vi, en=en)


def _is_taken(store: Store) -> bool:
    """Tells whether a crawl or a night is at work: its right ends with its process, so that no lock is ever left behind."""
    try:
        with store.alone():
            return False
    except StoreError:
        return True


def _backup(connection: Connection, now: datetime) -> Check:
    saved = runs.done(connection, "backup", 1)
    made = saved[0].started if saved else None
    if made is not None and now - made <= OLD_BACKUP:
        at = made.astimezone(LOCAL_TZ)
        return Check("backup", ok=True, vi=VI.moment(at), en=EN.moment(at))
    days = (now - made).days if made else 0
    vi, en = f"bản gần nhất đã {days} ngày", f"the last one is {days} days old"
    if made is None:
        vi, en = "chưa sao lưu lần nào", "there is none"
    return Check(
        "backup", ok=False, vi=f"{vi}; hãy chạy `rasoat backup THƯ_MỤC`", en=f"{en}; run `rasoat backup FOLDER`"
    )


def _sample(connection: Connection) -> Iterator[Check]:
    """Looks at the uniform sample: an audit can bound nothing by a sample that nobody reads."""
    drawn = [state for state in queues.states(connection) if state.queue.purpose == "uniform"]
    total, waiting = sum(state.draws for state in drawn), sum(state.open for state in drawn)
    if not total:
        return
    vi, en = f"{VI.number(waiting)}/{VI.number(total)} bài chưa đọc", f"{waiting} of {total} articles unread"
    ok = waiting <= total * UNREAD
    if not ok:
        vi, en = f"{vi}; mở `rasoat serve`, mục Đọc bài", f"{en}; open `rasoat serve`, page Read"
    yield Check("sample", ok=ok, vi=vi, en=en)


def _mail(config: Config, password: str) -> Iterator[Check]:
    """Looks at the settings of the digest's mail, where it is to be sent; no server is asked."""
    if not config.digest.to:
        return
    try:
        check_settings(config.digest, password)
    except PipelineError as error:
        yield Check("mail", ok=False, vi=error.vi, en=str(error))
    else:
        to = ", ".join(config.digest.to)
        vi, en = f"gửi tới {to}; thử: `rasoat digest --send`", f"to {to}; try `rasoat digest --send`"
        yield Check("mail", ok=True, vi=vi, en=en)


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


def _signing(config: Config) -> Iterator[Check]:
    """Looks at the key that signs manifests, where the campaign names one: without it no night begins."""
    try:
        key = signing_key(config)
    except PipelineError as error:
        yield Check("signing", ok=False, vi=error.vi, en=str(error))
    else:
        if key is not None:
            yield Check("signing", ok=True, vi=str(key.file), en=str(key.file))


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


def _metrics(config: Config) -> Iterator[Check]:
    """Looks whether a night can write its metrics, where the campaign names a file; what stands in it is not touched."""
    if not config.nightly.metrics:
        return
    file = config.file.parent / config.nightly.metrics
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, "", str(file))
        place = next(folder for folder in file.resolve().parents if folder.exists())
        if not file.exists() or file.is_file():  # a device or a pipe is written through, and nobody reads it now
            with TemporaryFile(dir=place):
                pass
    except OSError as error:
        en, vi = system_fault(error)
        yield Check(
            "metrics",
            ok=False,
            vi=f"{file}: không ghi được: {vi}; hãy sửa nightly.metrics hoặc quyền của thư mục",
            en=f"{file}: cannot be written: {en}; change nightly.metrics or the rights of its folder",
        )
    else:
        yield Check("metrics", ok=True, vi=str(file), en=str(file))


def _hosts(config: Config) -> Iterator[Check]:
    """Asks the hosts of all sources, several at once: a dead one is waited for, and the others need not wait for it."""
    with Fetcher(config.fetch) as fetcher, ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda source: _host(fetcher, source), config.sources)


def _host(fetcher: Fetcher, source: Source) -> Check:
    robots = fetcher.robots(source.home, source)
    if robots.error is None:
        return Check(f"source {source.id}", ok=True, vi="máy chủ có trả lời", en="answers")
    why = because("at", url=robots.url, why=robots.error.detail)
    vi, en = (in_words(why, words) + remedy(why, words) for words in (VI, EN))
    return Check(f"source {source.id}", ok=False, vi=vi, en=en)
