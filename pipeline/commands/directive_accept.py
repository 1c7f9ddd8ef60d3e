"""The command by which a draft becomes the campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from pipeline.commands.directive_diff_words import differing_lines
from pipeline.commands.directive_draft import DRAFT
from pipeline.console import BilingualCommand
from pipeline.surface import Surface

SCREEN: Final = 24  # lines that a terminal shows at once


@click.command(
    cls=BilingualCommand,
    help="Dùng bản dự thảo làm chiến dịch: ghi thành config.toml (hỏi trước, giữ lại tệp cũ bên cạnh)."
    " || Make a draft the campaign: write it as config.toml (asks first, and keeps the one before beside it).",
)
@DRAFT
@click.option("--yes", is_flag=True, help="Không hỏi lại. || Do not ask.")
@click.pass_obj
def accept(surface: Surface, draft: Path, yes: bool) -> None:  # noqa: FBT001 - click's flag
    """Accepts a draft."""
    from pipeline.steps.directive_accept import accept, takeover  # noqa: PLC0415

    seen = takeover(draft, surface.file)
    say = surface.speaker.say
    say(
        f"{draft.name}: {seen.topics} chủ đề, {seen.duties} nhiệm vụ có hiệu lực, {seen.open} việc còn mở",
        f"{draft.name}: {seen.topics} topics, {seen.duties} duties in force, {seen.open} things open",
    )
    if not seen.duties:
        say(
            "Chưa nhiệm vụ nào có hiệu lực: đối chiếu sẽ chưa kết luận được gì."
            "\nHãy ghi số lượng trước: `rasoat directive review`.",
            "No duty is in force: an audit will say nothing.\nGive amounts first: `rasoat directive review`.",
        )
    if seen.change is not None:
        say(f"\nSo với {surface.file.name} hiện nay:", f"\nAgainst {surface.file.name} as it is:")
        lines = list(differing_lines(seen.change, surface.words))
        if len(lines) > SCREEN:  # another letter: what follows from it in numbers, lest the question scroll away
            lines = [line for line in lines if not line.startswith(" ")]
            call = f"rasoat directive diff {surface.file.name} {draft.name}"
            lines.append(surface.speaker.t(f"Xem chi tiết: `{call}`.", f"In full: `{call}`."))
        for line in lines:
            say(line, line)
    asked = (f"Thay {surface.file.name}?", f"Replace {surface.file.name}?")
    if seen.present and not yes and not surface.speaker.agreed(*asked):
        say("Chưa thay đổi gì.", "Nothing was changed.")
        return
    kept = accept(draft, surface.file, surface.now(), (seen.draft, seen.present))
    if kept is not None:
        say(f"Tệp cũ được giữ ở {kept.name}.", f"The file before is kept as {kept.name}.")
    say(
        f"Đã ghi {surface.file.name}. Tiếp theo: `rasoat classify`, rồi `rasoat audit`.",
        f"{surface.file.name} is written. Next: `rasoat classify`, then `rasoat audit`.",
    )
