"""Acceptance of a draft: it becomes the campaign's config.toml, whole or not at all; the one before is kept beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from crawlers.dates import LOCAL_TZ
from pipeline.config import parse_config
from pipeline.directive.correct import told_duties
from pipeline.directive.differ import CampaignDiff, Side, differ
from pipeline.directive.drafts import read_draft
from pipeline.directive.naming import fresh
from pipeline.directive.opened import left
from pipeline.directive.remarks import MARKS
from pipeline.directive.waits import in_force, waiting
from pipeline.errors import InputError, PipelineError, system_fault
from pipeline.files import writing

ACCEPTED: Final = (
    "# Chiến dịch",
    "# Campaign",
)  # what a draft's marks become; one that is accepted is no draft any more


@dataclass(frozen=True, slots=True)
class Takeover:
    """What acceptance would do, as a person is asked about it; digests tell whether the files are still those."""

    draft: str  # SHA-256, hex
    present: str  # of config.toml; "" where there is none
    open: int  # things that a person has yet to do
    topics: int
    duties: int  # in force
    change: CampaignDiff | None  # against config.toml; None where there is none, or it has faults


def takeover(draft: Path, target: Path) -> Takeover:
    """Tells what it would mean that a draft becomes the campaign.

    Raises:
        InputError, ConfigError: the draft cannot be read, has faults, or lies in another folder.
    """
    text, present = _texts(draft, target)
    config = parse_config(draft, text.encode())
    return Takeover(
        draft=_digest(text),
        present=_digest(present) if present is not None else "",
        open=left(text),
        topics=len(config.topics),
        duties=len(config.duties),
        change=_change(target, present, draft, text) if present is not None else None,
    )


def accept(draft: Path, target: Path, at: datetime, seen: tuple[str, str]) -> Path | None:
    """Makes a draft the campaign, if both files are still as a person saw them; gives where the one before is kept.

    `seen` are the digests that `takeover` gave, of the draft and of config.toml.

    Raises:
        InputError, ConfigError: either file is another one by now, or the draft has faults; nothing was written.
        PipelineError: a file cannot be written; config.toml is as it was.
    """
    text, present = _texts(draft, target)
    if (_digest(text), _digest(present) if present is not None else "") != seen:
        raise InputError(
            f"{draft.name} or {target.name} has changed meanwhile; look at it again",
            f"{draft.name} hoặc {target.name} vừa thay đổi; hãy xem lại",
        )
    for mark, accepted in zip(MARKS, ACCEPTED, strict=True):
        text = accepted + text.removeprefix(mark) if text.startswith(mark) else text
    parse_config(target, text.encode())
    kept = None
    if present is not None:
        name = f"{target.stem}-{at.astimezone(LOCAL_TZ):%Y%m%d-%H%M%S}"
        kept = target.with_name(f"{fresh(name, [file.stem for file in target.parent.glob('*.toml')])}.toml")
        with writing(kept) as out:
            out.write(present.encode())
    with writing(target) as out:
        out.write(text.encode())
    return kept


def _texts(draft: Path, target: Path) -> tuple[str, str | None]:
    if draft.resolve().parent != target.resolve().parent or draft.resolve() == target.resolve():
        raise InputError(
            f"{draft}: must lie beside {target}: paths in it count from there",
            f"{draft}: phải nằm cạnh {target}, vì các đường dẫn tính từ đó",
        )
    try:
        return in_force(read_draft(draft)), target.read_bytes().decode("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return in_force(read_draft(draft)), None
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{target}: cannot be read: {en}", f"{target}: không đọc được: {vi}") from None


def _change(target: Path, present: str, draft: Path, text: str) -> CampaignDiff | None:
    try:
        before = parse_config(target, present.encode("utf-8", errors="surrogateescape"))
    except PipelineError:
        return None
    sides = ((before, present), (parse_config(draft, text.encode()), text))
    old, new = (Side(config, waiting(said), told_duties(said)) for config, said in sides)
    return differ(old, new)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogateescape")).hexdigest()
