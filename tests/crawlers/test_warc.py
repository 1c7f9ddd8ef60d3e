"""WARC files of others give their pages whatever way they are packed, say what was passed over, and where they break."""

import gzip
import io
import re
import zlib
from collections import Counter
from functools import partial

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.errors import ArchiveError
from crawlers.warc import CHUNK, PIECE, read_warc

zipped = partial(gzip.compress, mtime=0)  # names of tests are made of it, and may not change with the clock

MAX = 1_000_000
PAGE = "<html><p>Đại hội</p></html>".encode()
AT = "2020-09-24T01:02:03Z"


class File:
    """A WARC file being written."""

    def __init__(self, version="WARC/1.0", *, packed=True):
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=packed, warc_version=version)
        self.starts = []

    def add(self, url="https://bao.example/1", kind="response", body=PAGE, status="200 OK", marks=(), **headers):
        self.starts.append(self.out.tell())
        http = None
        if kind in {"response", "revisit", "request"}:
            fields = [
                (name.replace("_", "-"), value) for name, value in {"Content_Type": "text/html", **headers}.items()
            ]
            line = ("GET /1 HTTP/1.1", "") if kind == "request" else (status, "HTTP/1.1")
            http = StatusAndHeaders(line[0], fields, protocol=line[1], is_http_request=kind == "request")
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_content_type="" if http else "text/html",
            warc_headers_dict={"WARC-Date": AT, **dict(marks)},
        )
        self.writer.write_record(record)
        return self

    def info(self):
        self.starts.append(self.out.tell())
        self.writer.write_record(self.writer.create_warcinfo_record("x.warc.gz", {"software": "thử"}))
        return self

    def save(self, folder, raw=None):
        file = folder / "x.warc.gz"
        file.write_bytes(self.out.getvalue() if raw is None else raw)
        return file


def read(file, wanted=lambda _: True):
    tally = Counter()
    pages = list(read_warc(file, MAX, wanted, tally))
    return pages, dict(tally)


def broken(file):
    """What was read before the damage, and what is told of it."""
    got = []
    with pytest.raises(ArchiveError) as caught:
        got.extend(page.url for page in read_warc(file, MAX))
    return got, str(caught.value).replace(str(file), "x")


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
def test_pages_of_either_version_packed_or_plain(tmp_path, version, packed):
    file = File(version, packed=packed).info().add().add("https://bao.example/2").save(tmp_path)
    pages, passed = read(file)
    assert [(page.url, page.body) for page in pages] == [
        ("https://bao.example/1", PAGE),
        ("https://bao.example/2", PAGE),
    ]
    assert pages[0].fetched_at.isoformat() == "2020-09-24T01:02:03+00:00"
    assert passed == {"no_page": 1}


def test_file_that_is_packed_as_a_whole_is_read_too(tmp_path):
    plain = File(packed=False).add().add("https://bao.example/2").out.getvalue()
    pages, _ = read(File().save(tmp_path, zipped(plain)))
    assert len(pages) == 2


def test_padding_behind_the_last_record_is_no_damage(tmp_path):
    pages, _ = read(File().save(tmp_path, File().add().out.getvalue() + bytes(512)))
    assert len(pages) == 1


def test_every_record_that_is_passed_over_is_counted_with_its_reason(tmp_path):
    made = File().info()
    made.add(kind="request", body=b"").add(kind="metadata").add(kind="revisit", body=b"")
    made.add("https://khac.example/1").add("dns:bao.example", kind="resource", body=b"1.2.3.4")
    made.add(status="301 Moved", Location="/2").add(status="404 Not Found").add(Content_Type="image/png")
    made.add(marks={"WARC-Truncated": "length"}).add(marks={"WARC-Date": "hôm qua"}).add(body=b"x" * (MAX + 1))
    made.add(Content_Encoding="br").add()
    pages, passed = read(made.save(tmp_path), lambda url: "bao.example" in url)
    assert len(pages) == 1
    assert passed == {
        "no_page": 4,
        "revisit": 1,
        "foreign": 1,
        "status": 2,
        "no_html": 1,
        "cut": 1,
        "unreadable": 2,
        "too_large": 1,
    }


def chunked(body, size=7):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nX-Sum: 1\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(PAGE), {"Transfer_Encoding": "chunked"}),
        (chunked(zipped(PAGE)), {"Transfer_Encoding": "Chunked", "Content_Encoding": "gzip"}),
        (zipped(PAGE), {"Content_Encoding": "gzip"}),
        (zipped(PAGE) + b"\n<!-- rest -->", {"Content_Encoding": "x-gzip"}),
        (zlib.compress(PAGE), {"Content_Encoding": "deflate"}),
        (zlib.compress(PAGE)[2:-4], {"Content_Encoding": "deflate"}),
        (PAGE, {"Content_Encoding": "gzip"}),  # unpacked by the archiver, as are the next two
        (PAGE, {"Transfer_Encoding": "chunked"}),
        (PAGE, {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip", "X_Crawl_Content_Encoding": "gzip"}),
        (PAGE, {"Content_Encoding": "identity"}),
    ],
)
def test_body_as_it_came_over_the_wire_is_undone(tmp_path, body, headers):
    (page,), _ = read(File().add(body=body, **headers).save(tmp_path))
    assert page.body == PAGE


