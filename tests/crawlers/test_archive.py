"""The archive gives back what was stored, survives kills, and refuses bytes that changed."""

import os
import resource
import subprocess
import sys
import threading
from datetime import UTC, date, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.archive import Archive
from crawlers.errors import ArchiveError

NIGHT = date(2020, 12, 31)
AT = datetime(2020, 12, 31, 20, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path)
    yield archive
    archive.close()


def put(archive, url="http://a.vn/1", body=b"<p>Tin</p>", headers=(("Content-Type", "text/html"),)):
    return archive.write(NIGHT, url=url, status=200, headers=headers, body=body, fetched_at=AT)


def test_what_is_stored_comes_back(archive):
    one = put(archive, body="<p>Đại hội</p>".encode())
    two = put(archive, body=b"", headers=())
    assert archive.read(one) == ("<p>Đại hội</p>".encode(), "text/html")
    assert archive.read(two) == (b"", None)
    assert one.file == "rasoat-2020-12-31.warc.gz"


def test_any_warc_reader_can_read_it(archive, tmp_path):
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Note", "a\r\nb"))
    ref = put(archive, headers=headers)
    with (tmp_path / ref.file).open("rb") as file:
        record = next(ArchiveIterator(file, check_digests="raise"))
        assert record.rec_headers["WARC-Target-URI"] == "http://a.vn/1"
        assert record.http_headers["X-Archive-Orig-Content-Encoding"] == "gzip"
        assert record.content_stream().read() == b"<p>Tin</p>"


def test_half_a_record_is_cut_off(tmp_path):
    first = Archive(tmp_path)
    one = put(first)
    cut = put(first, body=b"x" * 5000)
    first.close()
    os.truncate(tmp_path / cut.file, cut.offset + cut.length - 7)
    again = Archive(tmp_path)
    two = put(again, body=b"later")
    assert two.offset == cut.offset
    assert [again.read(ref)[0] for ref in (one, two)] == [b"<p>Tin</p>", b"later"]
    with pytest.raises(ArchiveError, match="offset"):
        again.read(cut)
    again.close()


def test_changed_bytes_are_refused(archive, tmp_path):
    ref = put(archive)
    raw = bytearray((tmp_path / ref.file).read_bytes())
    raw[ref.length // 2] ^= 0xFF
    (tmp_path / ref.file).write_bytes(raw)
    with pytest.raises(ArchiveError, match="fetch the page again"):
        archive.read(ref)


def test_threads_share_one_file(archive):
    refs = {}

    def work(number):
        for turn in range(20):
            body = f"{number}-{turn}".encode() * 50
            refs[body] = put(archive, body=body)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refs) == 80
    assert all(archive.read(ref)[0] == body for body, ref in refs.items())


def test_kill_loses_no_record_that_was_handed_out(tmp_path):
    script = (
        "import sys;from pathlib import Path;from datetime import *;from crawlers.archive import Archive\n"
        "a=Archive(Path(sys.argv[1]));n=0\n"
        "while True:\n"
        " r=a.write(date(2020,12,31),url=f'http://a.vn/{n}',status=200,headers=[],body=b'%d'%n*999,"
        "fetched_at=datetime(2020,12,31,tzinfo=UTC));n+=1\n"
        " print(r.offset,r.length,r.sha256,flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    lines = [child.stdout.readline() for _ in range(30)]
    child.kill()
    lines += child.communicate()[0].splitlines()
    archive = Archive(tmp_path)
    last = put(archive)
    from crawlers.article import ArchiveRef

    for line in (line for line in lines if line.count(" ") == 2 and len(line.split()[2]) == 64):
        offset, length, digest = line.split()
        archive.read(ArchiveRef(last.file, int(offset), int(length), digest))
    assert archive.read(last)[0] == b"<p>Tin</p>"
    archive.close()


def test_second_writer_of_a_night_is_refused(archive, tmp_path):
    put(archive)
    with pytest.raises(ArchiveError, match="another crawl"):
        put(Archive(tmp_path))


def test_unwritable_place_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match=r"check paths\.data"):
        put(Archive(tmp_path / "file" / "archive"))


def test_full_disk_leaves_no_half_record(archive, tmp_path):
    one = put(archive)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (one.length + 100, hard))
    try:
        with pytest.raises(ArchiveError, match="free some space"):
            put(archive, body=os.urandom(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / one.file).stat().st_size == one.length
    assert archive.read(put(archive, body=b"later"))[0] == b"later"


def test_damage_in_the_middle_costs_one_record_only(archive, tmp_path):
    refs = [put(archive, body=os.urandom(500)) for _ in range(3)]
    archive.close()
    raw = bytearray((tmp_path / refs[0].file).read_bytes())
    raw[refs[1].offset] = 0
    (tmp_path / refs[0].file).write_bytes(raw)
    put(archive)
    assert len(archive.read(refs[2])[0]) == 500
