"""The model card: what a reader should know of a model before trusting it, written from its report card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from textwrap import fill
from typing import Any, Final

CARD: Final = "MODEL_CARD.md"

_TEXT: Final = Template("""# Model card

Tags Vietnamese articles with the topics of one directive's codebook: a probability and a decision for each topic, and
the sentence that speaks for it most.

- **Version** $version (12 hex digits of the SHA-256 of everything the model computes with)
- **Trained** $at, with seed $seed
- **Made by** $made
$code
## Data

$articles labelled articles. An article carries every topic to which it gives at least one full sentence of substance. In
$marked of them readers marked the sentences that speak for each topic. $not_learnt

SHA-256 of their texts, labels and marks: `$sha256`
$kept
## Method

$method

## Scores

$folds-fold cross-validation on the same articles: each is scored by models that were not trained on it, with cut-offs that
it had no part in; the vocabulary and the themes, which use no label, are those of all articles. Intervals are 95 %
limits of a bootstrap over articles ($resamples draws); AP is average precision. The few settings of the recipe were chosen
by such scores, which flatters them a little; so does a codebook whose phrases were written by someone who had read them.

| topic | articles | precision | recall | F1 | 95 % | AP | cut-off |
|---|---|---|---|---|---|---|---|
$rows

**Macro F1 $macro ($macro_low–$macro_high), micro F1 $micro, mean AP $map.**
$judged$agreement$assessed$calibration$evidence$slices$variants
## Limits

- The scores hold for articles like those it was trained on. Where these were picked for rare or doubtful topics, a
  night's ordinary news has fewer articles of every topic, and precision is lower than the table says.
- Topics with few articles have wide intervals; read their suggestions before relying on a count.
- It reads words, not claims: irony, denial and whose opinion is quoted are lost on it. Text in pictures, sound and video
  is not read, nor anything beyond the first 200,000 characters.
- It knows the vocabulary of its years; new slogans and names of campaigns need new labels.

## Intended use

