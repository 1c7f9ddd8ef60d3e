"""Plan: what reviewers should read next so that the last audit's uncertain verdicts are settled; as a list or as a queue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice, zip_longest
from typing import Final

from pipeline.audit.plan import Plan, plan
from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.readings import Queue
from pipeline.steps.drawing import Chosen, Drawn, draw, queue_id
from pipeline.steps.settled import SERVES
from pipeline.store import Store, audits, frame, items, labels
from pipeline.store.identity import digest

LOOKED_UP_AT_MOST: Final = 20_000  # articles that a large audit lists without showing them: some seconds


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """A plan, and the audit whose verdicts it settles."""

    as_of: date
    plan: Plan
    titles: dict[str, str]  # article -> title, of those planned


def plan_reading(
    config: Config, store: Store, reads: int, *, only: str | None = None, result: AuditResult | None = None
) -> ReadingPlan:
    """Plans at most `reads` articles by the last audit and by what was said since; for one requirement `only`, by its key.

    Who has the last audit at hand gives it as `result`: to read it from the store takes seconds where it is large.

    Raises:
        InputError: nothing was audited yet, or the campaign's topics have changed since.
    """
    with store.read() as connection:
        result = result or audits.load_latest(connection)
        if result is None or result.codebook != config.codebook.version:
            raise _no_audit(result)
        if only is not None:
            result = replace(result, verdicts=tuple(each for each in result.verdicts if each.key == only))
        said = labels.current(connection)
        more = items.some(connection, result.model, result.codebook, _unknown(result))
    result = replace(result, items={**result.items, **more})
    found = plan(result, reads, said)
    titles = {each.article: result.items[each.article].title for each in found.articles if each.article in result.items}
    return ReadingPlan(result.as_of, found, titles)


def draw_plan(config: Config, store: Store, found: ReadingPlan, at: datetime) -> Drawn | None:
    """Draws a plan into a queue of its own, without what waits in one already; None where nothing is left to draw.

    The same plan gives the same queue.
    """
    serves = {each.article: list(each.serves) for each in found.plan.articles}
    design = {"plan": digest(*(f"{article} {' '.join(keys)}" for article, keys in serves.items()))}
    queue = Queue(queue_id("settle", "", design), "settle", design | {SERVES: serves}, config.codebook.version, at)
    with store.read() as connection:
        unread = frame.waiting(connection)
        drawn = frame.drawn(connection, "settle")
    waits = {article for (article, topic), owner in drawn.items() if owner != queue.id and (article, topic) in unread}
    chosen = [Chosen(each.article, None, each.serves[0]) for each in found.plan.articles if each.article not in waits]
    return draw(config, store, queue, chosen) if chosen else None


def _unknown(result: AuditResult) -> list[str]:
    """Gives the articles to read that the report does not show, those that stand first in some list first."""
    lists = [verdict.to_read for verdict in result.verdicts if verdict.verdict == "uncertain"]
    ranked = (article for rank in zip_longest(*lists) for article in rank if article is not None)
    return list(islice(dict.fromkeys(each for each in ranked if each not in result.items), LOOKED_UP_AT_MOST))


def _no_audit(result: AuditResult | None) -> InputError:
    if result is None:
        return InputError(
            "no audit yet: run `rasoat audit` first, as a plan settles its verdicts",
            "chưa có lần đối chiếu nào: hãy chạy `rasoat audit` trước, vì kế hoạch đọc dựa vào các kết luận của nó",
        )
    return InputError(
        "the topics have changed since the last audit: run `rasoat audit` again",
        "các chủ đề đã thay đổi từ lần đối chiếu trước: hãy chạy lại `rasoat audit`",
    )
