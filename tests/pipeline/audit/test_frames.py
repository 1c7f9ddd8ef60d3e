from datetime import date

from pipeline.audits import AuditItem
from pipeline.frames import NO_DAY
from pipeline.records import Outlet
from tests.pipeline.audit.frames import frame_of

OUTLETS = (Outlet("bao", "Báo", "newspaper"), Outlet("dai", "Đài", "broadcaster"))


def item(number, outlet, day, cluster=None):
    return AuditItem(
        article=f"a{number}",
        outlet=outlet,
        channel="website",
        url="",
        title="",
        day=date(2020, 9, day) if day else None,
        date_state="certain" if day else "undated",
        cluster=cluster or f"a{number}",
        minutes=0.0,
        verified=frozenset(["t"] if number == 1 else []),
        rejected=frozenset(),
        machine=frozenset(),
        scores={"t": 0.5},
        evidence={},
        archive_sha256=None,
    )


def test_frame_stands_by_outlet_then_day_undated_first():
    items = [item(1, "dai", 2, "a3"), item(2, "bao", 5), item(3, "bao", 1), item(4, "bao", None), item(5, "khac", 1)]
    frame = frame_of(items, ["t"], OUTLETS, chance={"a1": ["t"]})
    assert [frame.name(row) for row in range(len(frame))] == ["a4", "a3", "a2", "a1"]
    assert frame.days[0] == NO_DAY
    assert list(frame.origins) == [True, True, True, False]
    assert frame.clusters[3] == frame.clusters[1]
    assert frame.permanent[3] == frame.permanent[1]
    assert frame.said[:, 0].tolist() == [-1, -1, -1, 1]
    assert frame.chance[:, 0].tolist() == [False, False, False, True]
