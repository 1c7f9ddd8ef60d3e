"""Whole campaigns whose truth is known, judged night after night by the auditor itself: how often does it ever accuse falsely?

Half of the outlets owe just what they published, so that every gap of theirs is false; the others owe far more. Texts are
reprinted by other outlets, and in every other campaign by their own too, where they weigh more than one item. The random
sample is read first, over some nights, then what scores high, then the rest in the order of its numbers; after each night
everything is judged. One false word on any night counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.campaign import Campaign
from pipeline.audit.cells import longest_silence
from pipeline.audit.exclusion import HIGH
from pipeline.audit.judge import judge
from pipeline.audit.worlds import Scenario, World, memorised, retrained
from pipeline.audits import Sample
from pipeline.frames import CHANNELS, Bools, Frame, Ints
from pipeline.records import DayProof, Directive, Duty, Outlet, Phase
from pipeline.settings import AuditSettings

OUTLETS: Final = 20
TEXTS: Final = 120  # of an outlet
PREVALENCE: Final = 0.06
UNEVEN: Final = 0.6  # standard deviation of the logarithm of what outlets publish on the topic
REPRINTED: Final = 0.1  # share of the texts that another outlet prints too, or that their own does again
RATE: Final = 0.3  # of the random sample: few positives would let no recall be told
SAMPLE_NIGHTS: Final = 3  # in which the sample is read
REST: Final = (0.0, 0.5, 0.75, 0.95)  # of the later nights: up to which number all is read, beside what scores high
OWED: Final = 3  # times what was published, by those that did not do it
PHASE: Final = Phase("phase", "phase", date(2020, 9, 1), date(2020, 9, 30))
AFTER: Final = date(2020, 10, 1)
DIRECTIVE: Final = Directive("1", "2020", "-", "-")
TOPIC: Final = "topic"

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Nights:
    """What judging every night comes to, over all campaigns of one world."""

    scenario: Scenario
    met: int  # duties that were met
    accused: float  # share of these ever called a gap
    promised: float  # risk of each, as the reports print it, at most
    a_report: float  # false gaps a campaign, on average, on any of its nights
    allowed: float  # false gaps that a report may expect, at most
    caught: float  # share of the unmet duties called a gap by the last night


@dataclass(frozen=True, slots=True)
class _Town:
    """Articles of m texts in the order of a frame, and what is true of them."""

    text: Places  # (n,)
    outlets: Ints  # (n,)
    days: Ints  # (n,)
    origins: Bools  # (n,)
    permanent: Floats  # (m,)
    truth: Bools  # (m,)
    home: Places  # (m,) outlet that printed the text first


def nights(world: World, rng: np.random.Generator, *, repetitions: int, settings: AuditSettings) -> Nights:
    """Judges so many campaigns on each of their nights."""
    met = accused = unmet = caught = 0
    promised = 0.0
    for number in range(repetitions):
        town = _town(rng, REPRINTED * (number % 2))
        duties = tuple(_duties(town))
        good = {(duty.outlet, duty.max_gap_days is None) for duty in duties if int(duty.outlet or 0) < OUTLETS // 2}
        campaign = Campaign(
            DIRECTIVE, "c", "m", (PHASE,), tuple(_outlets()), ((TOPIC, TOPIC, TOPIC),), duties, settings
        )
        ever, last = set(), set()
        for frame, sample in _frames(world, rng, town):
            result = judge(campaign, frame, _proofs(), AFTER, AFTER, sample=sample)
            promised = max(promised, result.risk.each)
            last = {(row.outlet, row.unit != "days") for row in result.verdicts if row.verdict == "gap"}
            ever |= last
        met, accused = met + len(good), accused + len(ever & good)
        unmet, caught = unmet + len(duties) - len(good), caught + len(last - good)
    return Nights(
        world.scenario,
        met,
        accused / met,
        promised,
        accused / repetitions,
        settings.false_gaps,
        caught / unmet,
    )


def _town(rng: np.random.Generator, repeated: float) -> _Town:
    """Draws texts and who prints them when; a share is `repeated` by its own outlet, on another day."""
    many = np.minimum(PREVALENCE * np.exp(UNEVEN * rng.standard_normal(OUTLETS)), 0.5)
    home = np.repeat(np.arange(OUTLETS), TEXTS)
    truth = rng.random(len(home)) < many[home]
    days = PHASE.first_day.toordinal() + rng.integers(0, 30, len(home))
    again = np.flatnonzero(rng.random(len(home)) < repeated)
    other = np.flatnonzero(rng.random(len(home)) < REPRINTED)
    text = np.concatenate([np.arange(len(home)), again, other])
    outlets = np.concatenate([home, home[again], rng.integers(0, OUTLETS, len(other))])
    later = np.minimum(
        days[text[len(home) :]] + rng.integers(1, 6, len(again) + len(other)), PHASE.last_day.toordinal()
    )
    days = np.concatenate([days, later])
    origins = np.arange(len(text)) < len(home)
    order = np.lexsort((~origins, days, outlets))
    permanent = rng.random(len(home))
    return _Town(
        text[order],
        outlets[order].astype(np.int32),
        days[order].astype(np.int32),
        origins[order],
        permanent,
        truth,
        home,
    )


def _outlets() -> Iterator[Outlet]:
    for number in range(OUTLETS):
        yield Outlet(str(number), str(number), "newspaper")


def _proofs() -> Iterator[DayProof]:
    for number in range(OUTLETS):
        for day in range(PHASE.first_day.toordinal(), PHASE.last_day.toordinal() + 1):
            yield DayProof(str(number), date.fromordinal(day), proved=True)


def _duties(town: _Town) -> Iterator[Duty]:
    """Asks the first half of the outlets for what they did, in items and in silences, and the others for more."""
    whole = np.arange(PHASE.first_day.toordinal(), PHASE.last_day.toordinal() + 1, dtype=np.int32)
    for number in range(OUTLETS):
        own = town.days[(town.outlets == number) & town.truth[town.text]]
        items, silence = len(own), longest_silence(whole, own)
        if number >= OUTLETS // 2:
            items, silence = OWED * max(items, 1), silence // OWED
        if items:
            yield Duty(PHASE.id, TOPIC, outlet=str(number), min_items=items)
        yield Duty(PHASE.id, TOPIC, outlet=str(number), max_gap_days=silence)


def _frames(world: World, rng: np.random.Generator, town: _Town) -> Iterator[tuple[Frame, Sample]]:
    """Yields what is known after each night."""
    scores = world.score(rng, town.truth.reshape(OUTLETS, TEXTS), PREVALENCE).ravel()
    drawn = town.permanent < RATE
    taught = np.zeros(len(scores), dtype=np.bool_)
    if world.scenario == "memorised":  # the model learnt from half of the sample before anybody asked for its recall
        taught = drawn & (rng.random(len(scores)) < 0.5)
        scores = memorised(scores, taught, town.truth)
    turn = -scores if world.scenario == "high_first" else town.permanent
    queue = np.argsort(np.where(drawn, turn, np.inf), kind="stable")[: int(drawn.sum())]
    read, more = (np.zeros(len(scores), dtype=np.bool_) for _ in range(2))  # of the sample, and beside it
    for night in range(SAMPLE_NIGHTS + len(REST)):
        if night < SAMPLE_NIGHTS:
            read[queue[: len(queue) * (night + 1) // SAMPLE_NIGHTS]] = True
        else:
            more |= (scores >= HIGH) | (town.permanent < REST[night - SAMPLE_NIGHTS])
        if world.scenario == "retrained":
            yield _frame(town, scores, read, more, taught), _sample(drawn, read)
            taught = read | more
            scores = memorised(retrained(rng, scores), taught, town.truth)
        yield _frame(town, scores, read, more, taught), _sample(drawn, read)


def _sample(drawn: Bools, read: Bools) -> Sample:
    return Sample(RATE, int(drawn.sum()), int(read.sum()), 0, int((drawn & ~read).sum()))


def _frame(town: _Town, scores: Floats, read: Bools, more: Bools, taught: Bools) -> Frame:
    """Puts together what people have said: of the sample's texts on their first page, of others on each outlet's first page."""
    text, size = town.text, len(town.text)
    pairs = town.outlets.astype(np.int64) * len(scores) + text
    first = np.zeros(size, dtype=np.bool_)
    first[np.unique(pairs, return_index=True)[1]] = True
    by_chance = read[text] & town.origins
    seen = by_chance | (more[text] & first)
    said = np.where(seen, town.truth[text], -1).astype(np.int8)
    return Frame(
        ids=np.array([f"{row:016x}" for row in range(size)], dtype="S16"),
        outlets=town.outlets,
        channels=np.full(size, CHANNELS.index("website"), np.int8),
        days=town.days,
        clusters=text.astype(np.int32),
        origins=town.origins,
        permanent=town.permanent[text],
        minutes=np.zeros(size, np.float32),
        untimed=np.zeros(size, np.bool_),
        words=np.zeros(size, np.int32),
        front=np.full(size, -1, np.int8),
        scores=scores[text, None].astype(np.float32),
        machine=scores[text, None] >= 0.5,
        said=said[:, None],
        chance=by_chance[:, None],
        skipped=np.zeros(size, np.bool_),
        taught=taught[text] & town.origins,
    )
