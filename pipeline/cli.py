"""The command line: one command a step. Loads the campaign, opens the store, calls the step, prints a summary."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.console import (
    EXIT_BAD_INPUT,
    EXIT_OK,
    EXIT_USAGE,
    EXIT_WITH_FAILURES,
    BilingualGroup,
    Speaker,
    language,
    usage_text,
)
from pipeline.errors import PipelineError
from pipeline.source_commands import health, log, sources
from pipeline.surface import DAY, FILE, JSON_OPTION, Surface, now, today
from pipeline.wording import Words

if TYPE_CHECKING:
    from pipeline.records import AuditResult, Verdict

COMMAS = str.maketrans(".", ",")  # decimal points of figures to Vietnamese commas

# Steps are imported inside their commands: scikit-learn and underthesea take seconds that `--help` need not wait for.


@click.group(
    cls=BilingualGroup,
    help="Rà soát: báo chí của tỉnh đã đăng đủ những gì công văn yêu cầu chưa?\n\nĐổi ngôn ngữ: --lang en"
    " || Rà soát: do a province's outlets publish what a directive asks for?\n\nLanguage: --lang vi",
)
@click.option(
    "--config",
    "file",
    type=FILE,
    default=Path("config.toml"),
    show_default=True,
    help="Tệp chiến dịch. || Campaign file.",
)
@click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    help="Ngôn ngữ; mặc định vi hoặc $RASOAT_LANG. || Language; default vi or $RASOAT_LANG.",
)
@click.option("--quiet", is_flag=True, help="Không in tiến độ. || Print no progress.")
@click.version_option(package_name="rasoat", prog_name="rasoat", help="In phiên bản. || Print the version.")
@click.pass_context
def app(context: click.Context, file: Path, lang: str | None, quiet: bool) -> None:  # noqa: FBT001 - click's flags
    """Collects what every command needs."""
    chosen = lang or str(context.obj)
    context.obj = Surface(file, chosen, Speaker(chosen, quiet=quiet))


@app.command(
    help="Tạo chiến dịch mới: config.toml mẫu, thư mục dữ liệu, kho trống; chạy lại không làm mất gì."
    " || Make a campaign: sample config.toml, data folders, empty store; harmless when run again."
)
@click.pass_obj
def init(surface: Surface) -> None:
    """Starts a campaign."""
    from pipeline.steps.start import start  # noqa: PLC0415

    config, fresh = start(surface.file)
    made = surface.speaker.t("đã tạo" if fresh else "đã có", "written" if fresh else "already there")
    surface.speaker.say(f"{config.file}: {made}", f"{config.file}: {made}")
    surface.speaker.say(
        f"Kho: {config.store_url}\nTiếp theo: sửa [[source]] và [[duty]], rồi chạy `rasoat nightly`.",
        f"Store: {config.store_url}\nNext: edit [[source]] and [[duty]], then run `rasoat nightly`.",
    )


@app.command(
    help="Thu thập bài từ các nguồn, kèm bằng chứng ngày nào đã xem đủ. || Fetch articles, with proof of which days were seen."
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
    help="Hỏi lại các trang dù hôm nay đã thu thập. || Ask for the pages anew although they were fetched today.",
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
    from pipeline.steps.ingest import ingest, night_of, read_warc_files  # noqa: PLC0415
    from pipeline.steps.run import recorded  # noqa: PLC0415

    with surface.campaign(create=True) as (config, store):
        night = night_of(config, today(), since, until)
        arguments = {
            "night": str(night.day),
            "since": str(night.since),
            "until": str(night.until),
            "only": ",".join(sources),
            "warc": ",".join(map(str, files)),
        }
        with (
            recorded(config, store, "crawl", arguments, now, alone=True) as counts,
            surface.speaker.progress("Thu thập", "Crawling") as advance,
        ):
            if files:
                found = read_warc_files(config, store, files, night.day, advance, sources)
            else:
                found = ingest(config, store, night, advance, sources, again=again)
            counts.update(found.articles, failures=found.failures)
    if as_json:
        surface.speaker.show_json(asdict(found))
    else:
        _say_ingested(surface, found)
        if not found.requests and not files:
            surface.speaker.note(_RESUMED_VI, _RESUMED_EN)
    if found.broken:
        surface.exit_code = EXIT_WITH_FAILURES


_RESUMED_VI = "  Hôm nay đã thu thập xong từ trước nên lần này không hỏi lại mạng; muốn hỏi lại: rasoat crawl --again"
_RESUMED_EN = "  Today's crawl had ended before, so the network was not asked; to ask anew: rasoat crawl --again"


def _say_ingested(surface: Surface, found: Any) -> None:
    from pipeline.report.reasons import in_words  # noqa: PLC0415

    new, revised = found.articles.get("new", 0), found.articles.get("revised", 0)
    other = sum(found.outcomes.values()) - found.outcomes.get("article", 0)
    surface.speaker.say(
        f"Thu thập: {new} bài mới, {revised} bài có sửa đổi; {other} trang khác; {found.failures} địa chỉ không đọc được.",
        f"Crawled: {new} new articles, {revised} revised; {other} other pages; {found.failures} failed URLs.",
    )
    for source, reason in found.broken.items():
        why = in_words(reason, surface.words)
        surface.speaker.note(f"  {source}: có ngày chưa quan sát được: {why}", f"  {source}: days not observed: {why}")


@app.command(
    help="Trích tiêu đề, sa pô, nội dung, ngày đăng từ các trang đã lưu; hoặc đọc lại kho lưu trữ bằng bộ trích xuất hiện tại."
    " || Extract title, lead, body and date from saved pages; or read the archive again with today's parsers."
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
    help="Dựng lại bài trong kho từ các trang đã lưu. || Rebuild the store's articles from archived pages.",
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
def extract(surface: Surface, manifest: Path | None, out: Path | None, again: bool, nights: tuple[date, ...]) -> None:  # noqa: FBT001
    """Extracts."""
    if again == (manifest is not None):
        raise click.UsageError(surface.speaker.t("cần --manifest hoặc --replay", "give --manifest or --replay"))
    if manifest is None:
        _replay(surface, nights)
    else:
        _extract_manifest(surface, manifest, out)


def _replay(surface: Surface, nights: tuple[date, ...]) -> None:
    from pipeline.steps.ingest import replay  # noqa: PLC0415
    from pipeline.steps.run import recorded  # noqa: PLC0415

    arguments = {"nights": ",".join(map(str, nights))}
    with (
        surface.campaign() as (config, store),
        recorded(config, store, "replay", arguments, now, alone=True) as counts,
        surface.speaker.progress("Đọc lại", "Replaying") as advance,
    ):
        found = replay(config, store, nights, advance)
        counts.update(found.articles, failures=found.failures)
    revised, new = found.articles.get("revised", 0), found.articles.get("new", 0)
    surface.speaker.say(
        f"Đọc lại {sum(found.outcomes.values())} trang: {revised} bài có sửa đổi, {new} bài mới, {found.failures} trang không đọc được.",
        f"Replayed {sum(found.outcomes.values())} pages: {revised} revised, {new} new articles, {found.failures} unreadable.",
    )


def _extract_manifest(surface: Surface, manifest: Path, out: Path | None) -> None:
    from pipeline.report.reasons import in_words  # noqa: PLC0415
    from pipeline.steps.extract import extract_manifest  # noqa: PLC0415

    with surface.speaker.progress("Trích xuất", "Extracting") as advance:
        done = extract_manifest(manifest, out, advance)
    for file, reason in done.failures.items():
        surface.speaker.fail(f"{file}: {in_words(reason, surface.words)}")
    surface.speaker.note(
        f"Trích xuất: {done.pages} trang, {len(done.failures)} trang không đọc được.",
        f"Extracted: {done.pages} pages, {len(done.failures)} unreadable.",
    )
    if done.failures:
        surface.exit_code = EXIT_WITH_FAILURES


@app.command(
    help='Gán chủ đề cho bài trong tệp JSONL (mỗi dòng "id", "title", "body"; có thể nén .gz).'
    ' || Tag the articles of a JSONL file (rows with "id", "title", "body"; .gz allowed).'
)
@click.argument("source", metavar="IN", type=FILE)
@click.argument("target", metavar="OUT", type=FILE)
@click.option(
    "--model",
    type=FILE,
    help="Thư mục mô hình; mặc định: theo config.toml, hoặc mô hình kèm sẵn. || Model folder; default: config.toml's, or the shipped one.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Số tiến trình. || Number of processes.")
@click.pass_obj
def tag(surface: Surface, source: Path, target: Path, model: Path | None, workers: int | None) -> None:
    """Tags; works without a campaign."""
    from pipeline.steps.tag import tag_file  # noqa: PLC0415

    config = surface.config() if surface.file.exists() else None
    with surface.speaker.progress("Gán chủ đề", "Tagging") as advance:
        rows = tag_file(config, source, target, advance, model=model, workers=workers)
    surface.speaker.note(f"Đã gán {rows} bài → {target}", f"Tagged {rows} articles → {target}")


@app.command(help="Gán chủ đề cho các bài chưa gán trong kho. || Tag the articles of the store that have no tags yet.")
@JSON_OPTION
@click.pass_obj
def classify(surface: Surface, as_json: bool) -> None:  # noqa: FBT001
    """Classifies."""
    from pipeline.steps.classify import classify as run  # noqa: PLC0415
    from pipeline.steps.run import recorded  # noqa: PLC0415

    with (
        surface.campaign() as (config, store),
        recorded(config, store, "classify", {}, now) as counts,
        surface.speaker.progress("Gán chủ đề", "Classifying") as advance,
    ):
        done = run(config, store, advance)
        counts.update(predicted=done.articles)
    if as_json:
        surface.speaker.show_json(asdict(done))
    else:
        surface.speaker.say(
            f"Đã gán {done.articles} bài bằng mô hình {done.model}.",
            f"Classified {done.articles} articles with model {done.model}.",
        )


@app.command(
    help="Đối chiếu kho với nhiệm vụ của công văn và xuất báo cáo. || Judge the store against the directive's duties and write the report."
)
@click.option(
    "--as-of",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Tính đến ngày; mặc định: hôm nay. || As of this day; default: today.",
)
@click.option(
    "--out",
    type=FILE,
    help="Thư mục báo cáo; mặc định: report/NGÀY trong thư mục dữ liệu. || Report folder; default: report/DAY in the data folder.",
)
@JSON_OPTION
@click.pass_obj
def audit(surface: Surface, as_of: date | None, out: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Audits."""
    from pipeline.steps.audit import audit as run  # noqa: PLC0415
    from pipeline.steps.report import report  # noqa: PLC0415
    from pipeline.steps.run import recorded  # noqa: PLC0415

    day = as_of or today()
    with surface.campaign() as (config, store), recorded(config, store, "audit", {"as_of": str(day)}, now):
        result = run(config, store, day)
        folder = out or config.data / "report" / str(day)
        report(result, folder, surface.lang)
    if as_json:
        surface.speaker.show_json(_audit_json(result))
    else:
        _say_audit(surface, result, folder)


