"""A letter from a stranger's hand becomes a draft: read by a process of its own, which may crash or be stopped alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pipeline.config import Config
from pipeline.directive.naming import fresh, unmarked
from pipeline.errors import InputError, system_fault

KINDS: Final = (".pdf", ".docx", ".html", ".htm", ".txt")
SECONDS: Final = 180  # for one letter; the longest that are read at all, scans apart, take some twenty
STEM: Final = 60  # characters of a file's name that are kept


def draft_of_upload(config: Config, name: str, content: bytes, lang: str) -> Path:
    """Reads and drafts a letter, and gives the draft: it lies beside config.toml, with the letter.

    Raises:
        InputError: the letter cannot be read; one line says why. Nothing is left behind.
    """
    folder = config.file.resolve().parent
    letter = folder / _safe(name, folder)
    draft = folder / f"draft-{letter.stem}.toml"
    with TemporaryDirectory(prefix=".letter-", dir=folder) as made:
        source = Path(made) / letter.name
        source.write_bytes(content)
        _read(config.file.resolve(), source, draft, lang)
        try:
            os.link(source, letter)  # unlike a move it never takes the place of a file
        except OSError as error:
            draft.unlink(missing_ok=True)
            en, vi = system_fault(error)
            raise InputError(f"{letter.name}: cannot be kept: {en}", f"{letter.name}: không lưu được: {vi}") from None
    return draft


def _read(config: Path, source: Path, draft: Path, lang: str) -> None:
    call = [sys.executable, "-m", "pipeline.cli", "--config", str(config), "--lang", lang, "--quiet"]
    call += ["directive", "read", str(source), "--out", str(draft), "--untried"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the name holds plain letters only
            call, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        draft.unlink(missing_ok=True)
        raise InputError(
            f"{source.name}: not read within {SECONDS} seconds; give the letter alone, without what is bound with it",
            f"{source.name}: đọc quá {SECONDS} giây chưa xong; hãy chỉ đưa phần văn bản chỉ đạo",
        ) from None
    if done.returncode == 0:
        return
    draft.unlink(missing_ok=True)
    said = [line.removeprefix("rasoat: ") for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    if done.returncode < 0 or not said or not done.stderr.startswith(b"rasoat: "):
        raise InputError(
            f"{source.name}: the file is damaged or too large to be read",
            f"{source.name}: tệp bị hỏng hoặc quá lớn, không đọc được",
        )
    told = said[0].replace(str(source), source.name)
    raise InputError(told, told)


def _safe(name: str, folder: Path) -> str:
    """Gives a plain name of a kind that letters have, which no file of the folder bears yet.

    Raises:
        InputError: the name ends like no letter.
    """
    given = Path(name.replace("\\", "/")).name
    kind = Path(given).suffix.lower()
    if kind not in KINDS:
        raise InputError(
            f"{given[:80]}: give a file that ends with {', '.join(KINDS)}",
            f"{given[:80]}: hãy chọn tệp có đuôi {', '.join(KINDS)}",
        )
    stem = re.sub(r"[^a-z0-9]+", "-", unmarked(Path(given).stem).lower()).strip("-")[:STEM].strip("-") or "van-ban"
    taken = {file.stem.removeprefix("draft-") for file in folder.iterdir()}
    return f"{fresh(stem, taken)}{kind}"
