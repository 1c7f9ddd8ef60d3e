"""Commands that make articles: from outlets, from archives, and from saved pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand
from pipeline.errors import InputError
from pipeline.surface import DAY, FILE, JSON_OPTION, Surface

if TYPE_CHECKING:
    from crawlers.warc import Fate
    from pipeline.steps.ingest import Ingested
    from pipeline.wording import Pair


@click.command(
    cls=BilingualCommand,
    help="Thu thập bài từ các nguồn, kèm bằng chứng ngày nào đã quan sát đủ. || Fetch articles, with proof of which days were observed.",
)
@click.option(
    "--since",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Từ ngày; mặc định: ngày đầu của giai đoạn đầu. || First day; default: the first phase's.",
)
@click.option(
    "--until",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Đến ngày; mặc định: cuối giai đoạn cuối, hoặc hôm nay. || Last day; default: the last phase's, or today.",
)
@click.option(
    "--source", "sources", multiple=True, help="Chỉ nguồn này (dùng được nhiều lần). || Only this source (repeatable)."
)
@click.option(
    "--warc",
    "files",
    type=FILE,
    multiple=True,
    help="Đọc bài từ tệp WARC thay vì từ mạng (dùng được nhiều lần). || Read articles from a WARC file, not the network (repeatable).",
)
@click.option(
    "--again",
    is_flag=True,
    help="Tải lại các trang dù hôm nay đã thu thập. || Ask for the pages anew although they were fetched today.",
)
@JSON_OPTION
@click.pass_obj
def crawl(
    surface: Surface,
    since: date | None,
    until: date | None,
    sources: tuple[str, ...],
    files: tuple[Path, ...],
    again: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Crawls."""
    if files and (since or until or again):
        raise click.UsageError(
            surface.speaker.t(
                "--since, --until, --again không dùng cùng --warc: mọi trang của các nguồn trong tệp đều được đọc",
                "--since, --until and --again do not go with --warc: all pages of the sources in the file are read",
            )
        )
    from pipeline.steps.ingest import ingest, night_of  # noqa: PLC0415

    if files:
        _read_files(surface, files, sources, as_json=as_json)
        return
    with surface.campaign(create=True) as (config, store):
        night = night_of(config, surface.today(), since, until)
        arguments = {
            "night": str(night.day),
            "since": str(night.since),
            "until": str(night.until),
            "only": ",".join(sources),
        }
        step = surface.step(config, store, "crawl", arguments, "Thu thập", "Crawling", alone=True)
        with step as (counts, advance):
            found = ingest(config, store, night, advance, sources, again=again)
            counts.update(found.articles, failures=found.failures)
    if as_json:
        surface.speaker.show_json(asdict(found))
    else:
        say_ingested(surface, found)
    if found.broken:
        surface.exit_code = EXIT_WITH_FAILURES


FATES: Mapping[Fate, Pair] = {
    "taken": ("trang được nhận", "pages taken"),
    "known": ("trang kho đã có", "pages that the store has"),
    "again": ("trang lặp lại trong tệp", "pages that the file has twice"),
    "foreign": ("trang không thuộc nguồn nào", "pages of no source"),
    "status": ("lượt trả lời không có trang (chuyển hướng, lỗi)", "answers without a page (redirects, errors)"),
    "no_html": ("tệp không phải HTML", "files that are no HTML"),
    "revisit": ("lượt ghi trang không đổi, không kèm nội dung", "notes that a page was as before, without its text"),
    "cut": ("trang bị cắt giữa chừng khi lưu", "pages cut short when they were saved"),
    "too_large": ("trang quá lớn (fetch.max_inflated_bytes)", "pages too large (fetch.max_inflated_bytes)"),
    "unreadable": ("trang nén kiểu lạ, hỏng hoặc thiếu ngày", "pages packed strangely, damaged or without a date"),
    "no_page": ("bản ghi không phải trang (yêu cầu, mô tả)", "records that are no pages (requests, metadata)"),
}
"""The fate of a record of a WARC file."""


