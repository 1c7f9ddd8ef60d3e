"""What the pipeline raises; the CLI turns each into one line and exit code 1.

Every message is given in English and, where a user is likely to meet it, in Vietnamese too.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SYSTEM_VI: Final[Mapping[int, str]] = {  # what the operating system says, which has no Vietnamese of its own everywhere
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "một phần của đường dẫn là tệp, không phải thư mục",
    errno.EEXIST: "đã có tệp trùng tên",
    errno.EACCES: "không có quyền truy cập",
    errno.EPERM: "không có quyền thực hiện",
    errno.EROFS: "ổ đĩa chỉ cho phép đọc",
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EDQUOT: "đã hết dung lượng được cấp",
    errno.EFBIG: "tệp quá lớn",
    errno.ENAMETOOLONG: "tên tệp quá dài",
    errno.ELOOP: "liên kết vòng tròn",
    errno.EMFILE: "mở quá nhiều tệp cùng lúc",
    errno.EIO: "ổ đĩa bị lỗi đọc hoặc ghi",
    errno.EADDRINUSE: "chương trình khác đang dùng cổng này",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ đó",
}


class PipelineError(Exception):
    """Base of everything the pipeline raises; the message names the object, the value and the remedy."""

    def __init__(self, message: str, vi: str | None = None) -> None:
        super().__init__(message)
        self.vi = vi or message

    def text(self, lang: str) -> str:
        """Gives the message in Vietnamese ("vi") or English."""
        return self.vi if lang == "vi" else str(self)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in config.toml: where (key path), and what, in both languages."""

    path: str
    en: str
    vi: str


class ConfigError(PipelineError):
    """config.toml has faults: all of them at once, one a line, each `file: key.path: what is wrong`."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        super().__init__(
            "\n".join(f"{file}: {fault.path}: {fault.en}" for fault in faults),
            "\n".join(f"{file}: {fault.path}: {fault.vi}" for fault in faults),
        )
        self.faults = faults


class StoreError(PipelineError):
    """The store cannot be opened, is of another schema version, or refused a write."""


class InputError(PipelineError):
    """A file given by the user cannot be read: names the file, the line, and what was expected."""


class EngineError(PipelineError):
    """A worker process died; what it had stored stays stored, and the step can be run again."""


def system_fault(error: OSError) -> tuple[str, str]:
    """Gives what the operating system refused, in English and in Vietnamese."""
    english = error.strerror or str(error)
    return english, SYSTEM_VI.get(error.errno or 0, english)
