"""A Hugging Face encoder of a local folder under one linear head: reading, fine-tuning, margins. The only room with torch.

Nothing is ever asked of a network: the libraries are told so before they are imported, and again at every call.
"""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

import numpy as np

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}

import huggingface_hub
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.utils import logging

from models.codebook import UNLABELLED
from models.encoder_settings import EncoderSettings
from models.errors import ModelError
from models.passages import Passage, cut

WEIGHTS: Final = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
VOCABULARIES: Final = ("tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model")
JOINED_SHARE: Final = (
    0.01  # of a vocabulary; PhoBERT's holds tens of thousands of "đại_hội", one of plain text hardly any
)
DEFAULT_POSITIONS: Final = 512  # where a configuration names none, as with relative positions
_PASSING: Final = ("_name_or_path", "transformers_version", "dtype")  # of a configuration: not of what is computed
_UNREAD: Final = (  # what the libraries raise on folders that are damaged, of another kind, or ask for further packages
    OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError, EOFError, SafetensorError,
    pickle.UnpicklingError,
)  # fmt: skip

Step = Callable[[], None]  # called for each article that was learnt from

huggingface_hub.constants.HF_HUB_OFFLINE = True  # underthesea may have imported it before us
logging.set_verbosity_error()
logging.disable_progress_bar()


@dataclass(frozen=True, slots=True)
class Item:
    """What is learnt from: passages of which the best speaks for each topic, and the labels (n_topics,)."""

    passages: Sequence[Passage]
    labels: np.ndarray  # 1, 0, or UNLABELLED


