"""Files of drafts: read whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from pipeline.config import parse_config
from pipeline.errors import InputError, system_fault


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
