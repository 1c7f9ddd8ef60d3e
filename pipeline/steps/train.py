"""Train: a label file → a model of either kind in the campaign's registry, or in a folder of its own.

In the registry a candidate reigns only where it is not worse than the reigning model on the same labels; every decision
is logged with its reason. The comparison is a plain one of macro F1 over the topics of the campaign that some article
has: cross-validated for the candidate; for the champion from its own cross-validated card where it was made from these
very labels, else from its decisions on these articles. Topics that a model has not learnt count as its cues do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from models import artefact
from models.card import CARD, model_card
from models.classifier import METHOD
from models.encoder import METHOD as ENCODER_METHOD
from models.encoder_settings import EncoderSettings
from models.encoder_train import train_encoder
from models.evaluate import Scores, evaluate
from models.settings import TrainSettings
from models.tagger import Tagger
from models.train import Candidate, train
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.documents import Labelled, read_labelled, segmented
from pipeline.errors import InputError, system_fault
from pipeline.steps.model import TAUGHT, registry_of
from pipeline.wording import Pair, Words

if TYPE_CHECKING:
    from models.linear import Marked

VI, EN = Words("vi"), Words("en")
WRITTEN: Pair = ("đã ghi vào --out", "written to --out")
REIGNS: Pair = ("mô hình này đang được dùng, không có gì thay đổi", "this model is in use already; nothing changes")
CROSS_VALIDATED: Pair = ("khi kiểm định chéo", "by cross-validation")
OF_ARTICLES: Final = frozenset(
    {"model", "labels_sha256", "mistakes", "curve", "against", "flattered"}
)  # not for a card
ON_THESE: Pair = ("trên các bài này", "on these articles")


@dataclass(frozen=True, slots=True)
class Trained:
    """What was trained, how it scores by cross-validation (0 to 1), and whether it reigns from now on, or did before."""

    version: str
    rows: int
    learnt: int  # topics; the scores are of these
    asked: int  # topics of the campaign; those not learnt are left to their cues
    macro_f1: float
    micro_f1: float
    folder: Path
    promoted: bool
    reigned: bool  # the same labels gave the very model that reigns
    reason: str
    reason_vi: str


def train_file(
    config: Config,
    file: Path,
    out: Path | None,
    seed: int,
    at: datetime,
    *,
    encoder: Path | None = None,
    recall: float | None = None,
    assessment: Path | None = None,
    advance: Advance | None = None,
) -> Trained:
    """Trains on the rows `{"title", "body", "topics"}` of a file. With `out` the model goes there and nothing reigns anew.

    With `encoder` the Hugging Face encoder of that folder is fine-tuned; `advance` then tells how far that has come. With
    `recall` the cut-offs of a model that is no encoder find that share of a topic's articles, instead of the best F1.
    `assessment` is what `rasoat eval --json` said of these labels; the card then tells of it.

    Raises:
        InputError: the campaign has no topic, or names file and line of a bad row.
        ModelError: no topic has enough labelled articles, `out` holds something else, or the encoder cannot be used.
    """
    topics = config.codebook.ids
    if not topics:
        raise InputError(
            f"{config.file.name}: training needs [[topic]]; see `rasoat init`",
            f"{config.file.name}: muốn huấn luyện phải có [[topic]]; xem `rasoat init`",
        )
    if out is not None:
        artefact.check_place(out)
    with nullcontext() if out is not None else registry_of(config).training():  # one trains for a registry at a time
        labelled = read_labelled(file, topics)
        assessed = {} if assessment is None else {"assessed": _assessed(assessment, labelled)}
        words, marked = segmented(labelled)
        settings = replace(TrainSettings(), seed=seed, recall=recall)
        candidate = _candidate(config, labelled, words, marked, encoder, settings, at.date().isoformat(), advance)
        candidate = replace(candidate, card={**candidate.card, **assessed})
        version = artefact.version_of(candidate.classifier)
        method = METHOD if encoder is None else ENCODER_METHOD
        documents = {CARD: model_card(version, candidate.card, method)}
        if out is not None:
            artefact.save(out, candidate.classifier, candidate.card, documents)
            return _trained(version, labelled, candidate, out, promoted=False, why=WRITTEN)
        registry = registry_of(config)
        taught = {TAUGHT: json.dumps(sorted(filter(None, labelled.ids))) + "\n"}
        registry.register(candidate.classifier, candidate.card, documents | taught)
        folder = registry.place(version)
        reigning = registry.champion()
        if reigning == version:
            return _trained(version, labelled, candidate, folder, promoted=False, why=REIGNS)
        cues = _f1(evaluate(topics, labelled.labels, *Tagger(config.codebook, None).predict(words)))
        own = _macro(labelled, cues | _f1(candidate.scores))
        theirs, how = _champion(config, registry.place(reigning), labelled, words, cues)
        promoted = own >= theirs
        why = (
            f"macro F1 {VI.score(own, 4)} khi kiểm định chéo; mô hình {reigning or 'kèm sẵn'}: {VI.score(theirs, 4)} {VI.pair(how)}",
            f"macro F1 {own:.4f} by cross-validation; {reigning or 'shipped'}: {theirs:.4f} {EN.pair(how)}",
        )
        (registry.promote if promoted else registry.keep)(version, EN.pair(why), at)
        return _trained(version, labelled, candidate, folder, promoted=promoted, why=why)


def _assessed(file: Path, labelled: Labelled) -> dict[str, Any]:
    """Reads what `rasoat eval --json` wrote of the same labels, without the articles that it shows."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        same = found["labels_sha256"] == labelled.sha256
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{file}: not what `rasoat eval --json` writes", f"{file}: không phải kết quả của `rasoat eval --json`"
        ) from None
    if not same:
        raise InputError(
            f"{file}: tells of other labels; run `rasoat eval --json` on these",
            f"{file}: kết quả đánh giá trên tệp nhãn khác; hãy chạy lại `rasoat eval --json` với tệp nhãn này",
        )
    if found.get("folds") is None:  # a model that may have been trained on these very articles
        raise InputError(
            f"{file}: tells of one model, not of a cross-validation; run `rasoat eval --json` with --folds",
            f"{file}: là kết quả của một mô hình, không phải kiểm định chéo; hãy chạy `rasoat eval --json` kèm --folds",
        )
    return {key: value for key, value in found.items() if key not in OF_ARTICLES}


