"""A record taken out of an archive file leaves a note; all others stay where they were, for us and for every other tool."""

import gzip
import random
from datetime import UTC, date, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.archive import Archive
from crawlers.errors import ArchiveError
from crawlers.thin import BLOCK, spared, thin

NIGHT = date(2020, 9, 1)
AT = datetime(2020, 9, 1, 3, tzinfo=UTC)


def place(ref):
    return ref.offset, ref.length


@pytest.fixture
def night(tmp_path):
    """An archive with records of a night, and their file: bodies that cannot be packed, the third of a few bytes."""
    archive, chance = Archive(tmp_path), random.Random(1)
    sizes = (20_000, 300_000, 10, 50_000, 1_000)
    refs = [
        archive.write(
            NIGHT, url=f"http://a.example/{n}", status=200, headers=(), body=chance.randbytes(size), fetched_at=AT
        )
        for n, size in enumerate(sizes)
    ]
    archive.close()
    return archive, tmp_path / refs[0].file, refs


def test_other_records_stay_and_the_file_is_a_warc_of_the_same_length(night):
    archive, file, refs = night
    before = file.stat().st_size
    bodies = [archive.read(ref) for ref in refs]
    thin(file, [place(refs[3]), place(refs[1])])
    assert file.stat().st_size == before
    assert [archive.read(refs[n]) for n in (0, 2, 4)] == [bodies[n] for n in (0, 2, 4)]
    assert len(gzip.decompress(file.read_bytes())) < before
    with file.open("rb") as stream:
        found = [(each.rec_type, each.rec_headers.get_header("WARC-Target-URI")) for each in ArchiveIterator(stream)]
    assert [each for each in found if each[0] == "response"] == [
        ("response", f"http://a.example/{n}") for n in (0, 2, 4)
    ]
    assert {url for kind, url in found if kind == "metadata"} == {"http://a.example/1", "http://a.example/3"}
    with pytest.raises(ArchiveError, match="digest differs"):
        archive.read(refs[1])


def test_room_is_given_back_once_and_tonight_goes_on_in_the_same_file(night):
    archive, file, refs = night
    places = [place(refs[1])]
    freed = thin(file, places)
    assert 0 < freed <= spared(places) + BLOCK
    content = file.read_bytes()
    assert thin(file, places) <= BLOCK
    assert file.read_bytes() == content
    later = archive.write(NIGHT, url="http://a.example/new", status=200, headers=(), body=b"new", fetched_at=AT)
    archive.close()
    assert later.offset == len(content)
    assert archive.read(later)[0] == b"new"


def test_place_without_a_record_is_refused_and_the_file_is_as_it_was(night):
    _, file, refs = night
    content = file.read_bytes()
    with pytest.raises(ArchiveError, match="offset"):
        thin(file, [(refs[0].offset + 7, 100)])
    assert file.read_bytes() == content
