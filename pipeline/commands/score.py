"""Commands that score on articles whose topics are known: a model, the recipe that trains models, the order of reading."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.console import BilingualGroup
from pipeline.surface import FILE, FOLDER, JSON_OPTION, LABELS_OPTION, SEED_OPTION, Surface


@click.group(
    "eval",
    cls=BilingualGroup,
    invoke_without_command=True,
    help="Đánh giá mô hình trên tệp nhãn, hoặc kiểm định chéo: điểm từng chủ đề, độ tin cậy, nhóm bài khó, bài gán nhầm, bỏ sót."
    " || Score the model on a label file, or cross-validate: by topic, calibration, slices, mistakes.",
)
@click.option("--labels", "file", type=FILE, help="Tệp nhãn (có thể nén .gz). || Label file (.gz allowed).")
@click.option(
    "--folds",
    type=click.IntRange(2, 20),
    help="Chia các bài thành bấy nhiêu phần để kiểm định chéo, thay vì đánh giá mô hình có sẵn."
    " || Cross-validate with so many folds instead of scoring the model.",
)
@click.option(
    "--repeats",
    type=click.IntRange(1, 50),
    default=1,
    show_default=True,
    help="Số lần kiểm định chéo, mỗi lần chia phần một cách khác. || Cross-validate so many times, each with other folds.",
)
@click.option(
    "--scored-on",
    metavar="COLUMN=VALUE",
    default="",
    help='Chỉ chấm các dòng có giá trị này, ví dụ "readers=2"; các dòng khác luôn dùng để huấn luyện.'
    ' || Score only rows with this value, such as "readers=2"; the others are always trained on.',
)
@click.option(
    "--curve",
    "seeds",
    type=click.IntRange(1, 20),
    help="Cho biết điểm thay đổi theo số bài huấn luyện: huấn luyện cả với ít bài hơn, mỗi mức bấy nhiêu lần."
    " || Learning curve: train on fewer articles too, each size so many times.",
)
@click.option(
    "--model",
    type=FOLDER,
    help="Thư mục mô hình; mặc định: theo config.toml, hoặc mô hình kèm sẵn. || Model folder; default: config.toml's, or the shipped one.",
)
@click.option(
    "--against",
    "other",
    type=FOLDER,
    help="So sánh với mô hình trong thư mục này, trên cùng các bài. || Compare with the model of this folder, on the same articles.",
)
@click.option(
    "--html",
    "page",
    type=FILE,
    help="Ghi báo cáo có biểu đồ vào tệp này. || Write a report with plots to this file.",
)
@SEED_OPTION
@JSON_OPTION
@click.pass_context
def evaluate(
    context: click.Context,
    file: Path | None,
    folds: int | None,
    repeats: int,
    scored_on: str,
    seeds: int | None,
    model: Path | None,
    other: Path | None,
    page: Path | None,
    seed: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Evaluates; a command below it goes on alone."""
    surface: Surface = context.obj
    if context.invoked_subcommand is not None:
        return
    if file is None:
        labels = next(each for each in context.command.params if each.name == "file")
        raise click.MissingParameter(ctx=context, param=labels)
    from pipeline.files import apart, writing  # noqa: PLC0415
    from pipeline.report.assessed import lines  # noqa: PLC0415
    from pipeline.report.scores import render  # noqa: PLC0415
    from pipeline.steps.evaluate import evaluate_file  # noqa: PLC0415

    _refuse_what_would_be_passed_over(surface, folds, repeats, seeds, scored_on)
    if page is not None:
        apart(file, page)
    config = surface.config_if_any()
    with surface.speaker.progress("Đánh giá", "Scoring") as advance:
        found = evaluate_file(
            config,
            file,
            folds=folds,
            repeats=repeats,
            scored_on=scored_on,
            curve_seeds=seeds or 0,
            model=model,
            other=other,
            seed=seed,
            advance=advance,
        )
    if page is not None:
        names = {topic.id: surface.speaker.t(topic.name, topic.name_en) for topic in (config.topics if config else ())}
        with writing(page) as out:
            out.write(render(found, names, lang=surface.lang).encode())
        surface.speaker.note(f"→ {page}", f"→ {page}")
    if as_json:
        surface.speaker.show_json(found.as_json())
        return
    for line in lines(found, surface.words):
        surface.speaker.say(line, line)