def _audit_json(result: AuditResult) -> dict[str, Any]:
    return {
        "as_of": result.as_of,
        "model": result.model,
        "codebook": result.codebook,
        "verdicts": [asdict(verdict) for verdict in result.verdicts],
        "cells": [asdict(cell) for cell in result.cells],
        "observed": [asdict(row) for row in result.observed],
        "undated_ids": result.undated_ids,
    }


def _say_audit(surface: Surface, result: AuditResult, folder: Path) -> None:
    tally = Counter(verdict.verdict for verdict in result.verdicts)
    surface.speaker.say(
        f"Đến {result.as_of:%d/%m/%Y}, trong {len(result.verdicts)} nhiệm vụ:\n"
        f"  {tally['met']} đạt · {tally['gap']} thiếu · {tally['uncertain']} chưa đủ căn cứ · "
        f"{tally['not_observed']} chưa quan sát được",
        f"As of {result.as_of}, of {len(result.verdicts)} duties:\n"
        f"  {tally['met']} met · {tally['gap']} gaps · {tally['uncertain']} uncertain · {tally['not_observed']} not observed",
    )
    for outlet in result.outlets:
        gaps = [v for v in result.verdicts if v.verdict == "gap" and v.outlet == outlet.id]
        if gaps:
            surface.speaker.say(f"  {outlet.name} còn thiếu:", f"  {outlet.name} has gaps:")
        for verdict in gaps:
            _say_gap(surface, result, verdict)
    surface.speaker.say(f"Báo cáo: {folder / 'bao-cao.html'}", f"Report: {folder / 'bao-cao.html'}")


