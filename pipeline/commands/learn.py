"""Commands that learn: labels of reviewers in, a model out, its scores, and which model reigns."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand, BilingualGroup
from pipeline.surface import FILE, FILE_ARGUMENT, JSON_OPTION, LABELS_OPTION, SEED_OPTION, Surface

COMMAS = str.maketrans(".", ",")  # decimal points of figures to Vietnamese commas


@click.group(cls=BilingualGroup, help="Nhãn do người rà soát gán. || Labels given by reviewers.")
def labels() -> None:
    """Groups the label commands."""


@labels.command(
    "import",
    help='Nạp nhãn từ JSONL: mỗi dòng "url" hoặc "id", "topics" (đã xét mọi chủ đề), có thể thêm "reviewed".'
    ' || Read labels from JSONL: rows with "url" or "id", "topics" (all topics considered), optionally "reviewed".',
)
@FILE_ARGUMENT
@click.option(
    "--reviewer", required=True, help="Mã người rà soát (không dùng tên thật). || Reviewer's code (no real name)."
)
@click.pass_obj
def labels_import(surface: Surface, file: Path, reviewer: str) -> None:
    """Imports labels."""
    from pipeline.steps.review import import_labels  # noqa: PLC0415

    with surface.campaign() as (config, store):
        done = import_labels(config, store, file, reviewer, surface.now())
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


@click.command(
    cls=BilingualCommand,
    help='Huấn luyện mô hình từ nhãn (JSONL: "title", "body", "topics"). || Train a model from labels (JSONL: "title", "body", "topics").',
)
@LABELS_OPTION
@click.option(
    "--out",
    type=FILE,
    help="Thư mục mô hình; mặc định: kho mô hình của chiến dịch. || Model folder; default: the campaign's registry.",
)
@SEED_OPTION
@JSON_OPTION
@click.pass_obj
def train(surface: Surface, file: Path, out: Path | None, seed: int, as_json: bool) -> None:  # noqa: FBT001
    """Trains."""
    from pipeline.report.reasons import in_words  # noqa: PLC0415
    from pipeline.steps.retrain import train_file  # noqa: PLC0415

    done = train_file(surface.config(), file, out, seed, surface.now())
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


@click.command(
    "eval",
    cls=BilingualCommand,
    help="Đánh giá mô hình trên tệp nhãn, hoặc kiểm định chéo. || Score the model on a label file, or cross-validate.",
)
@LABELS_OPTION
@click.option(
    "--folds",
    type=click.IntRange(2, 20),
    help="Kiểm định chéo với số phần này, thay vì đánh giá mô hình có sẵn. || Cross-validate with so many folds instead of scoring the model.",
)
@click.option("--model", type=FILE, help="Thư mục mô hình. || Model folder.")
@SEED_OPTION
@JSON_OPTION
@click.pass_obj
def evaluate(surface: Surface, file: Path, folds: int | None, model: Path | None, seed: int, as_json: bool) -> None:  # noqa: FBT001
    """Evaluates."""
    from pipeline.steps.evaluate import evaluate_file  # noqa: PLC0415

    config = surface.config_if_any()
    scores = evaluate_file(config, file, folds=folds, model=model, seed=seed)
    if as_json:
        surface.speaker.show_json(scores.as_json())
        return
    heading, *rows = scores.table()
    surface.speaker.say(heading.replace("topic ", "chủ đề"), heading)
    for row in rows:
        surface.speaker.say(row.translate(COMMAS), row)
