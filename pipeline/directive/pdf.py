"""PDF to lines: limits, letters with their places from the text layer, ruled lines; pages without text are read by OCR.

How letters on a page become lines in reading order is said in `geometry`.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline.directive.geometry import Glyph, Rule, page_lines
from pipeline.directive.source import TextLine
from pipeline.errors import InputError

MAX_PAGES: Final = 150  # plans with their annexes have up to some sixty
MAX_OBJECTS: Final = 20_000  # drawn things on a page that are looked at for ruled lines; a map or a plan has more
MAX_GLYPHS: Final = 60_000  # letters of one page; a dense page of A4 has some six thousand
THIN: Final = 3.0  # points; what is thicker is a shape and no rule
LEAST_RULE: Final = 8.0  # points
OCR_DPI: Final = 300
OCR_SECONDS: Final = 120  # for one page
SPACED_SHARE: Final = (
    0.1  # of a page's letters with a space before them, from which on its spaces are written; of prose a quarter
)
STRANGE_SHARE: Final = 0.3  # of letters that a font gives no meaning; such a layer is of no use


def pdf_pages(file: Path, raw: bytes) -> tuple[list[list[TextLine]], bool]:
    """Gives the lines of every page, and whether any page was read by OCR.

    Raises:
        InputError: locked, damaged, too many pages, or a page is a picture and the system has no OCR for Vietnamese.
    """
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(file, error) from None
    try:
        return _pages(file, document)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(file, error) from None
    finally:
        document.close()


def _pages(file: Path, document: Any) -> tuple[list[list[TextLine]], bool]:
    count = len(document)
    if count > MAX_PAGES:
        raise InputError(
            f"{file}: {count} pages, more than {MAX_PAGES}; give the letter alone, without the documents bound with it",
            f"{file}: có {count} trang, quá {MAX_PAGES}; hãy tách riêng văn bản chỉ đạo thành một tệp",
        )
    pages: list[list[TextLine]] = []
    ocr, tables = False, 0
    for number in range(count):
        page = document[number]
        glyphs = _glyphs(file, number + 1, page)
        drawn = list(page.get_objects(max_depth=3)) if page.get_mediabox() else []
        if not glyphs and drawn:
            pages.append(_scanned(file, number + 1, page))
            ocr = True
        else:
            lines, tables = page_lines(glyphs, _rules(drawn[:MAX_OBJECTS]), tables)
            pages.append(lines)
        page.close()
    return pages, ocr


def _unreadable(file: Path, error: Exception) -> InputError:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return InputError(
            f"{file}: the PDF is locked by a password; save it without one",
            f"{file}: tệp PDF có mật khẩu; hãy lưu lại không đặt mật khẩu",
        )
    return InputError(
        f"{file}: a damaged PDF ({error}); open it and save it again",
        f"{file}: tệp PDF bị hỏng; hãy mở rồi lưu lại thành tệp mới",
    )


def _glyphs(file: Path, number: int, page: Any) -> list[Glyph]:
    """Gives the letters of a page with their places; none where most of them have no meaning."""
    text = page.get_textpage()
    count = text.count_chars()
    if count > MAX_GLYPHS:
        raise InputError(
            f"{file}: page {number} has {count} letters; give the letter itself",
            f"{file}: trang {number} có {count} ký tự; hãy đưa đúng văn bản chỉ đạo",
        )
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    found, strange, spaced, hinted = [], 0, False, False
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        if code in {0, 0xFFFE, 0xFFFF, 0xFFFD} or 0xE000 <= code <= 0xF8FF:
            strange += 1
            code = 0x2D if code in {0xF02D, 0xF0B7} else 0x20  # Symbol's bullets are list markers
        generated = pdfium.FPDFText_IsGenerated(text.raw, index) == 1
        hinted = hinted or (generated and code == ord(" "))
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or generated:
            continue
        if not pdfium.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top):
            continue
        pdfium.FPDFText_GetCharOrigin(text.raw, index, x, y)
        size = abs(pdfium.FPDFText_GetFontSize(text.raw, index)) or top.value - bottom.value
        size = max(size, top.value - bottom.value, 1.0)
        found.append(Glyph(chr(code), left.value, right.value, y.value, size, spaced, hinted))
        hinted = False
        spaced = chr(code).isspace()
    text.close()
    shown = [glyph for glyph in found if not glyph.char.isspace()]
    if sum(glyph.spaced is True for glyph in shown) < SPACED_SHARE * len(shown):
        found = [replace(glyph, spaced=None) for glyph in found]  # spaces are seen, not written
    return found if shown and strange <= STRANGE_SHARE * (len(shown) + strange) else []


def _rules(drawn: list[Any]) -> list[Rule]:
    """Gives thin lines that are drawn level or upright, and the four sides of boxes."""
    rules = []
    for each in drawn:
        if each.type != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        left, bottom, right, top = each.get_bounds()
        width, height = right - left, top - bottom
        if height <= THIN and width >= LEAST_RULE:
            rules.append(Rule("level", (top + bottom) / 2, left, right))
        elif width <= THIN and height >= LEAST_RULE:
            rules.append(Rule("upright", (left + right) / 2, bottom, top))
        elif width >= LEAST_RULE and height >= LEAST_RULE:
            rules += [Rule("level", top, left, right), Rule("level", bottom, left, right)]
            rules += [Rule("upright", left, bottom, top), Rule("upright", right, bottom, top)]
    return rules


def _scanned(file: Path, number: int, page: Any) -> list[TextLine]:
    program = shutil.which("tesseract")
    if program is None or not _knows_vietnamese(program):
        raise InputError(
            f"{file}: page {number} is a picture without text; "
            "give a file with a text layer, or install tesseract with Vietnamese (vie)",
            f"{file}: trang {number} là ảnh chụp, không có lớp chữ; "
            "hãy dùng tệp có lớp chữ, hoặc cài tesseract kèm tiếng Việt (vie)",
        )
    import io  # noqa: PLC0415 - for scans alone

    width, height = page.get_size()
    scale = min(OCR_DPI / 72, 6_000 / max(width, height, 1))  # a page of huge format is drawn smaller
    bitmap = page.render(scale=scale, grayscale=True)
    held = io.BytesIO()
    held.write(f"P5 {bitmap.width} {bitmap.height} 255\n".encode())
    buffer = bytes(bitmap.buffer)
    for row in range(bitmap.height):
        held.write(buffer[row * bitmap.stride : row * bitmap.stride + bitmap.width])
    try:
        made = subprocess.run(  # noqa: S603 - a program of the system, no words of the letter among its arguments
            [program, "stdin", "stdout", "-l", "vie"],
            input=held.getvalue(),
            capture_output=True,
            timeout=OCR_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        raise InputError(
            f"{file}: page {number} is a picture that tesseract could not read; give a file with a text layer",
            f"{file}: trang {number} là ảnh mà tesseract không đọc được; hãy dùng tệp có lớp chữ",
        ) from None
    return [TextLine(line) for line in made.stdout.decode(errors="replace").replace("\f", "").splitlines()]


def _knows_vietnamese(program: str) -> bool:
    try:
        told = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)  # noqa: S603
    except (subprocess.SubprocessError, OSError):
        return False
    return b"vie" in (told.stdout + told.stderr).split()
