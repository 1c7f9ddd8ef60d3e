"""Whole small reports whose truth is known: whoever did just what was asked is not accused, whatever was read of it, and when."""

from dataclasses import replace
from datetime import date

import numpy as np

from pipeline.records import Duty, Outlet
from pipeline.review.draw import permanent
from tests.pipeline.audit.rows import OUTLET, SEEN, item
from tests.pipeline.audit.test_verdicts import court

DAI = Outlet("dai", "Đài", "broadcaster", ("press",))
PROOFS = [replace(proof, outlet=outlet) for proof in SEEN for outlet in ("bao", "dai")]
DURING = date(2020, 9, 6)


def published(rng):
    """Articles of two outlets with the truth of each: copies within an outlet and across, minutes, unknown lengths, lost dates."""
    items, truth = [], {}
    texts = {}
    for n in range(int(rng.integers(8, 40))):
        copied = items[int(rng.integers(n))].cluster if n and rng.random() < 0.3 else f"a{n}"
        text = bool(rng.random() < 0.3), float(rng.integers(0, 4)), bool(rng.random() < 0.05)
        carries, minutes, untimed = texts.setdefault(copied, text)
        made = item(
            n,
            None if rng.random() < 0.05 else int(rng.integers(1, 11)),
            outlet="bao" if rng.random() < 0.5 else "dai",
            cluster=copied,
            channel="website" if rng.random() < 0.6 else "radio",
            minutes=minutes,
            untimed=untimed,
            score=float(rng.beta(4, 1) if carries and rng.random() < 0.7 else rng.beta(0.3, 6)),
            machine=["t"] if rng.random() < 0.2 else [],
        )
        items.append(made)
        truth[made.article] = carries
    return items, truth


def read(items, truth, which):
    return [
        replace(each, **{"verified" if truth[each.article] else "rejected": frozenset({"t"})})
        if each.article in which
        else each
        for each in items
    ]


def asked(items, truth):
    """Duties of just what both outlets did, and of a little more than that."""
    kinds = [
        Duty("before", "t", outlet=outlet, min_items=1, min_minutes=1.0, max_gap_days=1) for outlet in ("bao", "dai")
    ]
    done = court(kinds, read(items, truth, set(truth)), PROOFS, outlets=(OUTLET, DAI)).verdicts
    value = {(row.outlet, row.unit): row.verified for row in done}
    for outlet in ("bao", "dai"):
        count, minutes, silence = (value[outlet, unit] for unit in ("items", "minutes", "days"))
        if count:
            yield True, Duty("before", "t", outlet=outlet, min_items=int(count))
        if minutes:
            yield True, Duty("before", "t", outlet=outlet, min_minutes=minutes)
        yield True, Duty("before", "t", outlet=outlet, max_gap_days=int(silence))
        yield False, Duty("before", "t", outlet=outlet, min_items=int(count) + 1)
        yield False, Duty("before", "t", outlet=outlet, min_minutes=minutes + 1)
        if silence > 1:
            yield False, Duty("before", "t", outlet=outlet, max_gap_days=int(silence) - 1)


def test_who_did_just_what_was_asked_is_not_accused_and_who_did_not_is_not_cleared():
    rng = np.random.default_rng(17)
    accused = met = limit = 0.0
    told = set()
    for number in range(24):
        items, truth = published(rng)
        duties = list(asked(items, truth))
        names = [each.article for each in items]
        order = np.argsort(
            (permanent(17, names), [-each.scores["t"] for each in items], rng.random(len(items)))[number % 3]
        )
        ever = set()
        for share in (0.5, 0.9):
            which = {names[place] for place in order[: round(share * len(names))]}
            seen = read(items, truth, which)
            result = court([duty for _, duty in duties], seen, PROOFS, outlets=(OUTLET, DAI))
            for (good, _), row in zip(duties, result.verdicts, strict=True):
                told.add((good, row.verdict, row.method))
                assert not (good and row.verdict == "gap" and not row.risk)  # what needs no statistics is never wrong
                assert good or row.verdict != "met"
            ever |= {place for place, row in enumerate(result.verdicts) if row.verdict == "gap" and duties[place][0]}
        running = court([duty for _, duty in duties], seen, PROOFS, as_of=DURING, outlets=(OUTLET, DAI))
        assert not any(row.verdict == "gap" for row in running.verdicts)  # it can still be done
        accused, met, limit = accused + len(ever), met + sum(good for good, _ in duties), limit + result.risk.limit
    assert accused <= 0.05 * met
    assert accused <= limit
    assert {(True, "met", "verified"), (False, "gap", "census")} <= told
