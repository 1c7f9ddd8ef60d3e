"""Commands about the codebook: show it, tell its history, and change it so that nothing that was read is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipeline.console import BilingualCommand, BilingualGroup
from pipeline.operations import Named, Operation
from pipeline.surface import JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.difference import Difference


@click.group(
    cls=BilingualGroup,
    help="Bộ chủ đề: xem, xem lịch sử, và đổi mã, gộp, tách, thêm, ngừng dùng chủ đề."
    " || The codebook: show it, tell its history; rename, merge, split, add, retire topics.",
)
def codebook() -> None:
    """Groups the commands about the codebook."""


@codebook.command(
    cls=BilingualCommand,
    help="In bộ chủ đề hiện nay, hoặc một phiên bản cũ. || Print the codebook as it is, or an older version.",
)
@click.argument("version", default="")
@JSON_OPTION
@click.pass_obj
def show(surface: Surface, version: str, as_json: bool) -> None:  # noqa: FBT001
    """Shows a codebook."""
    from pipeline.commands.codebook_words import shown  # noqa: PLC0415
    from pipeline.steps.versions import version_of  # noqa: PLC0415

    with surface.campaign() as (config, store):
        book = version_of(config, store, version)
    if as_json:
        surface.speaker.show_json({"version": book.version, "topics": [asdict(topic) for topic in book.topics]})
    else:
        _say(surface, shown(book, surface.words))


@codebook.command(
    cls=BilingualCommand,
    help="Kể lại các lần thay đổi của bộ chủ đề. || Tell how the codebook became what it is.",
)
@JSON_OPTION
@click.pass_obj
def history(surface: Surface, as_json: bool) -> None:  # noqa: FBT001
    """Tells the history."""
    from pipeline.commands.codebook_words import told_history  # noqa: PLC0415
    from pipeline.steps.versions import history as steps_of  # noqa: PLC0415

    with surface.campaign() as (config, store):
        steps, present = steps_of(store), config.codebook.version
    if as_json:
        surface.speaker.show_json({"present": present, "steps": [asdict(step) for step in steps]})
    else:
        _say(surface, told_history(steps, present, surface.words))


@codebook.command(
    cls=BilingualCommand,
    help="So sánh hai phiên bản, từng từ một; bỏ trống phiên bản thứ hai là bộ hiện nay."
    " || Compare two versions word by word; without a second one, with the codebook as it is.",
)
@click.argument("old", metavar="VERSION")
@click.argument("new", metavar="[VERSION]", default="")
@JSON_OPTION
@click.pass_obj
def diff(surface: Surface, old: str, new: str, as_json: bool) -> None:  # noqa: FBT001
    """Compares two versions."""
    from pipeline.commands.codebook_words import told_difference  # noqa: PLC0415
    from pipeline.steps.versions import compare  # noqa: PLC0415

    with surface.campaign() as (config, store):
        compared = compare(config, store, old, new)
    if as_json:
        surface.speaker.show_json({"old": compared.old, "new": compared.new, **_difference_json(compared.difference)})
    else:
        _say(surface, told_difference(compared, surface.words))


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "removed": [topic.id for topic in found.removed],
        "added": [topic.id for topic in found.added],
        "revised": [asdict(each) for each in found.revised],
        "reordered": found.reordered,
    }


def _changing(command: Callable[..., None]) -> Callable[..., None]:
    """Adds what every operation takes: agreement beforehand, the preview alone, JSON."""
    for option in (
        JSON_OPTION,
        click.option("--dry-run", is_flag=True, help="Chỉ cho xem trước. || Show the preview alone."),
        click.option("--yes", is_flag=True, help="Thực hiện, không hỏi lại. || Do it without asking."),
    ):
        command = option(command)
    return command


NAME_HELP = "Tên tiếng Việt. || Vietnamese name."
NAME_EN_HELP = "Tên tiếng Anh. || English name."
DEFINITION_HELP = "Định nghĩa: bài thế nào thì tính, thế nào thì không. || Definition: what counts and what does not."


@codebook.command(
    cls=BilingualCommand,
    help="Đổi mã của một chủ đề, hoặc chỉ đổi tên; nhãn, nhiệm vụ, từ khóa và mô hình đi theo."
    " || Give a topic another id, or another name alone; labels, duties, phrases and models follow.",
)
@click.argument("old")
@click.argument("new")
@click.option("--name", default="", help=NAME_HELP)
@click.option("--name-en", default="", help=NAME_EN_HELP)
@_changing
@click.pass_obj
def rename(surface: Surface, /, old: str, new: str, name: str, name_en: str, **how: bool) -> None:
    """Renames."""
    _change(surface, Operation("rename", (old,), (Named(new, name, name_en),)), **how)


@codebook.command(
    cls=BilingualCommand,
    help="Gộp nhiều chủ đề thành một. || Merge topics into one.",
)
@click.argument("topics", metavar="TOPIC...", nargs=-1, required=True)
@click.option("--into", required=True, help="Mã của chủ đề chung. || Id of the merged topic.")
@click.option("--name", required=True, help=NAME_HELP)
@click.option("--name-en", default="", help=NAME_EN_HELP)
@click.option("--definition", default="", help=DEFINITION_HELP)
@_changing
@click.pass_obj
def merge(
    surface: Surface, /, topics: tuple[str, ...], into: str, name: str, name_en: str, definition: str, **how: bool
) -> None:
    """Merges."""
    _change(surface, Operation("merge", topics, (Named(into, name, name_en, definition),)), **how)


@codebook.command(
    cls=BilingualCommand,
    help="Tách một chủ đề thành nhiều chủ đề; --name, --name-en, --definition lặp lại theo thứ tự của --into."
    " || Split a topic into several; --name, --name-en, --definition are repeated in the order of --into.",
)
@click.argument("topic")
@click.option(
    "--into", multiple=True, required=True, help="Mã của một chủ đề mới; lặp lại. || Id of a new topic; repeated."
)
@click.option("--name", multiple=True, help=NAME_HELP)
@click.option("--name-en", multiple=True, help=NAME_EN_HELP)
@click.option("--definition", multiple=True, help=DEFINITION_HELP)
@_changing
@click.pass_obj
def split(
    surface: Surface,
    /,
    topic: str,
    into: tuple[str, ...],
    name: tuple[str, ...],
    name_en: tuple[str, ...],
    definition: tuple[str, ...],
    **how: bool,
) -> None:
    """Splits."""
    given = {"--name": name, "--name-en": name_en, "--definition": definition}
    for option, values in given.items():
        if values and len(values) != len(into):
            raise click.UsageError(
                surface.speaker.t(
                    f"{option}: phải có đủ {len(into)}, mỗi --into một",
                    f"{option}: give {len(into)}, one for each --into",
                )
            )
    blank = ("",) * len(into)
    new = tuple(map(Named, into, name or blank, name_en or blank, definition or blank))
    _change(surface, Operation("split", (topic,), new), **how)


@codebook.command(
    cls=BilingualCommand,
    help="Thêm một chủ đề; từ khóa ghi vào config.toml sau. || Add a topic; write its cues into config.toml afterwards.",
)
@click.argument("topic")
@click.option("--name", required=True, help=NAME_HELP)
@click.option("--name-en", default="", help=NAME_EN_HELP)
@click.option("--definition", required=True, help=DEFINITION_HELP)
@_changing
@click.pass_obj
def add(surface: Surface, /, topic: str, name: str, name_en: str, definition: str, **how: bool) -> None:
    """Adds a topic."""
    _change(surface, Operation("add", (), (Named(topic, name, name_en, definition),)), **how)


@codebook.command(
    cls=BilingualCommand,
    help="Ngừng dùng một chủ đề; nhãn và dự đoán cũ vẫn được lưu. || Retire a topic; its labels and predictions are kept.",
)
@click.argument("topic")
@click.option("--reason", required=True, help="Lý do, được lưu trong lịch sử. || Why; kept in the history.")
@_changing
@click.pass_obj
def retire(surface: Surface, /, topic: str, reason: str, **how: bool) -> None:
    """Retires a topic."""
    _change(surface, Operation("retire", (topic,), (), reason), **how)


def _change(surface: Surface, operation: Operation, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Shows what an operation does and, once that is agreed to, does it; with --json only --yes agrees."""
    from pipeline.commands.codebook_words import told_done, told_preview  # noqa: PLC0415
    from pipeline.steps.codebook import apply, preview  # noqa: PLC0415

    with surface.campaign() as (config, store):
        told = preview(config, store, operation)
        if not as_json:
            _say(surface, told_preview(told, surface.words))
        agreed = yes and not dry_run
        if not (agreed or dry_run or as_json):
            agreed = surface.speaker.agreed("Thực hiện?", "Proceed?")
        done = apply(config, store, operation, surface.now()) if agreed else None
    if as_json:
        surface.speaker.show_json(
            {"done": done is not None, "queue": done.queue if done else None, "preview": asdict(told)}
        )
    elif done is not None:
        _say(surface, told_done(done, surface.words))
    else:
        surface.speaker.say("Chưa thay đổi gì.", "Nothing was changed.")


def _say(surface: Surface, lines: Iterable[str]) -> None:
    for line in lines:
        surface.speaker.say(line, line)
