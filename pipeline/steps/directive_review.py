"""Review of a draft: each correction is read back and saved whole before the next; also checks and compares drafts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.config import parse_config
from pipeline.directive.correct import own_topics, told_contents, told_duties
from pipeline.directive.differ import CampaignDiff, Side, differ
from pipeline.directive.draft import draft_letter
from pipeline.directive.drafts import read_draft
from pipeline.directive.faults import Checked, checked
from pipeline.directive.letter import Letter
from pipeline.directive.opened import left
from pipeline.directive.read import read_letter
from pipeline.directive.remarks import MARKS
from pipeline.directive.waits import waiting
from pipeline.directive.written import written
from pipeline.errors import InputError, PipelineError, system_fault
from pipeline.files import writing
from pipeline.wording import Pair, Words

HEAD: Final = 200  # bytes in which a draft says that it is one
_NAME: Final = re.compile(r"[\w-][\w.-]{0,100}\.toml")


def correct(file: Path, change: Callable[[str], str]) -> str:
    """Changes a draft and saves it whole; gives its new text. A change that would leave faults is not saved.

    Raises:
        InputError, ConfigError: the change cannot be made; the file is as it was.
    """
    before = read_draft(file)
    after = change(before)
    if after != before:
        parse_config(file, after.encode())
        with writing(file) as out:
            out.write(after.encode())
    return after


def check_draft(file: Path) -> Checked:
    """Looks a draft over, and its letter where that lies beside it.

    Raises:
        InputError: the file cannot be read, or is no TOML.
    """
    try:
        content = file.read_bytes()
        return checked(file, content, letter_of(file, content.decode("utf-8-sig", errors="replace")))
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None


def compare_files(old: Path, new: Path, words: Words) -> CampaignDiff:
    """Compares two campaigns; a file that is no .toml is a letter, of which a draft is made.

    Raises:
        InputError, ConfigError: one of them cannot be read.
    """
    before, after = (_side(file, words) for file in (old, new))
    return differ(before, after)


def _side(file: Path, words: Words) -> Side:
    text = read_draft(file) if file.suffix == ".toml" else written(draft_letter(read_letter(file)), words)
    return Side(parse_config(file, text.encode()), waiting(text), told_duties(text), told_contents(text))


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A draft in the campaign's folder."""

    name: str
    topics: int
    open: int  # things that a person has yet to do
    fault: Pair | None = None  # that keeps it from being read: somebody has edited it by hand


def drafts(folder: Path) -> list[DraftFile]:
    """Gives the drafts of a folder, by name; files that are none are passed over."""
    return [
        _listed(file)
        for file in sorted(folder.glob("*.toml"))
        if file.is_file() and _NAME.fullmatch(file.name) and _is_draft(file)
    ]


def _listed(file: Path) -> DraftFile:
    try:
        text = read_draft(file)
        return DraftFile(file.name, len(own_topics(text)), left(text))
    except PipelineError as error:
        vi, en = (error.text(lang).replace(f"{file.parent}/", "") for lang in ("vi", "en"))
        return DraftFile(file.name, 0, 0, (vi, en))


def find_draft(folder: Path, name: str) -> Path:
    """Gives the file of a draft in a folder.

    Raises:
        InputError: there is none of this name, or it is no draft.
    """
    file = folder / name
    if not _NAME.fullmatch(name) or not file.is_file() or not _is_draft(file):
        raise InputError(f"{name}: no such draft", f"{name}: không có bản dự thảo này")
    return file


def letter_of(file: Path, text: str) -> Letter | None:
    """Gives the letter of a draft where it lies beside it, unchanged; else None."""
    try:
        directive = tomllib.loads(text).get("directive")
        named = directive.get("file") if isinstance(directive, dict) else None
        if not isinstance(named, str) or not named or not (source := file.parent / Path(named).name).is_file():
            return None
        letter = read_letter(source)
    except (InputError, tomllib.TOMLDecodeError):
        return None
    return letter if f"# SHA-256 {letter.sha256}" in text else None


def _is_draft(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(HEAD).decode("utf-8", errors="replace").startswith(MARKS)
