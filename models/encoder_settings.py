"""How an encoder is fine-tuned: every number that shapes it, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Settings of `EncoderClassifier`: the usual ones for encoders of some 100 million weights.

    Rates, epochs and batches lie in the ranges that Devlin et al., "BERT" (2019), and Nguyen and Nguyen, "PhoBERT" (2020),
    give for fine-tuning. They were not chosen on labels of ours, as no weights ship with this program.
    """

    epochs: int = 4  # times that every article is learnt from
    batch_size: int = 16  # articles behind one step
    body_rate: float = 3e-5  # learning rate of the encoder, at its highest
    head_rate: float = 1e-3  # of the head, which begins with nothing
    warmup: float = 0.1  # share of the steps in which the rates rise
    weight_decay: float = 0.01
    max_tokens: int = 256  # of a passage; PhoBERT's window. Longer passages cost more and point less
    max_passages: int = 12  # read at once; of longer articles only the best passages are learnt from. Bounds the memory
    max_class_weight: float = 6.0  # of an article with the topic; below it the root of how rare the topic is
    folds: int = 3  # behind thresholds, calibration and scores; each is a fine-tuning of its own
    seed: int = 17
