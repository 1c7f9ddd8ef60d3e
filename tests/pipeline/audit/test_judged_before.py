"""What was judged before is taken over exactly where it would be judged the same: whatever changes, the result is that of a fresh mind."""

from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import cycle
from zipfile import ZipFile

import numpy as np

from crawlers.reason import because
from pipeline.audit.campaign import Campaign
from pipeline.audit.judge import judge
from pipeline.audits import Agreement, Sample
from pipeline.frames import NO_DAY, Frame
from pipeline.memo import MEMBER, Memo
from pipeline.records import DayProof, Directive, Duty, Outlet, Phase
from pipeline.settings import AuditSettings

FIRST = date(2020, 9, 1)
PHASES = (
    Phase("truoc", "Trước", FIRST, FIRST + timedelta(days=9)),
    Phase("trong", "Trong", FIRST + timedelta(days=10), FIRST + timedelta(days=19)),
)
OUTLETS = tuple(Outlet(name, name, "newspaper", ("all",)) for name in ("bao", "dai", "huyen"))
TOPICS = (("a", "A", "A"), ("b", "B", "B"))
OWED = ({"min_items": 2}, {"min_minutes": 20.0}, {"max_gap_days": 4})
AMOUNTS = tuple(
    Duty(phase=phase.id, topic=topic, group="all", **owed)
    for phase in PHASES
    for (topic, _, _), owed in zip(TOPICS, OWED[:2], strict=True)
)
DUTIES = (*AMOUNTS, Duty(phase="trong", topic="a", group="all", **OWED[2]))
CAMPAIGN = Campaign(
    Directive("01-HD", "2020-08-30", "Tỉnh", "Về việc"), "c", "m", PHASES, OUTLETS, TOPICS, DUTIES, AuditSettings()
)
ROWS = 240
FIXED = {"outlets", "days", "origins"}  # by which rows are ordered; what is first follows from the texts


def random_frame(rng):
    outlets = np.sort(rng.integers(0, len(OUTLETS), ROWS)).astype(np.int32)
    days = (FIRST.toordinal() + rng.integers(0, 20, ROWS)).astype(np.int32)
    days[rng.random(ROWS) < 0.02] = NO_DAY
    order = np.lexsort((days, outlets))
    origin = np.arange(ROWS)
    copies = rng.random(ROWS) < 0.2
    origin[copies] = rng.integers(0, ROWS, np.count_nonzero(copies))
    origin = origin[origin]
    scores = np.where(rng.random((ROWS, 2)) < 0.1, rng.random((ROWS, 2)), rng.random((ROWS, 2)) * 0.04).astype(
        np.float32
    )
    read = rng.random((ROWS, 2)) < 0.5
    said = np.where(read, rng.random((ROWS, 2)) < scores, -1).astype(np.int8)
    return Frame(
        ids=np.array([f"{n:016x}".encode() for n in range(ROWS)], dtype="S16"),
        outlets=outlets,
        channels=rng.integers(0, 2, ROWS).astype(np.int8),
        days=days[order],
        clusters=origin.astype(np.int32),
        origins=origin == np.arange(ROWS),
        permanent=rng.random(ROWS)[origin],
        minutes=(rng.integers(0, 3, ROWS) * 7.5).astype(np.float32),
        untimed=rng.random(ROWS) < 0.1,
        words=rng.integers(50, 900, ROWS).astype(np.int32),
        front=rng.integers(-1, 2, ROWS).astype(np.int8),
        scores=scores,
        machine=scores >= 0.5,
        said=said,
        chance=read & (rng.random((ROWS, 2)) < 0.8),
        skipped=rng.random(ROWS) < 0.03,
        taught=rng.random(ROWS) < 0.1,
    )


VALUES = {
    "channels": (0, 1),
    "minutes": (0.0, 7.5, 90.0),
    "front": (-1, 0, 1),
    "words": (5, 50),
    "said": (-1, 0, 1),
    "scores": (0.001, 0.3, 0.9),
}


def altered(frame, name, rng):
    """Changes some values of one column, of articles of one outlet, a telling one among them, so that the frame still is one."""
    column = np.array(getattr(frame, name))
    telling = (frame.said == 1).any(axis=1) | frame.machine.any(axis=1)
    own = frame.outlets == rng.integers(len(OUTLETS))
    row = int(rng.choice(np.flatnonzero(own & telling)))
    rows = np.append(rng.choice(np.flatnonzero(own), 10), row)
    if name == "clusters":
        return joined(frame, row, int(rng.integers(ROWS)))
    if name == "ids":
        column[row] = f"{ROWS + int(rng.integers(1000)):016x}".encode()
    elif name == "permanent":
        column[frame.clusters == frame.clusters[row]] = rng.random()
    elif name in VALUES:
        column[rows] = rng.choice(VALUES[name], column[rows].shape)
    else:
        column[rows] = ~column[rows]
    return replace(frame, **{name: column})