def _say_gap(surface: Surface, result: AuditResult, verdict: Verdict) -> None:
    phase = next(phase.name for phase in result.phases if phase.id == verdict.phase)
    vi, en = next((vi, en) for topic, vi, en in result.topics if topic == verdict.topic)
    if verdict.unit == "days":
        surface.speaker.say(f"    {phase} · {vi}: {verdict.reason}", f"    {phase} · {en}: {verdict.reason_en}")
        return
    number = surface.words.number
    has, unit_vi, unit_en = f"{number(verdict.verified)}/{number(verdict.needed)}", "bài", "items"
    if verdict.unit == "minutes":
        unit_vi, unit_en = "phút", "minutes"
    surface.speaker.say(f"    {phase} · {vi}: {has} {unit_vi}", f"    {phase} · {en}: {has} {unit_en}")


@app.command(
    help="Chạy cả đêm: thu thập, gán chủ đề, đối chiếu, báo cáo. || Run the whole night: crawl, classify, audit, report."
)
@click.option(
    "--as-of",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Tính đến ngày; mặc định: hôm nay. || As of this day; default: today.",
)
@click.option("--out", type=FILE, help="Thư mục báo cáo. || Report folder.")
@JSON_OPTION
@click.pass_obj
def nightly(surface: Surface, as_of: date | None, out: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Runs the night."""
    from pipeline.steps.ingest import night_of  # noqa: PLC0415
    from pipeline.steps.nightly import nightly as run  # noqa: PLC0415

    day = as_of or today()
    with surface.campaign(create=True) as (config, store):
        folder = out or config.data / "report" / str(day)
        night = night_of(config, today(), until=min(day, night_of(config, today()).until))
        done = run(config, store, night, day, folder, surface.speaker.progress, now, surface.lang)
    if as_json:
        surface.speaker.show_json(
            {"crawl": asdict(done.ingested), "classify": asdict(done.classified), **_audit_json(done.result)}
        )
    else:
        _say_ingested(surface, done.ingested)
        if not done.ingested.requests:
            surface.speaker.note(_RESUMED_VI, _RESUMED_EN)
        surface.speaker.say(
            f"Gán chủ đề: {done.classified.articles} bài. Nhóm bài đăng lại: {done.clusters}.",
            f"Classified: {done.classified.articles} articles. Reprint groups: {done.clusters}.",
        )
        _say_audit(surface, done.result, folder)
    if done.ingested.broken:
        surface.exit_code = EXIT_WITH_FAILURES


@app.group(cls=BilingualGroup, help="Nhãn do người rà soát gán. || Labels given by reviewers.")
def labels() -> None:
    """Groups the label commands."""


@labels.command(
    "import",
    help='Nạp nhãn từ JSONL: mỗi dòng "url" hoặc "id", "topics" (đã xét mọi chủ đề), có thể thêm "reviewed".'
    ' || Read labels from JSONL: rows with "url" or "id", "topics" (all topics considered), optionally "reviewed".',
)
@click.argument("file", type=FILE)
@click.option(
    "--reviewer", required=True, help="Mã người rà soát (không dùng tên thật). || Reviewer's code (no real name)."
)
@click.pass_obj
def labels_import(surface: Surface, file: Path, reviewer: str) -> None:
    """Imports labels."""
    from pipeline.steps.review import import_labels  # noqa: PLC0415

    with surface.campaign() as (config, store):
        done = import_labels(config, store, file, reviewer, now())
    for line in done.unmatched:
        surface.speaker.fail(
            surface.speaker.t(f"{line}: không có bài này trong kho", f"{line}: no such article in the store")
        )
    surface.speaker.say(
        f"Nhãn: {done.rows} bài, {done.events} nhãn mới, {len(done.unmatched)} dòng không khớp.",
        f"Labels: {done.rows} articles, {done.events} new events, {len(done.unmatched)} rows without an article.",
    )
    if done.unmatched:
        surface.exit_code = EXIT_WITH_FAILURES


@app.command(
    help='Huấn luyện mô hình từ nhãn (JSONL: "title", "body", "topics"). || Train a model from labels (JSONL: "title", "body", "topics").'
)
@click.option(
    "--labels", "file", type=FILE, required=True, help="Tệp nhãn (có thể nén .gz). || Label file (.gz allowed)."
)
@click.option(
    "--out",
    type=FILE,
    help="Thư mục mô hình; mặc định: kho mô hình của chiến dịch. || Model folder; default: the campaign's registry.",
)
@click.option("--seed", type=int, default=17, show_default=True, help="Số khởi tạo ngẫu nhiên (seed). || Random seed.")
@JSON_OPTION
@click.pass_obj
def train(surface: Surface, file: Path, out: Path | None, seed: int, as_json: bool) -> None:  # noqa: FBT001
    """Trains."""
    from pipeline.report.reasons import in_words  # noqa: PLC0415
    from pipeline.steps.retrain import train_file  # noqa: PLC0415

    done = train_file(surface.config(), file, out, seed, now())
    if as_json:
        surface.speaker.show_json(asdict(done))
    else:
        macro, micro = (surface.words.score(each, 3) for each in (done.macro_f1, done.micro_f1))
        surface.speaker.say(
            f"Mô hình {done.version}: {done.rows} bài; F1 kiểm định chéo: macro {macro}, micro {micro}\n→ {done.folder}",
            f"Model {done.version}: {done.rows} articles; cross-validated F1: macro {done.macro_f1:.3f}, micro {done.micro_f1:.3f}\n→ {done.folder}",
        )
        if out is None:
            why = in_words(done.reason, surface.words)
            surface.speaker.say(
                f"Từ nay dùng mô hình này: {why}" if done.promoted else f"Chưa dùng mô hình này: {why}",
                f"In use from now on: {done.reason}" if done.promoted else f"Not in use: {done.reason}",
            )


@app.command(
    "eval",
    help="Đánh giá mô hình trên tệp nhãn, hoặc kiểm định chéo. || Score the model on a label file, or cross-validate.",
)
@click.option(
    "--labels", "file", type=FILE, required=True, help="Tệp nhãn (có thể nén .gz). || Label file (.gz allowed)."
)
@click.option(
    "--folds",
    type=click.IntRange(2, 20),
    help="Kiểm định chéo với số phần này, thay vì đánh giá mô hình có sẵn. || Cross-validate with so many folds instead of scoring the model.",
)
@click.option("--model", type=FILE, help="Thư mục mô hình. || Model folder.")
@click.option("--seed", type=int, default=17, show_default=True, help="Số khởi tạo ngẫu nhiên (seed). || Random seed.")
@JSON_OPTION
@click.pass_obj
def evaluate(surface: Surface, file: Path, folds: int | None, model: Path | None, seed: int, as_json: bool) -> None:  # noqa: FBT001
    """Evaluates."""
    from pipeline.steps.evaluate import evaluate_file  # noqa: PLC0415

    config = surface.config() if surface.file.exists() else None
    scores = evaluate_file(config, file, folds=folds, model=model, seed=seed)
    if as_json:
        surface.speaker.show_json(scores.as_json())
        return
    heading, *rows = scores.table()
    surface.speaker.say(heading.replace("topic ", "chủ đề"), heading)
    for row in rows:
        surface.speaker.say(row.translate(COMMAS), row)


@app.command(help="Xuất dữ liệu của kho. || Export what the store holds.")
@click.argument("subject", type=click.Choice(["articles", "labels", "predictions", "audit"]))
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
    help="Định dạng. || Format.",
)
@click.option("--out", type=FILE, help="Tệp kết quả; mặc định: màn hình. || Result file; default: standard output.")
@click.pass_obj
def export(surface: Surface, subject: Any, fmt: Any, out: Path | None) -> None:
    """Exports."""
    from pipeline.steps.export import export as run  # noqa: PLC0415

    with surface.campaign() as (config, store):
        rows = run(config, store, subject, fmt, out)
    if out:
        surface.speaker.note(f"Đã xuất {rows} dòng → {out}", f"Exported {rows} rows → {out}")


@app.command(
    help="Kiểm tra cấu hình, kho, mô hình, mạng, ổ đĩa; nói phải làm gì. || Check config, store, model, network and disk; say what to do."
)
@click.option("--offline", is_flag=True, help="Không kiểm tra mạng. || Do not ask the network.")
@JSON_OPTION
@click.pass_obj
def doctor(surface: Surface, offline: bool, as_json: bool) -> None:  # noqa: FBT001
    """Examines."""
    from pipeline.steps.doctor import examine  # noqa: PLC0415

    checks = examine(surface.file, network=not offline)
    if as_json:
        surface.speaker.show_json([asdict(check) for check in checks])
    else:
        for check in checks:
            sign = "✓" if check.ok else "✗"
            surface.speaker.say(f"{sign} {check.name_vi}: {check.vi}", f"{sign} {check.name}: {check.en}")
    if not all(check.ok for check in checks):
        surface.exit_code = EXIT_WITH_FAILURES if checks[0].ok else EXIT_BAD_INPUT


app.add_command(sources)
app.add_command(health)
app.add_command(log)


def main(arguments: list[str] | None = None) -> int:  # noqa: PLR0911 - one return for each way to end
    """Runs a command; the one place where errors become exit codes and lines."""
    lang = language(arguments if arguments is not None else sys.argv[1:], os.environ)
    speaker = Speaker(lang)
    try:
        return _run(arguments, lang)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        speaker.fail(f"{speaker.t('lệnh không đúng', 'usage')}: {usage_text(error, lang)}")
        where = error.ctx.command_path if error.ctx else "rasoat"
        speaker.fail(speaker.t(f"xem: {where} --help", f"see: {where} --help"))
        return EXIT_USAGE
    except (KeyboardInterrupt, click.exceptions.Abort):
        speaker.fail(speaker.t("đã dừng; chạy lại để tiếp tục", "stopped; run again to continue"))
        return EXIT_WITH_FAILURES
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except PipelineError as error:
        speaker.fail(error.text(lang))
        return EXIT_BAD_INPUT
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
        hint = speaker.t("kiểm tra đường dẫn, quyền và chỗ trống trên đĩa", "check the path, your rights and the disk")
        speaker.fail(f"{what}; {hint}")
        return EXIT_BAD_INPUT
    except _errors_below() as error:
        from pipeline.report.reasons import in_words  # noqa: PLC0415

        speaker.fail(in_words(str(error), Words(lang)))
        return EXIT_BAD_INPUT


def _run(arguments: list[str] | None, lang: str) -> int:
    context = app.make_context("rasoat", list(sys.argv[1:] if arguments is None else arguments), obj=lang)
    with context:
        app.invoke(context)
        surface = context.obj
        return surface.exit_code if isinstance(surface, Surface) else EXIT_OK


def _errors_below() -> tuple[type[Exception], ...]:
    """Errors of the packages below; each already is one clear line."""
    from crawlers.errors import CrawlError  # noqa: PLC0415
    from models.errors import ModelError  # noqa: PLC0415

    return (CrawlError, ModelError)


if __name__ == "__main__":
    sys.exit(main())
