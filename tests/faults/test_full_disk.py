"""A disk that is full, within the night: one clear line, nothing half-written, and the night goes on when there is room."""

import resource
import subprocess

import pytest

BAD_INPUT = 1
WITH_FAILURES = 3
ROOM = {  # bytes: more than an empty store and its migration need, less than the night does
    "archive": 60_000,
    "store": 500_000,
}


def no_file_beyond(limit):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


@pytest.fixture
def small_disk(tmp_path):
    """A folder that is a disk of its own, and how to change its size; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def sized(kilobytes, *options):
        call = ["mount", "-t", "tmpfs", "-o", ",".join([*options, f"size={kilobytes}k"]), "tmpfs", str(folder)]
        return subprocess.run(call, capture_output=True, text=True, check=False)

    made = sized(700)
    if made.returncode:
        pytest.skip(f"no right to mount a small disk: {made.stderr.strip()}")
    yield folder, lambda kilobytes: sized(kilobytes, "remount")
    subprocess.run(["umount", str(folder)], check=True)


def assert_one_line_about_the_disk(ended):
    assert ended.code == BAD_INPUT, str(ended)
    (line,) = ended.said
    assert line.startswith("rasoat: ")
    assert "đĩa" in line or "chỗ" in line or "dung lượng" in line or "free some space" in line


@pytest.mark.long
@pytest.mark.parametrize("full", ["archive", "store"])
def test_file_that_can_grow_no_more_stops_the_night_with_one_line(nights, undisturbed, full):
    night = nights.make()
    if full == "archive":
        assert night.run("ingest", 1).code == -9  # the store is made, without a limit
    ended = night.run(begin=no_file_beyond(ROOM[full]))
    assert_one_line_about_the_disk(ended)
    assert night.run().code == WITH_FAILURES
    assert nights.differences(night, undisturbed) == {}
    nights.assert_nothing_half_written(night)


@pytest.mark.long
def test_full_disk_stops_the_night_with_one_line_and_room_lets_it_go_on(nights, undisturbed, small_disk):
    folder, resize = small_disk
    night = nights.make(folder=folder)
    assert_one_line_about_the_disk(night.run())
    assert resize(50_000).returncode == 0
    assert night.run().code == WITH_FAILURES
    assert nights.differences(night, undisturbed) == {}
    nights.assert_nothing_half_written(night)
