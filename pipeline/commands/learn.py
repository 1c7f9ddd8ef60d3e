"""Commands that learn: labels of reviewers in, a model out, and which model reigns."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand, BilingualGroup
from pipeline.surface import FILE, FILE_ARGUMENT, FOLDER, JSON_OPTION, LABELS_OPTION, SEED_OPTION, Surface
from pipeline.wording import capital

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.steps.train import Trained


@click.group(cls=BilingualGroup, help="Nhãn do người rà soát gán. || Labels given by reviewers.")
def labels() -> None:
    """Groups the label commands."""


@labels.command(
    "import",
    help='Nạp nhãn từ JSONL, CSV ("url" hoặc "id", "topics" đã xét mọi chủ đề, có thể thêm "reviewed"), tệp của `labels export`, doccano, Label Studio.'
    ' || Read labels from JSONL, CSV ("url" or "id", "topics" all considered, optionally "reviewed"), `labels export`, doccano, Label Studio.',
)
@FILE_ARGUMENT
@click.option(
    "--reviewer",
    help="Mã người rà soát (không dùng tên thật) của những dòng không ghi ai đã gán nhãn; tệp của `labels export` không cần."
    " || Reviewer's code (no real name) for rows that name nobody; files of `labels export` need none.",
)
@click.pass_obj
def labels_import(surface: Surface, file: Path, reviewer: str | None) -> None:
    """Imports labels."""
    from pipeline.steps.label_files import import_labels  # noqa: PLC0415

    if reviewer is not None and not reviewer.strip():
        raise click.UsageError(
            surface.speaker.t("--reviewer: còn trống; hãy ghi mã của người rà soát", "--reviewer: empty; give a code")
        )
    with surface.campaign() as (config, store):
        done = import_labels(config, store, file, reviewer or "", surface.now())
    for line in done.unmatched:
        surface.speaker.fail(
            surface.speaker.t(f"{line}: không có bài này trong kho", f"{line}: no such article in the store")
        )
    rows, events, lost = (surface.words.number(each) for each in (done.rows, done.events, len(done.unmatched)))
    surface.speaker.say(
        f"Nhãn: {rows} dòng, {events} nhãn mới, {lost} dòng không khớp.",
        f"Labels: {rows} rows, {events} new events, {lost} rows without an article.",
    )
    if done.unread:
        unread = surface.words.number(done.unread)
        surface.speaker.say(
            f"Bỏ qua {unread} văn bản chưa gán nhãn.", f"{unread} documents without a label were passed over."
        )
    if done.unmatched:
        surface.exit_code = EXIT_WITH_FAILURES


@labels.command(
    "export",
    help="Xuất mọi nhãn đã gán, kèm ai, khi nào, theo gợi ý nào; `labels import` đọc lại được nguyên vẹn."
    " || Write every label given, by whom, when, with which suggestion; `labels import` reads it back whole.",
)
@click.option(
    "--out", type=FILE, help="Ghi vào tệp này; mặc định: màn hình. || Write to this file; default: standard output."
)
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="Định dạng. || Format.",
)
@click.option(
    "--current",
    is_flag=True,
    help="Chỉ nhãn hiện hành, mỗi bài một dòng. || The present labels alone, a row an article.",
)
@click.pass_obj
def labels_export(surface: Surface, out: Path | None, fmt: Literal["jsonl", "csv"], current: bool) -> None:  # noqa: FBT001
    """Exports labels."""
    from pipeline.steps.label_files import export_labels  # noqa: PLC0415

    with surface.campaign() as (_, store):
        rows = surface.words.number(export_labels(store, out, fmt, current=current))
    place = f" → {out}" if out else ""
    surface.speaker.note(f"Đã xuất {rows} dòng{place}", f"{rows} rows written{place}")


@click.command(
    cls=BilingualCommand,
    help='Huấn luyện mô hình từ nhãn (JSONL: "title", "body", "topics"). || Train a model from labels (JSONL: "title", "body", "topics").',
)
@LABELS_OPTION
@click.option(
    "--out",
    type=FOLDER,
    help="Thư mục mô hình; mặc định: kho mô hình của chiến dịch. || Model folder; default: the campaign's registry.",
)
@click.option(
    "--encoder",
    type=FOLDER,
    help="Tinh chỉnh bộ mã hóa (PhoBERT…) đặt trong thư mục này của máy; cần cài rasoat[encoder]. || Fine-tune the encoder (PhoBERT and the like) in this folder on this machine; needs rasoat[encoder].",
)
@click.option(
    "--recall",
    type=click.FloatRange(0, 1, min_open=True),
    help="Chọn ngưỡng để tìm được tỷ lệ này trong số bài của mỗi chủ đề (ví dụ 0.9), thay vì để F1 cao nhất; nên dùng kèm --out, vì kho mô hình so sánh theo F1."
    " || Choose cut-offs that find this share of each topic's articles (such as 0.9) instead of the best F1; best with --out, as the registry compares by F1.",
)
@click.option(
    "--assessment",
    type=FILE,
    help="Kết quả `rasoat eval --json` trên chính tệp nhãn này, để ghi vào phiếu mô tả mô hình. || What `rasoat eval --json` said of these labels, for the model card.",
)
@SEED_OPTION
@JSON_OPTION
@click.pass_obj
def train(
    surface: Surface,
    file: Path,
    out: Path | None,
    encoder: Path | None,
    recall: float | None,
    assessment: Path | None,
    seed: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Trains."""
    from pipeline.steps.train import train_file  # noqa: PLC0415

    given = [
        name for name, value in (("--encoder", encoder), ("--recall", recall), ("--assessment", assessment)) if value
    ]
    if len(given) > 1:  # an assessment is of the usual recipe, and an encoder has cut-offs of its own
        names = ", ".join(given)
        raise click.UsageError(surface.speaker.t(f"{names}: không dùng cùng nhau", f"{names}: not together"))
    config = _campaign_of(surface, out)
    with surface.speaker.progress("Huấn luyện", "Training") as advance:
        done = train_file(
            config,
            file,
            out,
            seed,
            surface.now(),
            encoder=encoder,
            recall=recall,
            assessment=assessment,
            advance=advance,
        )
    if as_json:
        surface.speaker.show_json(asdict(done))
    else:
        rows = surface.words.number(done.rows)
        macro, micro = (surface.words.score(each, 3) for each in (done.macro_f1, done.micro_f1))
        surface.speaker.say(
            f"Mô hình {done.version}: {rows} bài, học {done.learnt}/{done.asked} chủ đề.\n"
            f"F1 kiểm định chéo trên các chủ đề đã học: macro {macro}, micro {micro}\n→ {done.folder}",
            f"Model {done.version}: {rows} articles, {done.learnt} of {done.asked} topics learnt.\n"
            f"Cross-validated F1 of the topics learnt: macro {macro}, micro {micro}\n→ {done.folder}",
        )
        if out is None:
            _say_reign(surface, done)


def _say_reign(surface: Surface, done: Trained) -> None:
    """Says whether the new model is used from now on, and why."""
    if done.reigned:
        surface.speaker.say(f"{capital(done.reason_vi)}.", f"{capital(done.reason)}.")
    elif done.promoted:
        surface.speaker.say(f"Từ nay dùng mô hình này: {done.reason_vi}", f"In use from now on: {done.reason}")
    else:
        surface.speaker.say(f"Chưa dùng mô hình này: {done.reason_vi}", f"Not in use: {done.reason}")


def _campaign_of(surface: Surface, out: Path | None) -> Config:
    """Gives the campaign whose topics are learnt: a model for --out may be trained on the sample's where there is none."""
    from pipeline.config import load_config  # noqa: PLC0415
    from pipeline.steps.start import template  # noqa: PLC0415

    if surface.file.exists() or out is None:
        return surface.config()
    sample = load_config(template())
    number = len(sample.topics)
    surface.speaker.note(
        f"Không có {surface.file}: học {number} chủ đề của chiến dịch mẫu.",
        f"There is no {surface.file}: the {number} topics of the sample campaign are learnt.",
    )
    return sample
