"""Drawing: stores a queue with what was chosen for it, whoever chose it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.readings import Draw, Purpose, Queue
from pipeline.review.draw import share
from pipeline.steps.model import cutoffs_of, model_version
from pipeline.steps.said import register_codebook
from pipeline.store import Connection, Store, frame, queues
from pipeline.store.identity import digest

ID_DIGITS: Final = 10  # hex, of the digest in a queue's id: two designs of a campaign never meet
Pair = tuple[str, str | None]  # article, topic; None where the whole article is to be read


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one draw did: its queue, how many articles came new into it, and how many it holds now."""

    queue: str
    purpose: Purpose
    new: int
    total: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """One article to be read, before a queue has it."""

    article: str
    topic: str | None
    stratum: str | None = None
    probability: float | None = None
    score: float | None = None


def draw(
    config: Config,
    store: Store,
    queue: Queue,
    chosen: Sequence[Chosen],
    *,
    apart: Purpose | None = None,
    second_look: bool = False,
    held_out: bool = False,
) -> Drawn:
    """Stores a queue and what it chose, in one transaction; what it has already is passed over.

    With `apart` also what other queues of that purpose have drawn. A stated share is served blind and another share is
    read twice; a second look is blind throughout and read once. Scores are the model's that tags, with its cut-offs; those
    that are `held_out` come from models that nobody keeps, and stand without either.

    Raises:
        InputError: the queue is closed and would have new articles, which nobody would be served.
    """
    settings = config.review
    ids = [each.article for each in chosen]
    blind = share(settings.seed, "blind", ids, 1.0 if second_look else settings.blind_share)
    double = share(settings.seed, "double", ids, 0.0 if second_look else settings.double_share)
    scored = not held_out and any(each.score is not None for each in chosen)
    cutoffs = cutoffs_of(config) if scored else {}
    model = model_version(config) if cutoffs else None
    with store.begin() as connection:
        register_codebook(config, connection)
        queues.create(connection, queue)
        others = _of_others(connection, queue.id, apart)
        rows = [
            Draw(
                queue=queue.id,
                position=0,  # the store counts them
                article=each.article,
                codebook=config.codebook.version,
                topic=each.topic,
                stratum=each.stratum,
                inclusion_probability=each.probability,
                score=each.score,
                threshold=cutoffs.get(each.topic) if each.topic and each.score is not None else None,
                model=model if each.score is not None else None,
                blind=bool(blind[place]),
                wanted=2 if double[place] else 1,
            )
            for place, each in enumerate(chosen)
            if (each.article, each.topic) not in others
        ]
        new = queues.add(connection, rows)
        there = queues.get(connection, queue.id)
        if new and there is not None and there.closed is not None:
            raise _closed(queue.id)  # and all is rolled back
        total = sum(1 for _ in queues.draws(connection, queue.id))
    return Drawn(queue.id, queue.purpose, new, total)


def queue_id(purpose: Purpose, topic: str, design: Mapping[str, Any]) -> str:
    """Gives the id of a queue: its purpose, its topic where it has one, and the digest of its design."""
    ordered = (f"{key}={design[key]!r}" for key in sorted(design))
    return "-".join(filter(None, (purpose, topic, digest(topic, *ordered)[:ID_DIGITS])))


def unread(model: str) -> InputError:
    """Gives the error of a draw by scores where there are none."""
    return InputError(
        f"model {model}: has read no article of the store; run `rasoat classify` first",
        f"mô hình {model}: chưa đọc bài nào trong kho; hãy chạy `rasoat classify` trước",
    )


def _closed(identity: str) -> InputError:
    return InputError(
        f"queue {identity}: is closed, and would have new articles; draw with another rate, seed or list",
        f"hàng đợi {identity}: đã đóng nên không thể thêm bài; hãy lấy mẫu với tỷ lệ, hạt giống hoặc danh sách khác",
    )


def _of_others(connection: Connection, queue: str, purpose: Purpose | None) -> set[Pair]:
    if purpose is None:
        return set()
    return {pair for pair, owner in frame.drawn(connection, purpose).items() if owner != queue}