def _candidate(
    config: Config,
    labelled: Labelled,
    words: Sequence[Sequence[str]],
    marked: Sequence[Marked],
    encoder: Path | None,
    settings: TrainSettings,
    day: str,
    advance: Advance | None,
) -> Candidate:
    """Trains a model of the kind that is asked for."""
    book, labels, sha256 = config.codebook, labelled.labels, labelled.sha256
    if encoder is None:
        return train(book, words, labels, settings, marked=marked, sha256=sha256, at=day)
    tuning = replace(EncoderSettings(), seed=settings.seed)
    return train_encoder(book, encoder, words, labels, tuning, marked=marked, sha256=sha256, at=day, advance=advance)


def _champion(
    config: Config, folder: Path, labelled: Labelled, words: Sequence[Sequence[str]], cues: Mapping[str, float]
) -> tuple[float, Pair]:
    """Gives the champion's macro F1 on these labels and how it was found."""
    classifier, manifest = artefact.load(folder)
    if manifest.card["labels_sha256"] == labelled.sha256:
        rows = manifest.card["cross_validated"]["topics"]
        return _macro(labelled, {**cues, **{row["topic"]: row["f1"] for row in rows}}), CROSS_VALIDATED
    tagger = Tagger(config.codebook, classifier, manifest.version)
    scores = evaluate(tagger.asked, labelled.labels, *tagger.predict(words))
    return _macro(labelled, _f1(scores)), ON_THESE


def _f1(scores: Scores) -> dict[str, float]:
    return {score.topic: score.f1 for score in scores.topics}


def _macro(labelled: Labelled, f1: Mapping[str, float]) -> float:
    """Gives the mean F1 of the topics that some article has, to the four digits that a card keeps."""
    present = [topic for topic, column in zip(labelled.topics, labelled.labels.T, strict=True) if (column == 1).any()]
    return sum(round(f1[topic], 4) for topic in present) / len(present)


def _trained(
    version: str,
    labelled: Labelled,
    candidate: Candidate,
    folder: Path,
    *,
    promoted: bool,
    why: Pair,
) -> Trained:
    scores = candidate.scores
    rows = len(labelled.documents)
    reigned = why is REIGNS
    return Trained(
        version,
        rows,
        len(scores.topics),
        len(labelled.topics),
        scores.macro_f1,
        scores.micro_f1,
        folder,
        promoted,
        reigned,
        EN.pair(why),
        VI.pair(why),
    )
