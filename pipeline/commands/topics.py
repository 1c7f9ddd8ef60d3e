"""Commands that give articles their topics: those of a file, and those of the store."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.console import BilingualCommand
from pipeline.surface import DAY, FILE, FOLDER, JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.steps.classify import Classified, Plan
    from pipeline.store import Store

SHORT_S = 60  # seconds; a shorter run is not told by its time


@click.command(
    cls=BilingualCommand,
    help='Gán chủ đề cho bài trong tệp JSONL (mỗi dòng "id", "title", "body"; có thể nén .gz).'
    ' || Tag the articles of a JSONL file (rows with "id", "title", "body"; .gz allowed).',
)
@click.argument("source", metavar="IN", type=FILE)
@click.argument("target", metavar="OUT", type=FILE)
@click.option(
    "--model",
    type=FOLDER,
    help="Thư mục mô hình; mặc định: theo config.toml, hoặc mô hình kèm sẵn. || Model folder; default: config.toml's, or the shipped one.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Số tiến trình. || Number of processes.")
@click.pass_obj
def tag(surface: Surface, source: Path, target: Path, model: Path | None, workers: int | None) -> None:
    """Tags; works without a campaign."""
    from pipeline.files import apart  # noqa: PLC0415
    from pipeline.steps.tag import tag_file  # noqa: PLC0415

    apart(source, target)
    config = surface.config_if_any()
    with surface.speaker.progress("Gán chủ đề", "Tagging") as advance:
        done = tag_file(config, source, target, advance, model=model, workers=workers)
    surface.tell(source, done.faults)
    rows, wrong = surface.words.number(done.rows), surface.words.number(len(done.faults))
    surface.speaker.note(
        f"Đã gán chủ đề cho {rows} bài, {wrong} dòng không đọc được → {target}",
        f"Tagged {rows} articles, {wrong} rows unreadable → {target}",
    )


@click.command(
    cls=BilingualCommand,
    help="Gán chủ đề cho các bài trong kho mà mô hình đang dùng chưa đọc: bài mới, bài đã sửa, hoặc mọi bài sau khi đổi mô hình; kết quả cũ vẫn giữ."
    " || Tag the store's articles that the model in use has not read: new or edited ones, all of them after another model was chosen; older tags stay.",
)
@click.option(
    "--model",
    help="Mô hình khác mô hình trong config.toml: champion, weak, hoặc mã phiên bản. || Another model than config.toml's: champion, weak, or a version.",
)
@click.option(
    "--since", type=DAY, metavar="YYYY-MM-DD", help="Chỉ bài đăng từ ngày. || Only articles published from this day."
)
@click.option(
    "--until", type=DAY, metavar="YYYY-MM-DD", help="Chỉ bài đăng đến ngày. || Only articles published up to this day."
)
@click.option(
    "--outlet",
    "outlets",
    multiple=True,
    help="Chỉ bài của cơ quan (mã); ghi được nhiều lần. || Only articles of this outlet (id); may be given several times.",
)
@click.option(
    "--decide",
    "decide_only",
    is_flag=True,
    help="Chỉ xét lại chủ đề theo ngưỡng hiện tại, từ điểm đã lưu; không đọc bài nào."
    " || Only decide anew by the cut-offs as they are, from the scores that are kept; reads nothing.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Chỉ báo sẽ làm gì, mất bao lâu. || Only tell what would be done, and how long it takes.",
)
@JSON_OPTION
@click.pass_obj
def classify(
    surface: Surface,
    model: str | None,
    since: date | None,
    until: date | None,
    outlets: tuple[str, ...],
    decide_only: bool,  # noqa: FBT001
    dry_run: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Classifies."""
    from pipeline.steps.classify import classify as run  # noqa: PLC0415
    from pipeline.steps.classify import plan  # noqa: PLC0415
    from pipeline.store.predictions import Selection  # noqa: PLC0415

    if since and until and since > until:
        raise click.UsageError(
            f"--since {since} đứng sau --until {until}; hãy đổi lại"
            f" || --since {since} is after --until {until}; swap them"
        )
    selection = Selection(outlets, since, until)
    if decide_only and (dry_run or selection != Selection()):
        raise click.UsageError(
            "--decide xét lại mọi bài, không dùng cùng --since, --until, --outlet, --dry-run"
            " || --decide takes all articles: not with --since, --until, --outlet, --dry-run"
        )
    with surface.campaign() as (given, store):
        config = _with_model(given, model)
        _known(config, outlets)
        if dry_run:
            _tell_plan(surface, plan(config, store, selection), as_json=as_json)
            return
        if decide_only:
            _decide(surface, config, store, as_json=as_json)
            return
        arguments = {
            **({"model": model} if model else {}),
            **({"since": since.isoformat()} if since else {}),
            **({"until": until.isoformat()} if until else {}),
            **({"outlets": " ".join(outlets)} if outlets else {}),
        }
        with surface.step(config, store, "classify", arguments, "Gán chủ đề", "Classifying") as (counts, advance):
            done = run(config, store, advance, selection, surface.now())
            counts.update(done.counts())
    if as_json:
        surface.speaker.show_json(asdict(done))
    else:
        _tell(surface, done)


