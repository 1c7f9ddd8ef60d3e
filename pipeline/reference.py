"""The reference tables of the documents, drawn from the code: commands, keys of config.toml, portal profiles.

cog calls these from README.md and README.vi.md; `make check` fails when a README says something else than the code.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields

import click

from crawlers.profiles import PROFILES
from pipeline.cli import app
from pipeline.config import SECTIONS, TABLES
from pipeline.console import side
from pipeline.steps.start import template

GROUPED_FROM = 10_000  # smaller numbers are read without groups of three digits

_HEADER = re.compile(r"\[\[?(\w+)\]?\]")
_KEY = re.compile(r"(?:# )?(\w+) = \S")  # a key that keeps its default stands behind "# "


def command_table(lang: str) -> str:
    """Gives a Markdown table of every command, in the order of `rasoat --help`."""
    rows = (
        (
            f"`{' '.join(path)}`",
            side(command.help, lang).split("\n")[0],
            " ".join(f"`{name}`" for name in _parameters(command)),
        )
        for path, command in leaves(app)
    )
    head = ("Lệnh", "Làm gì", "Tham số") if lang == "vi" else ("Command", "What it does", "Parameters")
    return _table(head, rows)


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yields every command that does something with the words that call it: ("labels", "import")."""
    for name, command in group.commands.items():
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield (*path, name), command
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))


def key_table(lang: str) -> str:
    """Gives a Markdown table of every key of config.toml by its path (`fetch.delay_s`), with its default and meaning.

    Raises:
        KeyError: the sample config.toml does not explain a key.
    """
    said = explanations(template().read_text(encoding="utf-8"))
    rows = [
        (f"`{name}.{item.name}`", _default(item, lang), said[name, item.name][0 if lang == "vi" else 1])
        for name, kind in {**SECTIONS, **TABLES}.items()
        for item in fields(kind)
    ]
    return _table(("Khóa", "Mặc định", "Ý nghĩa") if lang == "vi" else ("Key", "Default", "Meaning"), rows)


def explanations(text: str) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Reads a config.toml's comments: (section, key) -> what stands right above its first use, Vietnamese and English."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    section = ""
    above: list[str] = []
    for line in text.splitlines():
        if header := _HEADER.fullmatch(line):
            section, above = header[1], []
        elif key := _KEY.match(line):
            if len(above) > 1:
                found.setdefault((section, key[1]), (above[-2], above[-1]))
            above = []
        else:
            above = [*above, line[2:]] if line.startswith("# ") else []
    return found


PROFILES_VI: Mapping[str, str] = {  # the first lines of the profiles' files
    "nukeviet": "Cổng NukeViet của trường học, xã, phòng ban: các khối `hometext`, `bodytext`, tên không đổi từ NukeViet 3.",
    "portal": "Cổng do các tập đoàn viễn thông xây dựng và cổng DotNetNuke: tên chung, tiếng Việt và tiếng Anh, của các khối tin.",
    "sharepoint": "Cổng SharePoint: trang xuất bản có các trường `ms-rtestate`, và các khối tin làm cho cổng cấp huyện.",
    "liferay": "Cổng Liferay: khối danh sách tin và khối hiển thị bài; tên của khối không phải tiêu đề bài.",
    "drupal": "Cổng Drupal: các trường của một bài, tên giữ nguyên từ Drupal 7.",
    "newspaper": "Các hệ thống tòa soạn ở Việt Nam: tên gọi chung cho tiêu đề, sa pô và nội dung.",
    "wordpress": "Trang WordPress: các tên `entry-*` mà hầu hết giao diện đều dùng.",
}


def profile_table(lang: str) -> str:
    """Gives a Markdown table of the portal profiles, in the order in which they are tried."""
    rows = []
    for profile in PROFILES:
        module = sys.modules[profile.parse.__module__]
        file = f"{module.__name__.replace('.', '/')}.py"
        english = (module.__doc__ or "").split("\n")[0]
        knows = PROFILES_VI[profile.id] if lang == "vi" else english
        rows.append((f"`{profile.id}`", f"[{file}]({file})", knows))
    head = ("Mã", "Tệp", "Nhận ra") if lang == "vi" else ("Id", "File", "What it knows")
    return _table(head, rows)


def _parameters(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            yield parameter.make_metavar(click.Context(command))
        else:
            yield parameter.opts[0]


def _default(item: Field[object], lang: str) -> str:
    """Writes a field's default as TOML would."""
    value = item.default_factory() if item.default_factory is not MISSING else item.default
    if value is MISSING:
        return "bắt buộc" if lang == "vi" else "required"
    if value is None:
        return "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"`{value:_}`" if value >= GROUPED_FROM else f"`{value}`"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
