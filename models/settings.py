"""How a classifier is trained: every number that shapes a model, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Settings of `TopicClassifier`. Chosen by 5-fold cross-validation on the labelled articles of the first directive."""

    c: float = 12.0  # inverse strength of the L2 penalty, over whole articles
    line_c: float = 4.0  # the same, over single lines
    max_class_weight: float = 6.0  # of an article with the topic; below it the root of how rare the topic is
    min_df: int = 3  # articles that must hold a term
    max_df: float = 0.5  # share of articles above which a term says nothing
    max_features: int = 60_000  # terms kept; keeps the model below 10 MB for 14 topics
    title_weight: int = 2  # times that the title's words count beside the body's
    themes: int = 100  # latent directions of articles (LSA) beside their terms
    theme_terms: int = 15_000  # commonest terms that themes are made of; keeps the model below 10 MB
    theme_scale: float = 0.7  # length of the themes' part of an article, whose terms have length 1
    cue_scale: float = 1.0  # of the scores that the cues alone give, beside the terms
    line_cue_scale: float = 0.5  # of what the cues say in a line, beside its terms
    beside_scale: float = 0.3  # of what they say in the lines before and after it
    place_scale: float = 0.3  # of where it stands in the article
    max_lines: int = 12_000  # lines of articles without the topic that speak against it, drawn at random
    folds: int = 5  # of the out-of-fold scores behind thresholds and calibration
    recall: float | None = None  # share of a topic's articles that its cut-off shall find; None: the best F1
    min_positives: int = 8  # labelled articles below which a topic is not learnt but left to its cues
    seed: int = 17
