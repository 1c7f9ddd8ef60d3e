"""Reads a PDF in a process of its own, whose memory and time are bounded: one of two kilobytes can ask for gigabytes.

Run as `python -m pipeline.directive.confined NAME BYTES SECONDS` it reads a PDF from its input and writes pages, or what is wrong, as JSON.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pipeline.directive.source import Cell, TextLine
from pipeline.errors import InputError

MEMORY: Final = 1_500_000_000  # bytes; 150 pages of text take some 100 million, a scan's page of A4 ten
SECONDS: Final = 120  # of a processor; the longest that are read at all take some twenty
TOO_LARGE: Final = (
    77  # what the reader exits with where memory was refused; the system ends it by a signal where it can't tell
)
ROOT: Final = Path(__file__).parents[2]  # where our packages lie


def confined_pages(file: Path, raw: bytes) -> tuple[list[list[TextLine]], bool]:
    """Gives what `pdf_pages` gives.

    Raises:
        InputError: as `pdf_pages`, or reading it takes too much memory or time.
    """
    known = os.environ.get("PYTHONPATH")
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", "-m", "pipeline.directive.confined", str(file), str(MEMORY), str(SECONDS)],
        input=raw,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([known] if known else [])])},
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        logging.getLogger(__name__).info("%s: its reader ended with %d: %s", file, done.returncode, last)
        if done.returncode > 0 and done.returncode != TOO_LARGE:
            raise InputError(
                f"{file}: the reader of PDF files failed ({last}); print it to a new PDF, or give the letter as DOCX or text",
                f"{file}: bộ đọc PDF gặp lỗi ({last}); hãy in lại thành PDF mới, hoặc đưa văn bản dạng DOCX hay văn bản thuần",
            )
        raise InputError(
            f"{file}: takes too much memory or time to be read; print it to a new PDF, or give the letter alone",
            f"{file}: cần quá nhiều bộ nhớ hoặc thời gian để đọc; hãy in lại thành PDF mới, hoặc chỉ đưa phần văn bản chỉ đạo",
        )
    told = json.loads(done.stdout)
    if "fault" in told:
        raise InputError(*told["fault"])
    return [[_line(row) for row in page] for page in told["pages"]], told["ocr"]


def main() -> None:
    """Reads the PDF of the input."""
    name, memory, seconds = sys.argv[1:]
    _bound(int(memory), int(seconds))
    from pipeline.directive.pdf import pdf_pages  # noqa: PLC0415 - where memory is bounded

    try:
        pages, ocr = pdf_pages(Path(name), sys.stdin.buffer.read())
    except InputError as error:
        told: dict[str, Any] = {"fault": [error.text("en"), error.text("vi")]}
    except MemoryError:
        sys.exit(TOO_LARGE)
    else:
        told = {"pages": [[asdict(line) for line in page] for page in pages], "ocr": ocr}
    sys.stdout.write(json.dumps(told))


def _bound(memory: int, seconds: int) -> None:
    if sys.platform == "win32":  # which knows no such limits; there the time of the web's reader is bounded
        return
    import resource  # noqa: PLC0415 - not everywhere

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _line(row: dict[str, Any]) -> TextLine:
    return TextLine(**{**row, "cell": Cell(**row["cell"]) if row["cell"] else None})


if __name__ == "__main__":
    main()
