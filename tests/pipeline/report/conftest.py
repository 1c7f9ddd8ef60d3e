"""One small audit, made by the auditor itself: three outlets, three topics, two phases, and the traps of real life."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawlers.reason import because
from pipeline.audit.campaign import Campaign
from pipeline.audit.judge import judge
from pipeline.audits import AuditItem, Sample
from pipeline.records import DayProof, Directive, Duty, FailedUrl, Finding, Health, Outlet, Phase
from pipeline.settings import AuditSettings
from tests.pipeline.audit.frames import frame_of

DOWN = because("listing_page", url="https://huyen.example/tin?p=2", why=because("answered", status=503))
FAILED = tuple(
    FailedUrl("huyen", "huyen-web", f"https://huyen.example/tin-{number}", because("answered", status=503))
    for number in range(3)
)
PHASES = (
    Phase("before", "Trước Đại hội", date(2020, 9, 1), date(2020, 9, 10)),
    Phase("after", "Sau Đại hội", date(2020, 9, 11), date(2020, 9, 20)),
)
OUTLETS = (
    Outlet("bao", "Báo Sơn Khê", "newspaper", ("press",)),
    Outlet("dai", "Đài tỉnh <Sơn Khê>", "broadcaster", ("press",)),
    Outlet("huyen", "Huyện Nậm Pàn", "district", ("districts",)),
)
TOPICS = (
    ("prep", "Công tác chuẩn bị", "Preparation"),
    ("people", "Tâm tư, nguyện vọng", "Hopes of the people"),
    ("plan", "Chương trình hành động", "Action programme"),
)
DUTIES = (
    Duty("before", "prep", group="press", min_items=2),
    Duty("before", "people", outlet="huyen", min_items=1),
    Duty("before", "plan", outlet="bao", min_items=1),
    Duty("after", "plan", outlet="dai", min_items=1, min_minutes=12.5, max_gap_days=8),
)
DIRECTIVE = Directive("12/STTTT", "2020-08-27", "Sở Thông tin và Truyền thông", "Tuyên truyền <Đại hội>")

HEALTH = (
    Health(
        "huyen-web",
        "huyen",
        (
            Finding(
                "unseen",
                "3/7 ngày gần nhất chưa quan sát được",
                "3 of the last 7 days not observed",
                DOWN,
            ),
            Finding("volume", "17/9: 2 bài, ít hơn hẳn mọi khi", "2020-09-17: 2 items, far fewer than usual"),
        ),
        date(2020, 9, 9),
    ),
    Health("dai-fb", "dai", (Finding("quiet", "cơ quan không đăng bài nào", "nothing was published"),), None),
    Health("bao-web", "bao", (Finding("well", "bình thường", "well"),), date(2020, 9, 12)),
    Health("dai-web", "dai", (Finding("well", "bình thường", "well"),), date(2020, 9, 15)),
)


def item(number, outlet, day, *, verified=(), machine=(), read=False, **other):
    known = {*verified, *(topic for topic, _, _ in TOPICS)} if read or verified else set()
    values = AuditItem(
        article=f"{number:016x}",
        outlet=outlet,
        channel="website",
        url=f"https://{outlet}.example/tin-{number}.html",
        title=f"Bài số {number}",
        day=date(2020, 9, day) if day else None,
        date_state="certain" if day else "undated",
        cluster=f"{number:016x}",
        minutes=0.0,
        verified=frozenset(verified),
        rejected=frozenset(known - set(verified)),
        machine=frozenset(machine),
        scores={topic: 0.9 if topic in machine else 0.1 for topic, _, _ in TOPICS},
        evidence={topic: f"Câu về {topic}." for topic in (*verified, *machine)},
        archive_sha256=f"{number:064x}",
        archive_file=f"{outlet}-1.warc.gz",
    )
    return replace(values, **other)


ITEMS = (
    item(1, "bao", 2, verified=["prep"], rejected=frozenset(["people"]), title='<script>alert("x")</script> & "ngoặc"'),
    item(2, "bao", 5, verified=["prep", "people"], title="=HYPERLINK(1)"),
    item(3, "bao", 6, machine=["prep"], url="javascript:alert(1)", cluster=f"{1:016x}"),
    item(4, "dai", 3, verified=["prep"]),
    item(5, "dai", 4, read=True),
    item(6, "dai", 14, verified=["plan"], minutes=4.5, channel="television"),
    item(7, "dai", 15, machine=["plan"], minutes=20.0, date_state="probable"),
    item(8, "huyen", 9, machine=["people"]),
    item(9, "huyen", None, machine=["prep"]),
    item(10, "bao", 12, title="Giá lúa đầu vụ"),
)
CHANCE = {f"{number:016x}": ("prep", "people", "plan") for number in (1, 2, 5)}  # what was read of the uniform sample


def audit(
    items=ITEMS,
    *,
    outlets=OUTLETS,
    topics=TOPICS,
    duties=DUTIES,
    phases=PHASES,
    as_of=date(2020, 12, 31),
    chance=None,
):
    days = [date(2020, 9, 1) + timedelta(days=n) for n in range(20)]
    unseen = {date(2020, 9, 3), date(2020, 9, 4), date(2020, 9, 18)}
    proofs = [
        DayProof(outlet.id, day, proved=False, reason=DOWN)
        if outlet.id == "huyen" and day in unseen
        else DayProof(outlet.id, day, proved=True)
        for outlet in outlets
        for day in days
        if day <= as_of
    ]
    campaign = Campaign(DIRECTIVE, "c0debook", "m0del", phases, outlets, topics, duties, AuditSettings())
    frame = frame_of(items, campaign.topic_ids, outlets, chance=chance)
    sample = Sample(rate=0.3, drawn=4, read=3, skipped=0, pending=1) if chance else Sample(0.0, 0, 0, 0, 0)
    return replace(
        judge(campaign, frame, proofs, as_of, assessment={"prep": (40, 50)}, sample=sample),
        items={item.article: item for item in items},
        failures=FAILED if outlets else (),
        health=HEALTH if outlets else (),
    )


@pytest.fixture(scope="session")
def result():
    return audit()


@pytest.fixture(scope="session")
def sampled():
    """The same where the uniform sample was read in part: with estimates."""
    return audit(chance=CHANCE)


@pytest.fixture(scope="session")
def nothing():
    return audit((), outlets=(), topics=(), duties=(), phases=())


@pytest.fixture
def audit_of():
    return audit