def _read_files(surface: Surface, files: Sequence[Path], sources: tuple[str, ...], *, as_json: bool) -> None:
    from pipeline.report.reasons import error_in_words  # noqa: PLC0415
    from pipeline.steps.ingest import read_warc_files  # noqa: PLC0415

    if missing := [file for file in files if not file.is_file()]:
        raise InputError(f"{missing[0]}: no such file", f"{missing[0]}: không có tệp này")
    arguments = {"night": str(surface.today()), "only": ",".join(sources), "warc": ",".join(map(str, files))}
    with (
        surface.campaign(create=True) as (config, store),
        surface.step(config, store, "crawl", arguments, "Đọc tệp WARC", "Reading", alone=True) as (counts, advance),
    ):
        done = read_warc_files(config, store, files, surface.today(), advance, sources)
        counts.update(done.ingested.articles, failures=done.ingested.failures)
    if as_json:
        surface.speaker.show_json({**asdict(done.ingested), "records": done.records})
    else:
        say_ingested(surface, done.ingested, network=False)
        total = surface.words.number(sum(done.records.values()))
        surface.speaker.say(f"Trong {total} bản ghi của tệp WARC:", f"Of {total} records of WARC files:")
        for fate, pair in FATES.items():
            if number := done.records.get(fate):
                line = f"{surface.words.number(number):>10}  {surface.words.pair(pair)}"
                surface.speaker.say(line, line)
    for error in done.damaged:
        surface.speaker.fail(error_in_words(error, surface.words))
        surface.exit_code = EXIT_WITH_FAILURES


RESUMED = (
    "  Hôm nay đã thu thập xong nên lần này không truy cập mạng nữa; muốn tải lại: rasoat crawl --again",
    "  Today's crawl had ended before, so the network was not asked; to ask anew: rasoat crawl --again",
)


PROVED = (
    "  Những ngày này đều đã quan sát đủ nên không cần truy cập mạng.",
    "  All these days were observed before, so the network need not be asked.",
)


def say_ingested(surface: Surface, found: Ingested, *, network: bool = True) -> None:
    """Says what a crawl brought, why it asked nothing of the network, and which sources could not be seen whole."""
    from pipeline.report.reasons import REMEDIES, in_words, remedy  # noqa: PLC0415

    number = surface.words.number
    new, revised = number(found.articles.get("new", 0)), number(found.articles.get("revised", 0))
    other = number(sum(count for outcome, count in found.outcomes.items() if outcome not in {"article", "failed"}))
    failed = number(found.failures)
    surface.speaker.fold(
        f"Thu thập: {new} bài mới, {revised} bài sửa đổi; {other} trang khác; {failed} địa chỉ không đọc được.",
        f"Crawled: {new} new articles, {revised} revised; {other} other pages; {failed} failed URLs.",
    )
    if network and not found.requests:
        surface.speaker.note(*(RESUMED if found.outcomes else PROVED))
    for source, reason in found.broken.items():
        why = in_words(reason, surface.words)
        why += remedy(reason, surface.words) if reason.root.code in REMEDIES else ""
        surface.speaker.fold(f"  {source}: có ngày chưa quan sát được: {why}", f"  {source}: days not observed: {why}")


