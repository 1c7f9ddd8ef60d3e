"""The columns of the last audit, kept in a file beside the store and brought up to date by what changed since.

A file that is lost, torn, of another campaign, of another model or of another store costs time and never a wrong number: then
all is read anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import numpy as np
from sqlalchemy import Connection

from pipeline.errors import PipelineError
from pipeline.files import DAMAGED_ZIP, writing
from pipeline.store import changes
from pipeline.store.changes import State
from pipeline.store.columns import ID, Asked, Columns, read

Whole = Callable[[Connection, Asked], Columns]

FORMAT: Final = "columns 1"  # raised when the same articles would be written differently
ABOUT: Final = "about"  # beside the columns: of what, and as of which state
FEW: Final = 0.1  # share of the articles that may have changed; where it is more, reading all is quicker
UNREADABLE: Final = (*DAMAGED_ZIP, TypeError)  # what numpy says of a damaged file, and keys of another form lead to


def columns(connection: Connection, asked: Asked, file: Path | None, whole: Whole | None = None) -> Columns:
    """Reads the columns, by the file where it serves, else all of them, by `whole` where it is given; and leaves there what was read."""
    whole = whole or read
    if file is None:
        return whole(connection, asked)
    state, about = changes.now(connection), _about(asked)
    kept = _load(file, about)
    changed = changes.since(connection, kept[1], int(len(kept[0].ids) * FEW)) if kept is not None else None
    if kept is None or changed is None:
        found = whole(connection, asked)
    elif not changed:
        return kept[0]
    else:
        found = kept[0].renewed(np.array(changed, dtype=ID), read(connection, asked, changed))
    _save(file, found, about, state)
    return found


def forget(connection: Connection, file: Path, today: date) -> int:
    """Takes out of the log of changes what the columns in a file know already, and gives how many rows.

    What the files of other campaigns on the same store do not know yet stays.
    """
    try:
        with file.open("rb") as raw, np.load(raw) as stored:
            state = State(**json.loads(stored[ABOUT].tobytes())["state"])
    except UNREADABLE:  # none there: nothing is known; who reads it next tells of a damaged one
        return 0
    name = hashlib.blake2b(str(file.resolve()).encode(), digest_size=8).hexdigest()
    return changes.forget(connection, state, name, today)


def _about(asked: Asked) -> dict[str, Any]:
    """Tells what columns are of; the sampling numbers by the one that they give to nothing."""
    return {
        "format": FORMAT,
        "model": asked.model,
        "codebook": asked.codebook,
        "outlets": [*asked.outlets],
        "topics": [*asked.topics],
        "permanent": float(asked.permanent([""])[0]).hex(),
    }


def _load(file: Path, about: dict[str, Any]) -> tuple[Columns, State] | None:
    """Reads the file; None where there is none, it is of something else, or its checksums do not hold."""
    try:
        with file.open("rb") as raw, np.load(raw) as stored:
            _prove(stored.zip)
            told = json.loads(stored[ABOUT].tobytes())
            state = State(**told.pop("state"))
            if told != about:
                return None
            return Columns(**{each.name: stored[each.name] for each in fields(Columns)}), state
    except FileNotFoundError:
        return None
    except UNREADABLE as error:
        logging.getLogger(__name__).warning("%s: cannot be read, all articles are read anew: %s", file, error)
        return None


def _prove(stored: ZipFile) -> None:
    """Compares the checksums of all members: of an array that says to be shorter than it is, none would be looked at."""
    if torn := stored.testzip():
        raise BadZipFile(torn)


def _save(file: Path, found: Columns, about: dict[str, Any], state: State) -> None:
    told = json.dumps(about | {"state": asdict(state)}).encode()
    arrays = {each.name: getattr(found, each.name) for each in fields(Columns)}
    try:
        with writing(file) as out:
            np.savez(out, allow_pickle=False, **{ABOUT: np.frombuffer(told, dtype=np.uint8)}, **arrays)
    except PipelineError as error:  # the audit needs no file; the next one reads all anew
        logging.getLogger(__name__).warning("%s", error)