class Reader:
    """The tokenizer of a folder, and how long its passages are.

    `joined` says whether it knows words as the segmenter writes them, "đại_hội"; otherwise it gets them with blanks.
    """

    def __init__(self, folder: Path, settings: EncoderSettings) -> None:
        config, self.tokenizer = _read(folder, AutoConfig), _read(folder, AutoTokenizer)
        if getattr(config, "is_encoder_decoder", False):
            raise ModelError("encoder_unread", folder=folder, text=f"{config.model_type}: not a plain encoder")
        vocabulary = self.tokenizer.get_vocab()
        self.joined = sum("_" in entry.strip("_") for entry in vocabulary) > JOINED_SHARE * len(vocabulary)
        marks = self.tokenizer
        self.first = _first_of(marks.cls_token_id, marks.bos_token_id)
        self.last = _first_of(marks.sep_token_id, marks.eos_token_id)
        self.padding = marks.pad_token_id or 0
        positions = getattr(config, "max_position_embeddings", None) or DEFAULT_POSITIONS
        usable = (
            positions - 1 - (config.pad_token_id or 0)
        )  # RoBERTa and its kin count positions from behind the padding
        self.room = min(settings.max_tokens, usable, marks.model_max_length) - len(self.first) - len(self.last)
        if self.room < 1:
            raise ModelError("encoder_unread", folder=folder, text=f"a window of {positions} tokens")

    def passages(self, words: Sequence[str]) -> list[Passage]:
        """Cuts a segmented article into passages."""
        lines = [line if self.joined else line.replace("_", " ") for line in words]
        return cut(self.tokenizer(lines, add_special_tokens=False)["input_ids"], self.room) if lines else []

    def tensors(self, passages: Sequence[Passage]) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns the tokens of passages with the marks around them, and which are not padding; (n_passages, n_tokens)."""
        rows = [torch.tensor([*self.first, *passage.tokens, *self.last]) for passage in passages]
        there = [torch.ones(len(row), dtype=torch.long) for row in rows]
        return pad_sequence(rows, batch_first=True, padding_value=self.padding), pad_sequence(there, batch_first=True)


class Net:
    """An encoder and its head. The margin of a passage is the head's logit over the mean of its tokens."""

    def __init__(self, reader: Reader, body: Any, head: Any) -> None:
        self.reader, self.body, self.head = reader, body, head

    @classmethod
    def fresh(cls, folder: Path, reader: Reader, topics: int) -> Net:
        """Gives the encoder as it stands in a folder under a head that knows nothing yet."""
        body = _body(folder)
        head = torch.nn.Linear(body.config.hidden_size, topics)
        torch.nn.init.normal_(head.weight, std=0.02)
        torch.nn.init.zeros_(head.bias)
        return cls(reader, body, head)

    @classmethod
    def restored(cls, folder: Path, reader: Reader, weight: np.ndarray, bias: np.ndarray) -> Net:
        """Gives the encoder of a folder under the head that was learnt with it.

        Raises:
            ModelError: the head is not of this encoder.
        """
        body = _body(folder)
        if weight.shape != (len(bias), body.config.hidden_size):
            raise ModelError("encoder_unread", folder=folder, text=f"a head of {weight.shape}")
        head = torch.nn.Linear(body.config.hidden_size, len(bias))
        head.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
        return cls(reader, body, head)

    def predict(self, passages: Sequence[Passage], at_once: int) -> np.ndarray:
        """Returns (n_passages, n_topics), reading so many passages at once."""
        starts = range(0, len(passages), at_once)
        with torch.no_grad():
            parts = [self._margins(passages[start : start + at_once]).numpy() for start in starts]
        return np.vstack(parts) if parts else np.zeros((0, self.head.out_features), dtype=np.float32)

    def tune(self, items: Sequence[Item], class_weights: np.ndarray, settings: EncoderSettings, step: Step) -> None:
        """Learns by AdamW with a linear warm-up and decay; the loss leaves out what is unlabelled."""
        groups = ((self.body, settings.body_rate), (self.head, settings.head_rate))
        optimizer = torch.optim.AdamW(
            [{"params": list(part.parameters()), "lr": rate} for part, rate in groups],
            weight_decay=settings.weight_decay,
        )
        total = settings.epochs * ceil(len(items) / settings.batch_size)
        warm = max(1, round(settings.warmup * total))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda done: min((done + 1) / warm, (total - done) / max(1, total - warm))
        )
        weights = torch.tensor(class_weights, dtype=torch.float32)
        self.body.train()
        for _ in range(settings.epochs):
            for chosen in torch.randperm(len(items)).split(settings.batch_size):
                batch = [items[place] for place in chosen.tolist()]
                for group in self._groups(batch, settings.max_passages):
                    (self._loss(group, weights) / len(batch)).backward()
                for _ in batch:
                    step()
                torch.nn.utils.clip_grad_norm_([*self.body.parameters(), *self.head.parameters()], 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
        self.body.eval()

    def arrays(self) -> dict[str, np.ndarray]:
        """Gives all weights by name."""
        parts = {"body": self.body, "head": self.head}
        return {
            f"{part}.{name}": value.detach().numpy()
            for part, module in parts.items()
            for name, value in module.state_dict().items()
        }

    def description(self) -> str:
        """Tells all that it computes with beside its weights: the encoder's configuration, the tokenizer's vocabulary."""
        config = {name: value for name, value in self.body.config.to_diff_dict().items() if name not in _PASSING}
        return json.dumps([config, self.reader.tokenizer.get_vocab()], sort_keys=True, default=str)

    def write(self, folder: Path) -> None:
        """Writes encoder and tokenizer as a Hugging Face folder, without pickle; the head is left to the caller."""
        self.body.save_pretrained(folder)
        self.reader.tokenizer.save_pretrained(folder)

    def _groups(self, items: Sequence[Item], most: int) -> Iterator[list[Item]]:
        """Yields what is read at once: items of together at most so many passages, none without any."""
        group: list[Item] = []
        room = most
        for item in items:
            passages = self._speaking(item.passages, most)
            if group and len(passages) > room:
                yield group
                group, room = [], most
            if passages:
                group.append(Item(passages, item.labels))
                room -= len(passages)
        if group:
            yield group

    def _loss(self, group: Sequence[Item], weights: torch.Tensor) -> torch.Tensor:
        """Returns the sum over items of the mean over the topics that are labelled."""
        margins = self._margins([passage for item in group for passage in item.passages])
        best = torch.stack([own.amax(dim=0) for own in margins.split([len(item.passages) for item in group])])
        labels = torch.from_numpy(np.stack([item.labels for item in group]))
        truth, known = (labels == 1).to(best.dtype), (labels != UNLABELLED).to(best.dtype)
        loss = binary_cross_entropy_with_logits(best, truth, reduction="none", pos_weight=weights)
        return ((loss * known).sum(dim=1) / known.sum(dim=1).clamp(min=1)).sum()

    def _speaking(self, passages: Sequence[Passage], most: int) -> Sequence[Passage]:
        """Gives the passages that are the best of some topic, where there are too many to learn from: no other has a say."""
        if len(passages) <= most:
            return passages
        self.body.eval()
        margins = self.predict(passages, most)
        self.body.train()
        return [passages[place] for place in np.unique(margins.argmax(axis=0))[:most]]

    def _margins(self, passages: Sequence[Passage]) -> torch.Tensor:
        tokens, there = self.reader.tensors(passages)
        hidden = self.body(input_ids=tokens, attention_mask=there).last_hidden_state
        mask = there.unsqueeze(-1).to(hidden.dtype)
        margins: torch.Tensor = self.head((hidden * mask).sum(dim=1) / mask.sum(dim=1))
        return margins


@contextmanager
def one_thread() -> Iterator[None]:
    """Computes on one core: the engine decides how many processes tag, and sums come out the same everywhere."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draws what the seed says, and disturbs nobody else's draws."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def check_folder(folder: Path) -> None:
    """Looks whether a folder has the files of an encoder, before hours are spent on it.

    Raises:
        ModelError: it is not there, or names what it lacks.
    """
    if not folder.is_dir():
        raise ModelError("encoder_absent", folder=folder)
    wanted = (("config.json",), WEIGHTS, VOCABULARIES)
    lacking = [names[0] for names in wanted if not any((folder / name).is_file() for name in names)]
    if lacking:
        raise ModelError("encoder_incomplete", folder=folder, names=", ".join(lacking))


def write_arrays(file: Path, arrays: Mapping[str, np.ndarray], texts: Mapping[str, str]) -> None:
    """Writes arrays and texts by name."""
    save_file({name: np.ascontiguousarray(value) for name, value in arrays.items()}, file, dict(texts))


def read_arrays(file: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Gives what `write_arrays` wrote.

    Raises:
        ValueError: the file is something else.
    """
    try:
        with safe_open(file, framework="numpy") as opened:
            return {name: opened.get_tensor(name) for name in opened.keys()}, opened.metadata() or {}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(str(error)) from error


def _body(folder: Path) -> Any:
    """Reads the encoder, every weight of it, as 32-bit numbers."""
    body, report = _read(folder, AutoModel, output_loading_info=True)
    lacking = sorted(name for name in report["missing_keys"] if "pooler" not in name)  # our head stands in its place
    if lacking:
        raise ModelError("encoder_incomplete", folder=folder, names=", ".join(lacking[:3]))
    return body.float().eval()


def _read(folder: Path, kind: Any, **options: Any) -> Any:
    check_folder(folder)
    try:
        return kind.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False, **options)
    except _UNREAD as error:
        raise ModelError("encoder_unread", folder=folder, text=str(error).strip().split("\n")[0]) from error


def _first_of(*marks: int | None) -> tuple[int, ...]:
    return next(((mark,) for mark in marks if mark is not None), ())