def _refuse_what_would_be_passed_over(
    surface: Surface, folds: int | None, repeats: int, seeds: int | None, scored_on: str
) -> None:
    """Refuses options that say nothing without others.

    Raises:
        UsageError: names the option and what it needs.
    """
    if folds is None and (repeats > 1 or seeds is not None):
        option = "--repeats" if repeats > 1 else "--curve"
        raise click.UsageError(
            surface.speaker.t(f"{option}: phải đi cùng --folds (kiểm định chéo)", f"{option}: needs --folds")
        )
    if scored_on and not all(scored_on.partition("=")):
        raise click.UsageError(
            surface.speaker.t(
                f"--scored-on: cần dạng CỘT=GIÁ_TRỊ, nhận được {scored_on!r}",
                f"--scored-on: expected COLUMN=VALUE, got {scored_on!r}",
            )
        )


@evaluate.command(
    "active",
    help="Thử trên tệp nhãn: đọc theo hàng đợi `queue draw active` cần bao nhiêu nhãn, so với đọc ngẫu nhiên."
    " || Try on a label file: how many labels `queue draw active` needs, against a random order.",
)
@LABELS_OPTION
@click.option(
    "--seeds",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="Số lần thử, mỗi lần chia bài một cách khác; kết quả là trung bình."
    " || Runs, each with other articles kept apart; the result is their mean.",
)
@click.option(
    "--out", "picture", type=FILE, help="Ghi biểu đồ SVG vào tệp này. || Write the curves as SVG to this file."
)
@SEED_OPTION
@JSON_OPTION
@click.pass_obj
def simulate(
    surface: Surface,
    file: Path,
    seeds: int,
    picture: Path | None,
    seed: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Simulates reviewing."""
    from pipeline.files import apart, writing  # noqa: PLC0415
    from pipeline.report.learning import curves, told  # noqa: PLC0415
    from pipeline.steps.simulate import simulate_file  # noqa: PLC0415

    if picture is not None:
        apart(file, picture)
    with surface.speaker.progress("Thử thứ tự đọc", "Simulating") as advance:
        found = simulate_file(surface.config_if_any(), file, seeds=seeds, seed=seed, advance=advance)
    if picture is not None:
        with writing(picture) as out:
            out.write(curves(found.curve, found.target, surface.words).encode())
        surface.speaker.note(f"→ {picture}", f"→ {picture}")
    if as_json:
        surface.speaker.show_json(found.as_json())
        return
    for line in told(found, surface.words):
        surface.speaker.say(line, line)


@evaluate.command(
    "audit",
    help="Thử phép thống kê của `rasoat audit` trên dữ liệu biết trước đáp án: khoảng ước lượng, kết luận thiếu sai, số bài phải đọc."
    " || Try the statistics of `rasoat audit` where the truth is known: intervals, false gaps, readings a verdict.",
)
@click.option(
    "--repetitions",
    type=click.IntRange(10, 100_000),
    default=200,
    show_default=True,
    help="Số lần thử mỗi trường hợp. || Runs of each setting.",
)
@click.option(
    "--articles",
    type=click.IntRange(500, 1_000_000),
    default=5_000,
    show_default=True,
    help="Số bài của mỗi lần thử. || Articles of a run.",
)
@click.option(
    "--labels",
    "file",
    type=FILE,
    help="Thử thêm với điểm mà mô hình cho các bài của tệp nhãn này (có thể nén .gz), chấm chéo."
    " || Also with scores of cross-validated models for the articles of this label file (.gz allowed).",
)
@SEED_OPTION
@JSON_OPTION
@click.pass_obj
def audit(
    surface: Surface,
    repetitions: int,
    articles: int,
    file: Path | None,
    seed: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Simulates the audit."""
    from pipeline.report.simulated import told  # noqa: PLC0415
    from pipeline.steps.simulate_audit import simulate_audit  # noqa: PLC0415

    with surface.speaker.progress("Thử phép thống kê", "Simulating") as advance:
        found = simulate_audit(
            surface.config_if_any(), repetitions=repetitions, articles=articles, seed=seed, file=file, advance=advance
        )
    if as_json:
        surface.speaker.show_json(found.as_json())
        return
    for line in told(found, surface.words):
        surface.speaker.say(line, line)
