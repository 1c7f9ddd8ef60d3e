"""What is given as a letter and is none, or means harm: one clear line, within bounded memory; and scans."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pypdfium2
import pytest
import typst

from pipeline.directive import confined
from pipeline.directive.read import read_letter
from pipeline.directive.source import MAX_BYTES, open_source
from pipeline.errors import InputError

LETTERS = Path(__file__).parent / "letters"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def _docx(document: str, more: dict[str, bytes] | None = None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", HEAD + document)
        for name, content in (more or {}).items():
            parts.writestr(name, content)
    return held.getvalue()


def _blank_pdf(pages: int, *, picture: bool = False) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        page = document.new_page(200, 200)
        if picture:
            image = pypdfium2.PdfImage.new(document)
            image.set_bitmap(pypdfium2.PdfBitmap.new_native(8, 8, 4))
            page.insert_obj(image)
            page.gen_content()
    held = io.BytesIO()
    document.save(held)
    document.close()
    return held.getvalue()


PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")  # of passwords, by the standard


def _rc4(key: bytes, data: bytes) -> bytes:
    box, at = list(range(256)), 0
    for number in range(256):
        at = (at + box[number] + key[number % len(key)]) % 256
        box[number], box[at] = box[at], box[number]
    made, one, at = bytearray(), 0, 0
    for byte in data:
        one = (one + 1) % 256
        at = (at + box[one]) % 256
        box[one], box[at] = box[at], box[one]
        made.append(byte ^ box[(box[one] + box[at]) % 256])
    return bytes(made)


def _encrypted_pdf(user: bytes) -> bytes:
    """Makes a PDF that is encrypted as Acrobat did: without a user's password it opens, but may not be changed."""
    owned = _rc4(hashlib.md5(b"owner" + PAD[:27]).digest()[:5], (user + PAD)[:32])
    key = hashlib.md5((user + PAD)[:32] + owned + b"\xfc\xff\xff\xff" + b"A").digest()[:5]
    shown = "".join(f"BT /F1 12 Tf 20 {400 - 20 * at} Td ({line}) Tj ET " for at, line in enumerate(PLAIN))
    drawn = _rc4(hashlib.md5(key + b"\x05\0\0\0\0").digest()[:10], shown.encode())
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 450]/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>>>>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owned.hex().encode(), _rc4(key, PAD).hex().encode()),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return _pdf(parts, b"/Encrypt 4 0 R/ID[<41><41>]")


def _pdf(parts: list[bytes], trailer: bytes = b"") -> bytes:
    """Writes the objects of a PDF; the first is its catalogue."""
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj %s endobj\n" % (number, part)
    size = len(parts) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % at for at in places)
    return made + table + b"trailer <</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(made))


PLAIN = ("So: 12/SYT-NVY", "V/v tuyen truyen phong chong dich benh", "1. Noi dung", "- Cach phong benh.")

