"""Audit: what the store holds, judged against the duties of the campaign as of one day, and the judgement stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from models.document import Document
from models.segment import SEGMENTER_VERSION
from pipeline.audit.coverage import coverage, observe
from pipeline.audit.health import RECENT, WEEKS, examine_all
from pipeline.audit.verdict import verdicts
from pipeline.audits import AuditItem, AuditResult
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.records import Directive
from pipeline.steps.model import load_champion, model_version
from pipeline.steps.reprints import cluster
from pipeline.store import Connection, Store, articles, audits, fetches, health, observations, outlets, words
from pipeline.store import items as items_of

BATCH = 200  # articles whose texts are held in memory at a time


def audit(config: Config, store: Store, as_of: date) -> AuditResult:
    """Finds the reprints of what was stored by any step, judges the campaign and stores the result.

    Raises:
        InputError: the campaign has no directive, no phase or no topic: there is nothing to judge by.
        ModelError: the model cannot be read, or a file of it is missing or changed.
    """
    _needed(config)
    cluster(store)
    return judge(config, store, as_of)


def judge(config: Config, store: Store, as_of: date) -> AuditResult:
    """Judges the campaign by the reprints as they are known and stores the result; raises as `audit` does."""
    directive = _needed(config)
    model, codebook = model_version(config), config.codebook.version
    first = min(phase.first_day for phase in config.phases)
    last = max(phase.last_day for phase in config.phases)
    ids = {outlet.id for outlet in config.outlets}
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)  # a source that was never crawled is told too
    with store.read() as connection:
        items = tuple(
            item
            for item in items_of.audit_items(connection, model, codebook)
            if item.outlet in ids and (item.day is None or item.day <= as_of)
        )
        over = _last_day_over(connection, as_of)
        proofs = [proof for proof in observations.day_proofs(connection, first, last) if proof.day <= over]
        failures = fetches.failed_urls(connection, fetches.horizon(connection, as_of))
        healths = examine_all(health.histories(connection, as_of, RECENT, WEEKS), as_of)
    items = _explained(config, store, items)
    observed = observe(config.phases, config.outlets, items, proofs)
    cells = coverage(config.phases, config.codebook.ids, config.outlets, items, observed)
    by_id = {item.article: item for item in items}
    allowed = config.audit.unproved_days_allowed
    answers = verdicts(config.duties, config.phases, config.outlets, cells, observed, by_id, over, allowed)
    undated = tuple(item.article for item in items if item.day is None)
    result = AuditResult(
        as_of=as_of,
        directive=directive,
        codebook=codebook,
        model=model,
        phases=config.phases,
        outlets=config.outlets,
        topics=tuple((topic.id, topic.name, topic.name_en) for topic in config.topics),
        cells=cells,
        verdicts=answers,
        observed=observed,
        items=_shown(by_id, {article for row in observed for article in row.article_ids} | set(undated)),
        undated_ids=undated,
        failures=tuple(each for each in failures if each.outlet in ids),
        health=healths,
        last_day_over=over,
    )
    with store.begin() as connection:
        audits.save(connection, result, model, {"config": config.sha256, "codebook": codebook, "model": model})
    return result


def _needed(config: Config) -> Directive:
    """Gives the directive, once the campaign has all that an audit judges by."""
    if config.directive is None or not config.phases or not config.topics:
        raise InputError(
            f"{config.file.name}: an audit needs [directive], [[phase]] and [[topic]]; see `rasoat init`",
            f"{config.file.name}: muốn kiểm tra phải có [directive], [[phase]] và [[topic]]; xem `rasoat init`",
        )
    return config.directive


def _explained(config: Config, store: Store, items: Sequence[AuditItem]) -> tuple[AuditItem, ...]:
    """Gives the items with a sentence for each topic that reviewers confirmed and the machine had not decided.

    It is the sentence that the model, or the topic's cues, find nearest to the topic; where none is, none is given.
    """
    lacking = {
        item.article: topics
        for item in items
        if (topics := [topic for topic in config.codebook.ids if topic in item.verified - item.evidence.keys()])
    }
    found = _sentences(config, store, lacking) if lacking else {}
    return tuple(
        replace(item, evidence={**item.evidence, **found[item.article]}) if item.article in found else item
        for item in items
    )


def _sentences(config: Config, store: Store, asked: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    tagger = load_champion(config)
    found: dict[str, dict[str, str]] = {}
    with store.read() as connection:
        texts = articles.stream(connection, ids=asked)
        while batch := list(islice(texts, BATCH)):
            kept = words.get(connection, {article.content_hash for article in batch}, SEGMENTER_VERSION)
            for article in batch:
                document = Document(article.title, article.text)
                cut = kept.get(article.content_hash)
                lines = cut.split("\n") if cut is not None else tagger.segment([document])[0]
                found[article.id] = tagger.evidence(document, lines, asked[article.id])
    return found


def _last_day_over(connection: Connection, as_of: date) -> date:
    """Gives the last day that could be seen whole: that of the audit itself only where a later night looked back at it."""
    newest = fetches.last_night(connection)
    return as_of if newest is not None and newest > as_of else as_of - timedelta(days=1)


def _shown(items: dict[str, AuditItem], ids: set[str]) -> dict[str, AuditItem]:
    """Keeps the articles that some list of the report names, in a fixed order, scores rounded as they are shown."""
    return {
        article: replace(
            items[article], scores={topic: round(p, 4) for topic, p in sorted(items[article].scores.items())}
        )
        for article in sorted(ids)
    }
