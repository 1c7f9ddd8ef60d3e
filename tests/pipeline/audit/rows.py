"""Items as the tests of the auditor write them: few words, one outlet, ten days of September."""

from dataclasses import replace
from datetime import date, timedelta

from pipeline.audits import AuditItem
from pipeline.records import DayProof, Outlet, Phase

PHASE = Phase("before", "Trước", date(2020, 9, 1), date(2020, 9, 10))
OUTLET = Outlet("bao", "Báo", "newspaper", ("press",))
DAYS = [PHASE.first_day + timedelta(days=n) for n in range(10)]
SEEN = [DayProof("bao", day, proved=True) for day in DAYS]
AFTER = date(2020, 12, 31)


def item(number, day=1, *, verified=(), rejected=(), machine=(), score=None, **other):
    topics = {*verified, *rejected, *machine, "t"}
    values = AuditItem(
        article=f"a{number}",
        outlet="bao",
        channel="website",
        url=f"http://bao/{number}",
        title=f"Bài {number}",
        day=date(2020, 9, day) if day else None,
        date_state="certain" if day else "undated",
        cluster=f"a{number}",
        minutes=0.0,
        verified=frozenset(verified),
        rejected=frozenset(rejected),
        machine=frozenset(machine),
        scores={topic: (0.9 if topic in machine else 0.0) if score is None else score for topic in topics},
        evidence={},
        archive_sha256=None,
    )
    return replace(values, **other)