@pytest.mark.parametrize(
    ("body", "headers", "fate"),
    [
        (chunked(PAGE)[:20], {"Transfer_Encoding": "chunked"}, "cut"),
        (zipped(PAGE * 50)[:-20], {"Content_Encoding": "gzip"}, "cut"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" * 99, {"Content_Encoding": "gzip"}, "unreadable"),
        (zipped(bytes(MAX + 1)), {"Content_Encoding": "gzip"}, "too_large"),
    ],
)
def test_body_that_cannot_be_undone_costs_its_page_only(tmp_path, body, headers, fate):
    pages, passed = read(File().add(body=body, **headers).add("https://bao.example/2").save(tmp_path))
    assert [page.url for page in pages] == ["https://bao.example/2"]
    assert passed == {fate: 1}


def test_last_record_that_is_cut_off_is_told_with_its_place(tmp_path):
    made = File().add().add("https://bao.example/2", body=PAGE * 99)
    file = made.save(tmp_path, made.out.getvalue()[:-30])
    assert broken(file) == (
        ["https://bao.example/1"],
        f"x: offset {made.starts[1]}: damaged or cut off (the last record is cut off); what stands before it was read",
    )


def test_last_plain_record_that_is_cut_off_is_told_with_its_place(tmp_path):
    made = File(packed=False).add().add("https://bao.example/2", body=PAGE * 99)
    got, told = broken(made.save(tmp_path, made.out.getvalue()[:-300]))
    assert got[:1] == ["https://bao.example/1"]
    assert told.startswith(f"x: offset {made.starts[1]}: damaged or cut off")


def test_damage_in_the_middle_is_told_with_its_place(tmp_path, capsys):
    made = File().add().add("https://bao.example/2", body=PAGE * 99).add("https://bao.example/3")
    raw = bytearray(made.out.getvalue())
    at = made.starts[1] + 150
    raw[at : at + 20] = bytes(255 - byte for byte in raw[at : at + 20])
    got, told = broken(made.save(tmp_path, bytes(raw)))
    assert got == ["https://bao.example/1"]
    assert told.startswith(f"x: offset {made.starts[1]}: damaged or cut off (Error -3 while decompressing")
    assert capsys.readouterr().err == ""


def test_record_of_a_wrong_length_is_told_and_nothing_is_printed(tmp_path, capsys):
    plain = File(packed=False).add().add("https://bao.example/2").add("https://bao.example/3").out.getvalue()
    second = plain.index(b"WARC/1.0", 10)
    wrong = plain[:second] + re.sub(rb"Content-Length: \d+", b"Content-Length: 40", plain[second:], count=1)
    got, told = broken(File().save(tmp_path, wrong))
    assert got[0] == "https://bao.example/1"
    assert told.startswith("x: offset ")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "x: not a WARC file that can be read: no record in it"),
        (b"not a warc", "x: not a WARC file that can be read: "),
        (b"<html>" * 999, "x: not a WARC file that can be read: "),
        (zipped(b"not a warc"), "x: not a WARC file that can be read: "),
        (b"\x1f\x8b\x08\x00half", "x: not a WARC file that can be read: "),
        (bytes(5000), "x: not a WARC file that can be read: "),
    ],
)
def test_file_that_is_no_warc_is_one_fault(tmp_path, raw, told):
    assert broken(File().save(tmp_path, raw))[1].startswith(told)


def test_file_that_is_not_there_is_one_fault(tmp_path):
    with pytest.raises(ArchiveError, match="No such file"):
        list(read_warc(tmp_path / "none.warc.gz", MAX))


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("http:/\\bao.example/x", "http://bao.example/x"),
        ("http://bao.example/a\tb", "http://bao.example/a%20b"),
        ("<http://bao.example/1>", "http://bao.example/1"),
    ],
)
def test_odd_address_is_read_as_browsers_read_it(tmp_path, named, meant):
    file = File().add(named).save(tmp_path)
    asked = []
    pages, _ = read(file, lambda url: bool(asked.append(url)) or True)
    assert [page.url for page in pages] == asked == [meant]


@pytest.mark.parametrize("named", ["http://[::1", "http://", "http://bao.example:x/1", "http://" + "a" * 70 + ".vn/"])
def test_address_that_leads_nowhere_is_counted_and_asked_of_nobody(tmp_path, named):
    pages, passed = read(File().add(named).add().save(tmp_path), lambda url: url == "https://bao.example/1")
    assert len(pages) == 1
    assert passed == {"foreign": 1}


class Zlib:
    """zlib that counts the bytes given to it."""

    error = zlib.error
    given = 0

    def decompressobj(self, window):
        self.member = zlib.decompressobj(window)
        return self

    def decompress(self, data, limit):
        Zlib.given += len(data)
        return self.member.decompress(data, limit)

    def __getattr__(self, name):
        return getattr(self.member, name)


@pytest.mark.parametrize("where", ["file", "body"])
def test_members_of_a_few_bytes_are_not_copied_over_and_over(tmp_path, monkeypatch, where):
    monkeypatch.setattr("crawlers.warc.zlib", Zlib())
    monkeypatch.setattr(Zlib, "given", 0)
    tiny = zipped(b"") * (2 * CHUNK // len(zipped(b"")))
    if where == "file":
        file = File().save(tmp_path, tiny + File().add().out.getvalue())
    else:
        file = File(packed=False).add(body=tiny + zipped(PAGE), Content_Encoding="gzip").save(tmp_path)
    pages, _ = read(file)
    assert [page.body for page in pages] == [PAGE]
    assert Zlib.given <= PIECE * (2 * CHUNK // len(zipped(b"")) + 100)
