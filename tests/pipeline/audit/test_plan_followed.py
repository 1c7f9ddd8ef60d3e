"""A whole campaign, whose truth is known, is judged, read by plan and judged again."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipeline.audit.campaign import Campaign
from pipeline.audit.judge import judge
from pipeline.audit.plan import plan
from pipeline.audit.worlds import synthetic
from pipeline.audits import AuditResult, Sample
from pipeline.frames import Frame
from pipeline.records import DayProof, Directive, Duty, Outlet, Phase
from pipeline.settings import AuditSettings
from tests.pipeline.audit.test_forecast import item

FIRST = date(2020, 9, 1)
PHASE = Phase("sau", "", FIRST, FIRST + timedelta(days=13))
OUTLETS, EACH = 30, 100
NEEDED = {"du-lich": 3, "van-hoa": 6}
RATE = 0.12
ROUND = 60  # articles read between two audits


def published(scenario: str) -> tuple[np.ndarray, Frame]:
    """Gives what is true, (n, t), and the frame of which chance has drawn and people read a share."""
    rng = np.random.default_rng(17)
    size = OUTLETS * EACH
    truth, scores = np.zeros((size, 2), np.bool_), np.zeros((size, 2), np.float32)
    for column, needed in enumerate(NEEDED.values()):
        for outlet in range(OUTLETS):
            count = rng.poisson(needed * rng.choice([0.3, 0.7, 1.5, 3]))
            truth[outlet * EACH + rng.choice(EACH, count, replace=False), column] = True
        scores[:, column] = synthetic(scenario).score(rng, truth[:, column], float(truth[:, column].mean()))
    fate = rng.random(size)
    drawn = np.repeat(fate[:, None] < RATE, 2, axis=1)
    days = np.sort(rng.integers(0, 14, (OUTLETS, EACH)), axis=1).ravel() + FIRST.toordinal()
    frame = Frame(
        ids=np.array([f"{n:016x}" for n in range(size)], dtype="S16"),
        outlets=np.repeat(np.arange(OUTLETS, dtype=np.int32), EACH),
        channels=np.zeros(size, np.int8),
        days=days.astype(np.int32),
        clusters=np.arange(size, dtype=np.int32),
        origins=np.ones(size, np.bool_),
        permanent=fate,
        minutes=np.zeros(size, np.float32),
        untimed=np.zeros(size, np.bool_),
        words=np.full(size, 100, np.int32),
        front=np.full(size, -1, np.int8),
        scores=scores,
        machine=scores >= 0.4,
        said=np.where(drawn, truth, -1).astype(np.int8),
        chance=drawn,
        skipped=np.zeros(size, np.bool_),
    )
    return truth, frame


def audited(frame: Frame) -> AuditResult:
    outlets = tuple(Outlet(f"o{n}", "", "newspaper", ("press",)) for n in range(OUTLETS))
    topics = tuple((topic, topic, topic) for topic in NEEDED)
    duties = tuple(Duty("sau", topic, group="press", min_items=needed) for topic, needed in NEEDED.items())
    letter = Directive("1", "2020", "Sở", "")
    campaign = Campaign(letter, "c", "m", (PHASE,), outlets, topics, duties, AuditSettings(least_readings=100))
    proofs = [DayProof(each.id, FIRST + timedelta(days=day), proved=True) for each in outlets for day in range(14)]
    drawn = int((frame.permanent < RATE).sum())
    result = judge(campaign, frame, proofs, date(2020, 10, 1), sample=Sample(RATE, drawn, drawn, 0, 0))
    return replace(result, items=items_of(frame, result))


def items_of(frame: Frame, result: AuditResult):
    """The articles that somebody may have to read, with their scores."""
    items = {}
    for article in {article for verdict in result.verdicts for article in verdict.to_read}:
        items[article] = item(article, 0)
        items[article].scores.update(zip(NEEDED, frame.scores[int(article, 16)].tolist(), strict=True))
    return items


@pytest.mark.parametrize("scenario", ["calibrated", "blind"])
def test_reading_by_plan_settles_what_was_expected_and_accuses_nobody_falsely(scenario):
    truth, frame = published(scenario)
    expected, settled = [], []
    for _ in range(4):
        result = audited(frame)
        open_ = sum(verdict.verdict == "uncertain" for verdict in result.verdicts)
        found = plan(result, ROUND)
        assert len(found.articles) <= ROUND
        for planned in found.articles:
            row = int(planned.article, 16)
            frame.said[row] = truth[row]
        after = audited(frame)
        expected.append(found.expected)
        settled.append(open_ - sum(verdict.verdict == "uncertain" for verdict in after.verdicts))
        for verdict in after.verdicts:
            own = truth[frame.outlets == int(verdict.outlet[1:]), list(NEEDED).index(verdict.topic)].sum()
            assert verdict.verdict != "gap" or own < verdict.needed
            assert verdict.verdict != "met" or own >= verdict.needed
    assert expected[0] > expected[-1]  # the cheapest verdicts come first
    assert sum(settled) == pytest.approx(sum(expected), abs=2 * sum(expected) ** 0.5)