def joined(frame, row, other):
    """Makes one text of two."""
    same, clusters, permanent = (
        frame.clusters == frame.clusters[row],
        np.array(frame.clusters),
        np.array(frame.permanent),
    )
    clusters[same], permanent[same] = frame.clusters[other], frame.permanent[other]
    origins = np.zeros(ROWS, dtype=np.bool_)
    origins[np.unique(clusters, return_index=True)[1]] = True
    return replace(frame, clusters=clusters, origins=origins, permanent=permanent)


def proofs(unseen):
    days = (FIRST + timedelta(days=n) for n in range(20))
    return [
        DayProof(
            outlet.id,
            day,
            proved=(outlet.id, day) not in unseen,
            reason=because(unseen.get((outlet.id, day), "unknown")),
        )
        for day in days
        for outlet in OUTLETS
    ]


def kept(file):
    with ZipFile(file) as stored:
        return {line.split(b" ", 1)[0] for line in stored.read(MEMBER).splitlines()}


def test_result_is_that_of_judging_anew_whatever_changes(tmp_path):
    rng = np.random.default_rng(17)
    frame, file = random_frame(rng), tmp_path / "judged.zip"
    world = {"as_of": date(2020, 9, 30), "last_day_over": date(2020, 9, 29), "assessment": {"a": (8, 10)}}
    world |= {"agreements": (), "sample": Sample(0.6, 140, 100, 5, 35)}
    campaign, unseen = CAMPAIGN, {}
    before: set[bytes] = set()
    taken_over = 0
    columns = cycle(each.name for each in fields(Frame) if each.name not in FIXED)
    for _ in range(80):
        memo = Memo.open(file)
        fresh = judge(campaign, frame, proofs(unseen), **world)
        assert judge(campaign, frame, proofs(unseen), **world, memo=memo) == fresh
        memo.save(file)
        after = kept(file)
        taken_over += len(before & after)
        before = after
        match rng.integers(14):
            case 0:
                world |= {"sample": Sample(float(rng.choice([0.5, 0.6])), *rng.integers(90, 140, 2).tolist(), 5, 35)}
            case 1:
                world |= {"assessment": {"a": (int(rng.integers(0, 10)), 10)}}
            case 2:
                world |= {
                    "agreements": (Agreement("b", 60, 0.5, 0.4, 0.6, 0.8, poor=True),) if rng.random() < 0.5 else ()
                }
            case 3:
                unseen |= {
                    ("bao", FIRST + timedelta(days=int(rng.integers(20)))): str(rng.choice(["not_looked", "unknown"]))
                }
            case 4:
                over = FIRST + timedelta(days=int(rng.integers(8, 25)))
                world |= {"last_day_over": over}
            case 5:
                settings = replace(
                    campaign.settings, risk=float(rng.choice([0.05, 0.2])), unproved_days_allowed=int(rng.integers(3))
                )
                campaign = replace(campaign, settings=settings)
            case _:
                frame = altered(frame, next(columns), rng)
    assert taken_over > 500  # else nothing was tried


def judged_by_what_was_kept(file, before, after):
    """Judges two worlds one after the other, the second by what was kept of the first, and by a fresh mind."""
    world = {"as_of": date(2020, 9, 30), "sample": Sample(0.6, 140, 100, 5, 35)}
    for campaign, frame in (before, after):
        memo = Memo.open(file)
        found = judge(campaign, frame, proofs({}), **world, memo=memo)
        assert found == judge(campaign, frame, proofs({}), **world)
        memo.save(file)
    return found


def grouped(press):
    """Tells who belongs to the press; all others to the radio."""
    outlets = (replace(each, groups=("all", "press" if each.id in press else "radio")) for each in OUTLETS)
    return replace(CAMPAIGN, outlets=tuple(outlets))


def test_groups_of_which_an_outlet_moved_are_estimated_anew(tmp_path):
    frame = random_frame(np.random.default_rng(3))
    result = judged_by_what_was_kept(
        tmp_path / "judged.zip", (grouped({"bao", "dai"}), frame), (grouped({"bao"}), frame)
    )
    sizes = {each.group: each.units for each in result.estimates if each.group and each.phase == "truoc"}
    assert sizes["press"] < sizes["radio"]


def test_minutes_that_are_known_of_an_article_of_unknown_length_are_counted_anew(tmp_path):
    frame = random_frame(np.random.default_rng(3))
    found = frame.said[:, 1] == 1
    partly = replace(frame, untimed=found)
    longer = replace(partly, minutes=frame.minutes + np.float32(90) * found)
    result = judged_by_what_was_kept(tmp_path / "judged.zip", (CAMPAIGN, partly), (CAMPAIGN, longer))
    assert any(each.unit == "minutes" and each.verified >= 90 for each in result.verdicts)


def test_articles_that_were_drawn_and_wait_leave_all_that_was_judged(tmp_path):
    frame, file, keys = random_frame(np.random.default_rng(3)), tmp_path / "judged.zip", []
    for drawn in (140, 150):
        memo = Memo.open(file)
        judge(CAMPAIGN, frame, proofs({}), date(2020, 9, 30), sample=Sample(0.6, drawn, 100, 5, drawn - 105), memo=memo)
        memo.save(file)
        keys.append(kept(file))
    assert keys[0] == keys[1]