BAD = {
    "locked.pdf": (_encrypted_pdf(b"secret"), "có mật khẩu; hãy lưu lại không đặt mật khẩu"),
    "bomb.docx": (_docx(BODY.format("<w:p/>" * 10), {"word/numbering.xml": b" " * 70_000_000}), "giải nén ra quá lớn"),
    "entities.docx": (_docx('<!DOCTYPE d [<!ENTITY a "x">]>' + BODY.format("&a;")), "bị hỏng"),
    "other.docx": (b"PK\x03\x04" + b"\0" * 100, "bị hỏng"),
    "old.doc": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, r"kiểu cũ \(.doc\) hoặc có mật khẩu"),
    "long.pdf": (_blank_pdf(500), "có 500 trang, quá 150; hãy tách riêng"),
    "cut.pdf": (_blank_pdf(2)[:200], "PDF bị hỏng"),
    "picture.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "tệp ảnh"),
    "noise.txt": (bytes(range(256)) * 20, "không phải PDF, DOCX, HTML hay tệp chữ"),
    "empty.txt": (b" \n ", "không có chữ nào"),
    "endless.txt": (b"Bao cao, " * 5_000, "có đoạn dài 45.000 ký tự, quá 20.000"),
    "lines.txt": (b"a\n" * 50_000, "có 50.001 dòng, quá 40.000"),
    "rows.docx": (_docx(BODY.format("<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 50_000)), "có 50.000 dòng, quá 40.000"),
    "huge.txt": (b"a" * (MAX_BYTES + 1), "lớn hơn 30 MB"),
    "deep.html": (b"<html>" + b"<div>" * 300_000, "HTML quá lớn"),
    "signs.html": (b"<p " + b"a=1 " * 2_500_000 + b">x</p>", "HTML quá lớn"),
    "letter.rtf": (b"{\\rtf1 abc}", "tệp RTF"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_letter_ends_in_one_clear_line(name: str, tmp_path: Path) -> None:
    raw, why = BAD[name]
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError) as error:
        open_source(tmp_path / name)
    assert re.search(why, error.value.vi)
    assert "\n" not in error.value.vi
    assert str(error.value) != error.value.vi


def _forms_within_forms(depth: int) -> bytes:
    """Makes a PDF of some three kilobytes that draws ten to the power of `depth` letters."""
    draws = b"/X Do " * 10
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</X 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(draws), draws),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for level in range(depth):
        last = level == depth - 1
        shown = b"BT /F1 9 Tf (a) Tj ET" if last else draws
        uses = b"/Font<</F1 5 0 R>>" if last else b"/XObject<</X %d 0 R>>" % (7 + level)
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<%s>>/Length %d>>" % (uses, len(shown))
        parts.append(head + b"stream\n%s\nendstream" % shown)
    return _pdf(parts)


def test_a_small_pdf_that_asks_for_gigabytes_ends_in_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "MEMORY", 200_000_000)
    (tmp_path / "forms.pdf").write_bytes(_forms_within_forms(9))
    with pytest.raises(InputError, match="too much memory or time"):
        open_source(tmp_path / "forms.pdf")
    (tmp_path / "few.pdf").write_bytes(_forms_within_forms(2))
    assert "a" in "".join(line.text for page in open_source(tmp_path / "few.pdf").pages for line in page)


def test_a_fault_of_the_reader_of_pdf_files_is_told_apart_from_a_file_that_asks_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "SECONDS", "many")  # what it can't understand
    (tmp_path / "few.pdf").write_bytes(_forms_within_forms(2))
    with pytest.raises(InputError, match=r"the reader of PDF files failed \(ValueError"):
        open_source(tmp_path / "few.pdf")


@pytest.mark.long
def test_a_scan_is_read_by_the_real_tesseract(tmp_path: Path) -> None:
    program = shutil.which("tesseract")
    if (
        program is None
        or "vie" not in subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False).stdout
    ):
        pytest.skip("no tesseract with Vietnamese on this machine")
    shown = typst.compile(LETTERS / "storm.typ", format="pdf")
    document, scan = pypdfium2.PdfDocument(shown), pypdfium2.PdfDocument.new()
    for page in document:
        width, height = page.get_size()
        image = pypdfium2.PdfImage.new(scan)
        image.set_bitmap(page.render(scale=200 / 72, grayscale=True))
        image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        made = scan.new_page(width, height)
        made.insert_obj(image)
        made.gen_content()
    scan.save(tmp_path / "scan.pdf")
    letter = read_letter(tmp_path / "scan.pdf")
    assert letter.ocr
    assert any("nhận dạng từ ảnh" in vi for vi, _ in letter.questions)
    assert "thiên tai" in letter.subject.value
    assert len(letter.items) >= 5


def test_a_letter_that_is_encrypted_but_may_be_read_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(_encrypted_pdf(b""))
    assert b"tuyen truyen" not in _encrypted_pdf(b"")
    assert [line.text for page in open_source(tmp_path / "x.pdf").pages for line in page] == list(PLAIN)


def test_a_page_without_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "scan.pdf").write_bytes(_blank_pdf(1, picture=True))
    with pytest.raises(InputError, match="page 1 is a picture without text"):
        open_source(tmp_path / "scan.pdf")


def test_a_scan_is_read_by_tesseract_where_it_knows_vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    program.write_text('#!/bin/sh\nif [ "$1" = --list-langs ]; then echo vie; else echo "Kính gửi: Báo Sơn Khê"; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (tmp_path / "scan.pdf").write_bytes(_blank_pdf(1, picture=True))
    letter = read_letter(tmp_path / "scan.pdf")
    assert letter.ocr
    assert [each.id for each in letter.addressees] == ["press"]