def _with_model(config: Config, model: str | None) -> Config:
    return config if model is None else replace(config, classify=replace(config.classify, model=model))


def _known(config: Config, outlets: tuple[str, ...]) -> None:
    from pipeline.errors import InputError  # noqa: PLC0415

    ids = [outlet.id for outlet in config.outlets]
    if wrong := [outlet for outlet in outlets if outlet not in ids]:
        raise InputError(
            f"--outlet {wrong[0]}: no such outlet; there are: {', '.join(ids)}",
            f"--outlet {wrong[0]}: không có cơ quan này; đang có: {', '.join(ids)}",
        )


def _tell(surface: Surface, done: Classified) -> None:
    number = surface.words.number
    surface.speaker.say(
        f"Đã gán {number(done.articles)} bài bằng mô hình {done.model}.",
        f"Classified {number(done.articles)} articles with model {done.model}.",
    )
    if done.decided:
        surface.speaker.say(
            f"Ngưỡng đã đổi: {number(done.decided)} bài đọc từ trước nay có chủ đề khác.",
            f"Cut-offs have changed: {number(done.decided)} articles read before have other topics now.",
        )


def _decide(surface: Surface, config: Config, store: Store, *, as_json: bool) -> None:
    from pipeline.steps.decide import decide  # noqa: PLC0415

    changed = decide(config, store, surface.now())
    if as_json:
        surface.speaker.show_json({"decided": changed})
        return
    number = surface.words.number(changed)
    surface.speaker.say(
        f"Đã xét lại theo ngưỡng hiện tại: {number} bài đổi chủ đề.",
        f"Decided anew by the cut-offs as they are: {number} articles change topics.",
    )


def _tell_plan(surface: Surface, plan: Plan, *, as_json: bool) -> None:
    if as_json:
        surface.speaker.show_json(asdict(plan))
        return
    number, say = surface.words.number, surface.speaker.say
    rows = [
        ("Mô hình", "Model", plan.model, plan.model),
        ("Bài được chọn", "Selected", number(plan.selected), number(plan.selected)),
        ("  đã đọc", "  read already", number(plan.done), number(plan.done)),
        ("  cần đọc", "  to read", number(plan.to_read), number(plan.to_read)),
        ("  phải tách từ trước", "  to segment first", number(plan.to_segment), number(plan.to_segment)),
        ("Thời gian ước tính", "Time, about", *_time(plan.seconds)),
    ]
    for vi, en, vi_value, en_value in rows:
        say(f"{vi + ':':<24}{vi_value}", f"{en + ':':<24}{en_value}")
    if plan.decide:
        say(
            "Ngưỡng đã đổi: bài đã đọc sẽ được xét lại từ điểm đã lưu.",
            "Cut-offs have changed: what was read is decided anew from kept scores.",
        )


def _time(seconds: float | None) -> tuple[str, str]:
    if seconds is None:
        return "chưa biết: các lần chạy trước chưa đủ bài", "not known: the runs so far read too little"
    if seconds < SHORT_S:
        return "chưa đến một phút", "less than a minute"
    minutes = round(seconds / 60)
    return f"{minutes} phút", f"{minutes} min"