To rank and suggest articles for reviewers, and to count what no reviewer has read yet, marked as machine counts. A
suggestion is never a label, and no verdict on an outlet should rest on it alone. Not meant for judging persons, for
other languages, or for texts that are not news.
""")


def model_card(version: str, card: Mapping[str, Any], method: str) -> str:
    """Gives the card as Markdown, from the report card that `models.train` wrote."""
    scores, recall = card["cross_validated"], card["settings"].get("recall")
    seen = card.get("assessed", scores)  # which of them tells of calibration, evidence and slices
    return _TEXT.substitute(
        version=version,
        at=card["at"] or "at an unknown time",
        seed=card["settings"]["seed"],
        made=_made(card),
        code=_code(card),
        kept=_kept(card.get("kept")),
        articles=f"{card['articles']:,}",
        sha256=card["labels_sha256"] or "unknown",
        marked=f"{card['marked_articles']:,}",
        not_learnt=_not_learnt(card["not_learnt"]),
        method=fill(f"Words by underthesea (its CRF, tone marks mended), one sentence a line. {method}", 118)
        + _cutoffs(recall),
        folds=scores["folds"],
        resamples=scores["resamples"],
        rows="\n".join(_row(topic, card["thresholds"][topic["topic"]]) for topic in scores["topics"]),
        macro=f"{scores['macro_f1']:.3f}",
        macro_low=f"{scores['macro_low']:.3f}",
        macro_high=f"{scores['macro_high']:.3f}",
        micro=f"{scores['micro_f1']:.3f}",
        map=f"{scores['mean_average_precision']:.3f}",
        judged=_judged(card.get("judged")),
        agreement=_agreement(card.get("agreement", ())),
        assessed=_assessed(card["assessed"]) if "assessed" in card else "",
        calibration=_calibration(seen.get("calibration", ())),
        evidence=_evidence(seen.get("evidence", ())),
        slices=_slices(seen.get("slices", ())),
        variants=_variants(seen.get("variants", ())),
    )


def _made(card: Mapping[str, Any]) -> str:
    """Says which command makes the same model again."""
    seed, recall = card["settings"]["seed"], card["settings"].get("recall")
    if card.get("source") == "store":
        call, also = (
            f"rasoat retrain --seed {seed}",
            "Learnt were the labels of the campaign's store as they stood then",
        )
    else:
        encoder = f" --encoder {card['encoder']}" if "encoder" in card else ""
        call = f"rasoat train --labels FILE{encoder}{'' if recall is None else f' --recall {recall:g}'} --out DIR --seed {seed}"
        also = "The file holds the labelled articles, then the rows of marked sentences"
    same = "the same labels, seed, library versions and kind of processor give the same version"
    return fill(f"`{call}`; {same}. {also}", 118, initial_indent="", subsequent_indent="  ", break_on_hyphens=False)


def _code(card: Mapping[str, Any]) -> str:
    """Names code and libraries; cards of older models do not."""
    if "code_sha256" not in card:
        return ""
    names = ", ".join(f"{name} {number}" for name, number in card["libraries"].items())
    return f"- **With** {names}; SHA-256 of the code of `models`: `{card['code_sha256']}`\n"


def _kept(kept: Mapping[str, Any] | None) -> str:
    if not kept:
        return ""
    text = (
        f"Kept from training to judge models: {kept['articles']:,} labelled articles, {kept['judging']:,} of them read in the "
        "uniform sample, the others reprints of these or drawn and not yet read."
    )
    return f"\n{fill(text, 118)}\n"


def _judged(judged: Mapping[str, Any] | None) -> str:
    """Writes what the gate measured, on readings that neither model was trained on."""
    if not judged:
        return ""
    text = (
        f"Compared with `{judged['against']}` on {judged['articles']:,} readings of the uniform sample ({judged['clusters']:,} "
        f"texts) that neither model was trained on. Limits are the lower ones of a paired bootstrap over texts, one-sided at "
        f"{100 * judged['level']:g} %; a unit blocks below −{judged['margin']:g}. Topics with few positives are pooled."
    )
    rows = "".join(
        f"| {'`' + unit['topic'] + '`' if unit['topic'] else 'other topics'} | {unit['positives']} | {unit['champion']:.3f} | "
        f"{unit['candidate']:.3f} | {unit['difference']:+.3f} | {unit['low']:+.3f} | {_say(unit)} |\n"
        for unit in judged["units"]
    )
    gain = "–" if judged["gain"] is None else f"{judged['gain']:+.3f}"
    own, other = judged["candidate"], judged["champion"]
    also = (
        f"Mean gain {gain}. Calibration error {own['calibration_error']:.4f} (before: {other['calibration_error']:.4f}), recall "
        f"{own['recall']:.3f}, with 95 % certainty at least {own['recall_low']:.3f} (before: {other['recall_low']:.3f})."
    )
    head = "| topic | articles | F1 before | F1 | difference | limit | |\n|---|---|---|---|---|---|---|"
    return f"\n## Against the model in use\n\n{fill(text, 118)}\n\n{head}\n{rows}\n{fill(also, 118)}\n"


def _say(unit: Mapping[str, Any]) -> str:
    if not unit["judged"]:
        return "too few to judge"
    return "blocks" if unit["blocks"] else ""


def _agreement(topics: Sequence[Mapping[str, Any]]) -> str:
    """Writes how far two readers agree: no model can be shown to do better."""
    if not topics:
        return ""
    rows = "".join(
        f"| `{row['topic']}` | {row['articles']} | {_figure(row['alpha'])} | {_figure(row['f1'])} |\n" for row in topics
    )
    text = (
        "Articles that two people read without seeing each other's words; F1 is that of one reader against the other."
    )
    head = "| topic | articles | Krippendorff's alpha | F1 |\n|---|---|---|---|"
    return f"\n## What two readers reach\n\n{text}\n\n{head}\n{rows}"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _assessed(scores: Mapping[str, Any]) -> str:
    """Writes what `rasoat eval` found beside, on articles that were chosen to be scored."""
    which = f" with {scores['scored_on']}" if scores["scored_on"] else ""
    text = (
        f"A second look, by `rasoat eval`: only the {scores['articles']:,} articles{which} are scored, by models trained on "
        f"all others ({scores['folds']} folds, {scores['repeats']} repeats). What follows is of these articles."
    )
    rows = "".join(
        f"| `{row['topic']}` | {row['positives']} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | "
        f"{row['low']:.3f}–{row['high']:.3f} |\n"
        for row in scores["topics"]
    )
    total = (
        f"**Macro F1 {scores['macro_f1']:.3f} ({scores['macro_low']:.3f}–{scores['macro_high']:.3f}), micro F1 "
        f"{scores['micro_f1']:.3f}, mean AP {scores['mean_average_precision']:.3f}.**"
    )
    head = "| topic | articles | precision | recall | F1 | 95 % |\n|---|---|---|---|---|---|"
    return f"\n## Articles that were kept apart\n\n{fill(text, 118)}\n\n{head}\n{rows}\n{total}\n"


def _not_learnt(topics: Sequence[str]) -> str:
    if not topics:
        return "Every topic had enough of them to be learnt."
    return f"Too few for {', '.join(f'`{topic}`' for topic in topics)}: left to the codebook's cues."


def _cutoffs(recall: float | None) -> str:
    """Says where the cut-offs are not those of the method."""
    if recall is None:
        return ""
    text = (
        f"The cut-offs of this model are not those of the best F1: they were chosen for a recall of {recall:g}, so that each "
        f"topic finds at least the share {recall:g} of its held-out articles, at the cost of precision."
    )
    return f"\n\n{fill(text, 118)}"


def _row(topic: Mapping[str, Any], threshold: float) -> str:
    precision = topic["average_precision"]
    return (
        f"| `{topic['topic']}` | {topic['positives']} | {topic['precision']:.3f} | {topic['recall']:.3f} | {topic['f1']:.3f}"
        f" | {topic['low']:.3f}–{topic['high']:.3f} | {_figure(precision)} | {threshold:.3f} |"
    )


def _calibration(topics: Sequence[Mapping[str, Any]]) -> str:
    """Writes how far scores can be believed; cards of older models say nothing of it."""
    if not topics:
        return ""
    every, *each = topics
    worst = max(each, key=lambda topic: float(topic["error"]))
    text = (
        f"Expected calibration error {every['error']:.4f} over {every['cells']:,} pairs of article and topic, Brier score "
        f"{every['brier']:.4f}; farthest off is `{worst['topic']}` ({worst['error']:.3f}). Of the pairs with these scores, so "
        "many were true:"
    )
    bins = "".join(
        f"| {bin_['low']:.1f}–{bin_['high']:.1f} | {bin_['cells']:,} | {bin_['said']:.3f} | {bin_['true']:.3f} |\n"
        for bin_ in every["bins"]
    )
    return f"\n## Calibration\n\n{fill(text, 118)}\n\n| score | pairs | mean score | true |\n|---|---|---|---|\n{bins}"


def _evidence(topics: Sequence[Mapping[str, Any]]) -> str:
    if not topics:
        return ""
    every, *each = topics
    text = (
        f"Of the sentences shown for topics rightly given, in articles that readers marked, {every['marked']} of "
        f"{every['shown']} had been marked: {every['precision']:.3f} ({every['low']:.3f}–{every['high']:.3f})."
    )
    rows = "".join(f"| {row['topic']} | {row['shown']} | {row['precision']:.3f} |\n" for row in each)
    return f"\n## Evidence\n\n{fill(text, 118)}\n\n| topic | shown | marked by readers |\n|---|---|---|\n{rows}"


def _slices(slices: Sequence[Mapping[str, Any]]) -> str:
    if not slices:
        return ""
    rows = "".join(_slice_row(row) for row in slices)
    return (
        "\n## Slices\n\nArticles that are hard for a reason seen in their text; scores pool all topics of a slice. What a slice\n"
        "is, `models/slices.py` says. Columns of the label file make slices of their own.\n\n"
        f"| slice | articles | labels | precision | recall | F1 | 95 % |\n|---|---|---|---|---|---|---|\n{rows}"
    )


def _slice_row(row: Mapping[str, Any]) -> str:
    start = f"| {row['name'].replace('_', ' ')} | {row['articles']:,} | {row['positives']:,} |"
    if not row["positives"]:
        return f"{start} – | – | – | – |\n"
    figures = f"{row['precision']:.3f} | {row['recall']:.3f} | {row['micro_f1']:.3f}"
    return f"{start} {figures} | {row['low']:.3f}–{row['high']:.3f} |\n"


def _variants(variants: Sequence[Mapping[str, Any]]) -> str:
    if not variants:
        return ""
    rows = "".join(
        f"| {row['name'].replace('_', ' ')} | {row['macro_f1']:.3f} | {row['difference']:+.3f} | {row['low']:+.3f} … "
        f"{row['high']:+.3f} |\n"
        for row in variants
    )
    return (
        f"\nThe same articles, made worse by `models/perturb.py`; as they are, macro F1 is {variants[0]['macro_before']:.3f}:\n\n"
        f"| change | macro F1 | difference | 95 % |\n|---|---|---|---|\n{rows}"
    )
