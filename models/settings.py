"""How a classifier is trained: every number that shapes a model, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Settings of `TopicClassifier`. Chosen by 5-fold cross-validation on the labelled articles of the first directive."""

    c: float = 8.0  # inverse strength of the L2 penalty, over whole articles
    line_c: float = 4.0  # the same, over single sentences
    max_lines: int = 12_000  # lines that speak against topics, drawn at random; more cost time and add nothing
    max_class_weight: float = 6.0  # of an article with the topic; below it the root of how rare the topic is
    min_df: int = 3  # articles that must hold a term
    max_df: float = 0.5  # share of articles above which a term says nothing
    max_features: int = 60_000  # terms kept; keeps the model below 10 MB for 14 topics
    title_weight: int = 2  # times that the title's words count beside the body's
    folds: int = 3  # of the out-of-fold scores behind thresholds and calibration
    min_positives: int = 8  # labelled articles below which a topic is not learnt but left to its cues
    seed: int = 17