@click.command(
    cls=BilingualCommand,
    help="Trích tiêu đề, sa pô, nội dung, ngày đăng từ các trang đã lưu; hoặc trích lại các bản lưu bằng phiên bản chương trình hiện tại."
    " || Extract title, lead, body and date from saved pages; or read the archive again with today's parsers.",
)
@click.argument("files", type=FILE, nargs=-1, metavar="[FILE]...")
@click.option(
    "--url",
    help="Địa chỉ của trang đã lưu, nếu biết; chỉ cho một tệp. || Address of the saved page, where known; for one file only.",
)
@click.option("--manifest", type=FILE, help='JSONL, mỗi dòng {"file", "url"}. || JSONL, one {"file", "url"} a line.')
@click.option(
    "--out",
    type=FILE,
    help="Tệp kết quả JSONL (có thể nén .gz); mặc định: màn hình. || Result JSONL (.gz allowed); default: standard output.",
)
@click.option(
    "--replay",
    "again",
    is_flag=True,
    help="Dựng lại bài trong kho từ các bản lưu. || Rebuild the store's articles from archived pages.",
)
@click.option(
    "--night",
    "nights",
    type=DAY,
    metavar="YYYY-MM-DD",
    multiple=True,
    help="Với --replay: chỉ đêm này (dùng được nhiều lần). || With --replay: only this night (repeatable).",
)
@click.pass_obj
def extract(
    surface: Surface,
    files: tuple[Path, ...],
    url: str | None,
    manifest: Path | None,
    out: Path | None,
    again: bool,  # noqa: FBT001 - click's flag
    nights: tuple[date, ...],
) -> None:
    """Extracts."""
    if [bool(files), manifest is not None, again].count(True) != 1:
        raise click.UsageError(
            surface.speaker.t(
                "cần một trong ba: tên tệp, --manifest hoặc --replay", "give files, or --manifest, or --replay"
            )
        )
    if again and out:
        raise click.UsageError(
            surface.speaker.t(
                "--out không dùng cùng --replay: kết quả nằm trong kho; xem bằng rasoat export articles",
                "--out does not go with --replay: the result is in the store; see rasoat export articles",
            )
        )
    if nights and not again:
        raise click.UsageError(surface.speaker.t("--night chỉ dùng cùng --replay", "--night goes with --replay only"))
    if url and len(files) != 1:
        raise click.UsageError(surface.speaker.t("--url chỉ dùng cùng một tệp", "--url goes with one file"))
    if again:
        _replay(surface, nights)
    else:
        _extract_pages(surface, manifest, files, url, out)


def _replay(surface: Surface, nights: tuple[date, ...]) -> None:
    from pipeline.steps.ingest import replay  # noqa: PLC0415

    arguments = {"nights": ",".join(map(str, nights))}
    with (
        surface.campaign() as (config, store),
        surface.step(config, store, "replay", arguments, "Đọc lại", "Replaying", alone=True) as (counts, advance),
    ):
        found = replay(config, store, nights, advance)
        counts.update(found.articles, failures=found.failures)
    number = surface.words.number
    revised, new = number(found.articles.get("revised", 0)), number(found.articles.get("new", 0))
    pages, failed = number(sum(found.outcomes.values())), number(found.failures)
    surface.speaker.say(
        f"Đọc lại {pages} trang: {revised} bài sửa đổi, {new} bài mới, {failed} trang không đọc được.",
        f"Replayed {pages} pages: {revised} revised, {new} new articles, {failed} unreadable.",
    )


def _extract_pages(
    surface: Surface, manifest: Path | None, files: Sequence[Path], url: str | None, out: Path | None
) -> None:
    from pipeline.files import apart  # noqa: PLC0415
    from pipeline.report.reasons import in_words  # noqa: PLC0415
    from pipeline.steps.extract import extract_files, extract_manifest  # noqa: PLC0415

    for source in files if manifest is None else (manifest,):
        if out is not None:
            apart(source, out)
    with surface.speaker.progress("Trích xuất", "Extracting") as advance:
        done = extract_manifest(manifest, out, advance) if manifest else extract_files(files, url, out, advance)
    if manifest is not None:
        surface.tell(manifest, done.faults)
    for file, reason in done.failures.items():
        surface.speaker.fail(f"{file}: {in_words(reason, surface.words)}")
    pages, failed = surface.words.number(done.pages), surface.words.number(len(done.failures))
    surface.speaker.note(
        f"Trích xuất: {pages} trang, {failed} trang không đọc được.",
        f"Extracted: {pages} pages, {failed} unreadable.",
    )
    if done.failures:
        surface.exit_code = EXIT_WITH_FAILURES
