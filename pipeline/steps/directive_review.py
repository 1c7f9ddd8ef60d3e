"""Review of a draft: each correction is read back and saved whole before the next; also checks and compares drafts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.config import Config, parse_config
from pipeline.directive.correct import Waiting, waiting
from pipeline.directive.differ import CampaignDiff, differ
from pipeline.directive.draft import draft_letter
from pipeline.directive.faults import Checked, checked
from pipeline.directive.read import read_letter
from pipeline.directive.written import written
from pipeline.errors import InputError, system_fault
from pipeline.files import writing
from pipeline.wording import Words


def read_draft(file: Path) -> str:
    """Gives the text of a draft.

    Raises:
        InputError: it is not there, not UTF-8, or has faults that keep it from being read.
        ConfigError: names all of these faults.
    """
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: not UTF-8; save it as UTF-8", f"{file}: không theo UTF-8; hãy lưu lại bằng UTF-8"
        ) from None
    parse_config(file, content)
    return text


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
    """Looks a draft over.

    Raises:
        InputError: the file cannot be read, or is no TOML.
    """
    try:
        return checked(file, file.read_bytes())
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None


def compare_files(old: Path, new: Path, words: Words) -> CampaignDiff:
    """Compares two campaigns; a file that is no .toml is a letter, of which a draft is made.

    Raises:
        InputError, ConfigError: one of them cannot be read.
    """
    (then, waits_then), (now, waits_now) = (_side(file, words) for file in (old, new))
    return differ(then, now, waits_then, waits_now)


def _side(file: Path, words: Words) -> tuple[Config, list[Waiting]]:
    text = read_draft(file) if file.suffix == ".toml" else written(draft_letter(read_letter(file)), words)
    return parse_config(file, text.encode()), waiting(text)
