"""Audit: what the store holds, judged against the duties of the campaign as of one day, and the judgement stored."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.audit.campaign import Campaign
from pipeline.audit.health import RECENT, WEEKS, examine_all
from pipeline.audit.judge import judge as judged
from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.engine import open_engine
from pipeline.errors import InputError
from pipeline.frames import Frame
from pipeline.memo import Memo
from pipeline.records import Directive, FailedUrl, Health
from pipeline.review.draw import permanent
from pipeline.steps.audit_items import shown
from pipeline.steps.judged_by import Known, agreements, assessment, digests, known_now, last_day_over, sample_of
from pipeline.steps.model import model_folder, model_version, taught_by
from pipeline.steps.reprints import cluster
from pipeline.steps.settled import close_settled
from pipeline.store import Store, audits, fetches, health, observations, outlets
from pipeline.store.framing import Asked, framed
from pipeline.store.kept import Whole
from pipeline.store.spread import Spread

KEPT: Final = "frame.npz"  # in `paths.data`, like the next one: may be removed at any time, and is then made anew
JUDGED: Final = "judged.zip"


def audit(
    config: Config, store: Store, as_of: date, known: Known | None = None, advance: Advance | None = None
) -> AuditResult:
    """Finds the reprints of what was stored by any step, judges the campaign and stores the result.

    It judges by what is known, by default now.

    Raises:
        InputError: the campaign has no directive, no phase or no topic: there is nothing to judge by.
        ModelError: the model cannot be read, or a file of it is missing or changed.
    """
    campaign_of(config)
    cluster(store, advance, config.engine)
    return judge(config, store, as_of, known)


def judge(config: Config, store: Store, as_of: date, known: Known | None = None) -> AuditResult:
    """Judges the campaign by the reprints as they are known, stores the result, and gives up readings that it needs no more.

    Raises as `audit` does.
    """
    campaign_of(config)
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)  # a source that was never crawled is told too
    result = result_of(config, store, as_of, known or known_now(store), config.data)
    with store.begin() as connection:
        audits.save(connection, result, result.model, result.inputs)
    close_settled(store, result)
    return result


def result_of(config: Config, store: Store, as_of: date, known: Known, kept: Path | None = None) -> AuditResult:
    """Gives the judgement by what was known, and changes nothing in the store; raises as `audit` does.

    `kept` is the folder of the files that keep from one audit to the next what was read and what was judged.
    """
    columns, results = (None, None) if kept is None else (kept / KEPT, kept / JUDGED)
    memo = Memo.open(results)
    campaign = campaign_of(config)
    first = min(phase.first_day for phase in config.phases)
    last = max(phase.last_day for phase in config.phases)
    ids = tuple(outlet.id for outlet in config.outlets)
    over = last_day_over(known.night, as_of)
    with (
        ThreadPoolExecutor(1) as beside,
        store.read() as connection,
    ):  # the database works while we put columns together
        collection = beside.submit(_collection, store, as_of, known)
        numbers = partial(permanent, config.review.seed)
        asked = Asked(campaign.model, campaign.codebook, ids, campaign.topic_ids, numbers)
        given = framed(connection, asked, as_of, known.said, columns, _whole(config, store))
        proofs = [
            each
            for each in observations.day_proofs(connection, first, last, known.looked or date.max)
            if each.day <= over
        ]
        agreed = agreements(config, connection, known.said)
        sample = sample_of(config, connection, known.said, given.frame)
        failures, healths = collection.result()
    told = tuple(each for each in failures if each.outlet in ids)
    frame = _with_taught(given.frame, taught_by(model_folder(config)))
    result = judged(campaign, frame, proofs, as_of, over, assessment(config), agreed, sample, memo)
    memo.save(results)
    return replace(
        result,
        items=shown(config, store, frame, result),
        failures=told,
        health=healths,
        groups=tuple((each.id, each.name, each.name_en) for each in config.groups),
        at_risk=config.digest.at_risk,
        inputs=digests(config, given, proofs, (*told, *healths)),
    )


def _whole(config: Config, store: Store) -> Whole | None:
    """Gives what reads all articles on the workers of the engine; None where this process does."""
    return None if config.engine.kind == "inline" else Spread(store, open_engine(config.engine))


def _collection(store: Store, as_of: date, known: Known) -> tuple[Sequence[FailedUrl], tuple[Health, ...]]:
    """Tells how collecting went: the addresses that failed in the last night, and how each source is."""
    with store.read() as connection:
        failures = fetches.failed_urls(connection, min(fetches.horizon(connection, as_of), known.night or date.max))
        return failures, examine_all(health.histories(connection, as_of, RECENT, WEEKS), as_of)


def _with_taught(frame: Frame, taught: frozenset[str] | None) -> Frame:
    """Marks the articles that the model was trained on, where it names them."""
    if not taught:
        return frame
    names = np.array(sorted(each.encode() for each in taught), dtype="S")
    return replace(frame, taught=np.isin(frame.ids, names))


def campaign_of(config: Config) -> Campaign:
    """Gives what is judged by.

    Raises:
        InputError: the campaign has no directive, no phase or no topic: there is nothing to judge by.
    """
    return Campaign(
        directive=_needed(config),
        codebook=config.codebook.version,
        model=model_version(config),
        phases=config.phases,
        outlets=config.outlets,
        topics=tuple((topic.id, topic.name, topic.name_en) for topic in config.topics),
        duties=config.duties,
        settings=config.audit,
    )


def _needed(config: Config) -> Directive:
    """Gives the directive, once the campaign has all that an audit judges by."""
    if config.directive is None or not config.phases or not config.topics:
        raise InputError(
            f"{config.file.name}: an audit needs [directive], [[phase]] and [[topic]]; see `rasoat init`",
            f"{config.file.name}: muốn kiểm tra phải có [directive], [[phase]] và [[topic]]; xem `rasoat init`",
        )
    return config.directive
