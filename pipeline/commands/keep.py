"""Commands that keep a campaign for the years: back it up, put it back, drop what is old and bears nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand
from pipeline.surface import FILE, FILE_ARGUMENT, JSON_OPTION, Surface

SHOWN = 5  # missing files that are named
WHY: Final[Mapping[str, tuple[str, str]]] = {  # a file is left out of a backup -> in Vietnamese, in English
    "secret": (
        "khóa và chứng thư không được sao lưu; hãy cất riêng",
        "keys and certificates are not saved; keep them apart",
    ),
    "outside": ("nằm ngoài thư mục chiến dịch; hãy sao lưu riêng", "not below the campaign's folder; save it apart"),
    "missing": ("không có tệp này", "no such file"),
}


@click.command(
    cls=BilingualCommand,
    help="Sao lưu kho, config.toml, mô hình và danh mục bản lưu vào một tệp; không cần dừng chương trình nào."
    " || Back up store, config.toml, models and the list of archived pages into one file; nothing need be stopped.",
)
@click.argument("target", type=FILE, metavar="FOLDER|FILE.tar")
@click.option(
    "--pages", is_flag=True, help="Kèm cả các trang đã lưu (WARC). || The archived pages (WARC) themselves too."
)
@JSON_OPTION
@click.pass_obj
def backup(surface: Surface, target: Path, pages: bool, as_json: bool) -> None:  # noqa: FBT001 - click's flags
    """Backs up."""
    from pipeline.steps.backup import backup as run  # noqa: PLC0415

    with surface.campaign() as (config, store), surface.speaker.progress("Sao lưu", "Backing up") as advance:
        done = run(config, store, target, surface.now, advance, pages=pages)
    if as_json:
        surface.speaker.show_json(asdict(done))
        return
    number = surface.words.number
    members, megabytes = number(done.members), number(round(done.bytes / 1e6, 1))
    surface.speaker.say(
        f"Đã sao lưu {members} tệp, {megabytes} MB → {done.file}",
        f"Backed up {members} files, {megabytes} MB → {done.file}",
    )
    if done.archive_files and not pages:
        files = number(done.archive_files)
        surface.speaker.note(
            f"  Không kèm {files} tệp trang đã lưu ở {config.data / 'archive'}: hãy sao chép thư mục này riêng, hoặc --pages",
            f"  Without the {files} files of {config.data / 'archive'}: copy that folder too, or give --pages",
        )
    for each in done.left_out:
        vi, en = WHY[each.why]
        surface.speaker.note(f"  Không kèm {each.path} ({each.key}): {vi}", f"  Without {each.path} ({each.key}): {en}")


@click.command(
    cls=BilingualCommand,
    help="Khôi phục từ bản sao lưu: kiểm tra toàn bộ rồi mới thay đổi. || Put a backup back: all of it is verified first.",
)
@FILE_ARGUMENT
@click.option("--replace", is_flag=True, help="Thay kho đang có. || Replace the store that is there.")
@JSON_OPTION
@click.pass_obj
def restore(surface: Surface, file: Path, replace: bool, as_json: bool) -> None:  # noqa: FBT001 - click's flags
    """Restores."""
    from pipeline.steps.restore import restore as run  # noqa: PLC0415

    with surface.speaker.progress("Khôi phục", "Restoring") as advance:
        done = run(file, surface.file, advance, replace=replace)
    told = {"made": done.made, "members": done.members, "absent": done.absent}
    if as_json:
        surface.speaker.show_json(told | {"left_out": [asdict(each) for each in done.left_out]})
    else:
        members = surface.words.number(done.members)
        surface.speaker.say(
            f"Đã khôi phục {members} tệp, sao lưu lúc {done.made[:16]} UTC → {done.config.file.parent}",
            f"Restored {members} files, backed up at {done.made[:16]} UTC → {done.config.file.parent}",
        )
        for each in done.left_out:
            surface.speaker.note(
                f"  Bản sao lưu không có {each.path} ({each.key}): hãy tự chép vào",
                f"  The backup never had {each.path} ({each.key}): copy it here from where it is kept",
            )
    if done.absent:
        names = ", ".join(done.absent[:SHOWN]) + ("…" if len(done.absent) > SHOWN else "")
        number, folder = surface.words.number(len(done.absent)), done.config.data / "archive"
        surface.speaker.fail(
            surface.speaker.t(
                f"{folder}: còn thiếu {number} tệp trang đã lưu, hãy chép vào: {names}",
                f"{folder}: {number} files of archived pages are missing, copy them here: {names}",
            )
        )
        surface.exit_code = EXIT_WITH_FAILURES


@click.command(
    cls=BilingualCommand,
    help="Bỏ bản lưu trang và lần đối chiếu đã quá hạn giữ ở [retention]; không đụng đến bài, nhãn và bằng chứng."
    " || Drop copies of pages and audits older than [retention] keeps them; articles, labels and proofs stay.",
)
@click.option("--dry-run", is_flag=True, help="Chỉ cho biết sẽ bỏ gì. || Only tell what would go.")
@JSON_OPTION
@click.pass_obj
def prune(surface: Surface, dry_run: bool, as_json: bool) -> None:  # noqa: FBT001 - click's flags
    """Prunes."""
    from pipeline.steps.prune import prune as run  # noqa: PLC0415

    with surface.campaign() as (config, store), surface.speaker.progress("Dọn", "Pruning") as advance:
        done = run(config, store, surface.now, advance, dry_run=dry_run)
    if as_json:
        surface.speaker.show_json(asdict(done))
        return
    if not (config.retention.pages_days or config.retention.audits_days):
        surface.speaker.say(
            "[retention] đặt mọi hạn là 0, tức là giữ mãi: không có gì để bỏ.",
            "[retention] keeps everything for ever: nothing goes.",
        )
        return
    number = surface.words.number
    megabytes = number(round(done.bytes / 1e6, 1))
    audits, records, files = number(done.audits), number(done.records), number(done.files)
    surface.speaker.say(
        f"{'Sẽ bỏ' if dry_run else 'Đã bỏ'} {audits} lần đối chiếu,"
        f" {records} bản lưu trang trong {files} tệp: {'nhiều nhất ' if dry_run else ''}{megabytes} MB",
        f"{'To go' if dry_run else 'Gone'}: {audits} audits,"
        f" {records} copies of pages in {files} files: {'at most ' if dry_run else ''}{megabytes} MB",
    )
