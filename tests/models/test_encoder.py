"""A tiny encoder is built from the toy words and fine-tuned; where the extra is absent, its absence is tested."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from models import artefact
from models.artefact import MANIFEST
from models.card import model_card
from models.classifier import Marked
from models.codebook import UNLABELLED, Codebook
from models.encoder import METHOD, NEEDED, TOPICS_FILE, EncoderClassifier
from models.encoder_settings import EncoderSettings
from models.encoder_train import train_encoder
from models.errors import ModelError
from models.evaluate import evaluate
from models.tagger import Tagger

from .conftest import CODEBOOK, OTHER, SAID, TOPICS, best_lines, make, scores_of

SETTINGS = EncoderSettings(epochs=6, batch_size=8, body_rate=2e-3, head_rate=2e-2, folds=2)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = [line for lines in (*SAID.values(), OTHER) for line in lines]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Whoever opens a connection fails."""

    def refuse(*_, **__):
        pytest.fail("a connection was asked for")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def build(folder, lines, positions=32):
    """Writes a BERT of two layers with a tokenizer of the words in some lines; it has learnt nothing yet."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.train_from_iterator(lines, trainers.WordLevelTrainer(special_tokens=list(SPECIAL)))
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=words, **names).save_pretrained(folder)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        size = words.get_vocab_size()
        BertModel(BertConfig(vocab_size=size, max_position_embeddings=positions, **shape)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The folder of an encoder that knows words as the segmenter writes them."""
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        pytest.skip(f"{', '.join(lacking)} not installed: `make test-encoder` has the extra rasoat[encoder]")
    import torch

    torch.set_num_threads(1)  # so that sums come out the same every time
    return build(tmp_path_factory.mktemp("encoders") / "tiny", WORDS)


@pytest.fixture(scope="session")
def tuned(tiny, toy):
    """An encoder that has learnt the toy problem; tests must not change it."""
    return EncoderClassifier(CODEBOOK, SETTINGS).fit(tiny, *toy)


@pytest.fixture
def saved(tuned, tmp_path):
    artefact.save(tmp_path / "model", tuned, {"articles": 120}, {"MODEL_CARD.md": "# Thẻ mô hình\n"})
    return tmp_path / "model"


def test_encoder_learns_what_unseen_articles_are_about(tuned, unseen):
    words, labels = unseen
    scores = scores_of(tuned, words)
    learnt = evaluate(TOPICS, labels, scores, scores >= tuned.thresholds_).macro_f1
    always = evaluate(TOPICS, labels, np.ones(labels.shape), np.ones(labels.shape, dtype=bool)).macro_f1
    assert learnt > 0.9 > always


def test_evidence_is_the_line_that_speaks_for_the_topic(tuned, unseen):
    right = [
        words[best_lines(tuned, words, [topic])[topic]] in SAID[topic]
        for words, given in zip(*unseen, strict=True)
        for topic, yes in zip(TOPICS, given, strict=True)
        if yes
    ]
    assert sum(right) > 0.9 * len(right)


def test_article_beyond_the_window_is_read_passage_by_passage(tuned):
    telling, other = SAID["harvest"][0], [OTHER[0]] * 40
    alone, early, late, without = scores_of(tuned, [[telling], [telling, *other], [*other, telling], other])[:, 0]
    assert len(tuned.net_.reader.passages([*other, telling])) > 4
    assert min(alone, early, late) > tuned.thresholds_[0] > without
    assert best_lines(tuned, [*other, telling], ["harvest"]) == {"harvest": 40}


def test_long_article_is_learnt_from_by_its_best_passages_alone(tiny, toy):
    words = [[*lines, *[OTHER[0]] * 30] for lines in toy[0][:40]]
    settings = replace(SETTINGS, max_passages=2, epochs=1)
    model = EncoderClassifier(CODEBOOK, settings).fit(tiny, words, toy[1][:40])
    assert min(len(model.net_.reader.passages(lines)) for lines in words) > settings.max_passages
    scores = scores_of(model, words)
    assert scores.shape == (40, 2)
    assert np.isfinite(scores).all()


def test_article_without_a_word_has_no_topic(tuned):
    scores = scores_of(tuned, [[], [""], ["", ""]])
    assert not (scores >= tuned.thresholds_).any()
    assert best_lines(tuned, ["", ""], TOPICS) == {}


def test_same_labels_and_seed_give_the_same_version(tiny, toy):
    settings = replace(SETTINGS, epochs=1)
    words, labels = toy[0][:40], toy[1][:40]
    first, again, other = (
        artefact.version_of(EncoderClassifier(CODEBOOK, replace(settings, seed=seed)).fit(tiny, words, labels))
        for seed in (17, 17, 18)
    )
    assert first == again != other


def test_unlabelled_cells_say_nothing(tiny, toy):
    """Were they taken for "no", three of four articles of the topic would speak against it."""
    words, labels = toy
    having = np.flatnonzero(labels[:, 1] == 1)
    scores = {}
    for said in (UNLABELLED, 0):
        partial = labels.copy()
        partial[[row for place, row in enumerate(having) if place % 4], 1] = said
        model = EncoderClassifier(CODEBOOK, SETTINGS).fit(tiny, words, partial)
        scores[said] = scores_of(model, [words[row] for row in having])[:, 1].mean()
    assert scores[UNLABELLED] > scores[0] + 0.1


def test_marked_lines_teach_what_labels_of_articles_hide(tiny):
    """Every article has both telling lines, so that only the marks say which of them speaks for the harvest."""
    telling, beside = SAID["harvest"][0], SAID["school"][0]
    words = [[telling, beside] if n % 2 else [OTHER[n % 5]] for n in range(40)]
    labels = np.array([[n % 2] for n in range(40)], dtype=np.int8)
    own = Codebook(CODEBOOK.topics[:1])
    marks = [
        Marked(n, [line], np.array([[line == telling]], dtype=np.int8)) for n in range(1, 40, 2) for line in words[n]
    ]
    model = EncoderClassifier(own, SETTINGS).fit(tiny, words, labels, marks)
    assert scores_of(model, [[telling]])[0, 0] > 2 * scores_of(model, [[beside]])[0, 0]


def test_encoder_of_plain_text_gets_blanks_for_the_joints(tiny, tmp_path):
    from models.encoder_net import Reader

    plain = build(tmp_path / "plain", [line.replace("_", " ") for line in WORDS])
    reader, joined = Reader(plain, SETTINGS), Reader(tiny, SETTINGS)
    assert (reader.joined, joined.joined) == (False, True)
    (passage,) = reader.passages(["bà_con gặt lúa"])
    assert reader.tokenizer.convert_ids_to_tokens(list(passage.tokens)) == ["bà", "con", "gặt", "lúa"]
    (passage,) = joined.passages(["bà_con gặt lúa"])
    assert joined.tokenizer.convert_ids_to_tokens(list(passage.tokens)) == ["bà_con", "gặt", "lúa"]


def test_folder_as_phobert_comes_is_read(tiny, tmp_path):
    """No tokenizer.json, words and merges as fairseq wrote them, weights as PyTorch pickles them: only tensors are taken."""
    import torch
    from transformers import RobertaConfig, RobertaModel

    words = sorted({word for line in WORDS for word in line.split()})
    merges = dict.fromkeys(pair for word in words for pair in _merges(word))
    (tmp_path / "vocab.txt").write_text("".join(f"{word} 10\n" for word in words), encoding="utf-8")
    (tmp_path / "bpe.codes").write_text("".join(f"{left} {right} 1\n" for left, right in merges), encoding="utf-8")
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = RobertaConfig(vocab_size=len(words) + 5, max_position_embeddings=258, pad_token_id=1, **shape)
    weights = {f"roberta.{name}": value for name, value in RobertaModel(config).state_dict().items()}
    torch.save(weights, tmp_path / "pytorch_model.bin")
    said = config.to_dict() | {"tokenizer_class": "PhobertTokenizer", "architectures": ["RobertaForMaskedLM"]}
    (tmp_path / "config.json").write_text(json.dumps(said), encoding="utf-8")
    model = EncoderClassifier(CODEBOOK, replace(SETTINGS, epochs=1, max_tokens=999)).fit(tmp_path, *make(20))
    reader = model.net_.reader
    assert (reader.joined, reader.room) == (True, 254)
    (passage,) = reader.passages(["bà_con gặt lúa"])
    assert reader.tokenizer.convert_ids_to_tokens(list(passage.tokens)) == ["bà_con", "gặt", "lúa"]
    artefact.save(tmp_path / "model", model, {}, {})
    assert not list((tmp_path / "model").glob("*.bin"))
    words, _ = make(5)
    assert np.array_equal(scores_of(artefact.load(tmp_path / "model")[0], words), scores_of(model, words))


def _merges(word):
    """Gives the pairs that byte-pair encoding joins to build a word from its letters, left to right."""
    parts = [*word[:-1], f"{word[-1]}</w>"]
    while len(parts) > 1:
        yield parts[0], parts[1]
        parts[:2] = ["".join(parts[:2])]


def test_model_comes_back_as_it_was(saved, tuned, unseen):
    loaded, manifest = artefact.load(saved)
    assert isinstance(loaded, EncoderClassifier)
    assert np.array_equal(scores_of(loaded, unseen[0]), scores_of(tuned, unseen[0]))
    assert manifest == artefact.read_manifest(saved)
    assert manifest.version == artefact.version_of(tuned) == artefact.version_of(loaded)
    assert best_lines(loaded, unseen[0][0], TOPICS) == best_lines(tuned, unseen[0][0], TOPICS)


def test_artefact_holds_no_pickle(saved):
    names = {file.name for file in saved.iterdir()}
    assert {"config.json", "model.safetensors", TOPICS_FILE, MANIFEST} <= names
    assert {name.rpartition(".")[2] for name in names} == {"json", "safetensors", "md"}


@pytest.mark.parametrize("name", ["model.safetensors", TOPICS_FILE, "config.json", "tokenizer.json"])
def test_changed_file_is_named_with_the_remedy(saved, name):
    data = bytearray((saved / name).read_bytes())
    data[len(data) // 2] ^= 1
    (saved / name).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{name}: its SHA-256 is not the manifest's; restore"):
        artefact.load(saved)


def test_foreign_file_in_place_of_the_topics_is_refused(saved):
    shutil.copy(saved / "model.safetensors", saved / TOPICS_FILE)
    manifest = json.loads((saved / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][TOPICS_FILE] = manifest["files"]["model.safetensors"]
    (saved / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match=rf"{TOPICS_FILE}: not a model of ours"):
        artefact.load(saved)


def test_tagger_takes_an_encoder_as_its_champion(tuned, unseen):
    tagger = Tagger(CODEBOOK, tuned, "0123456789ab")
    scores, decided = tagger.predict(unseen[0])
    assert np.allclose(scores, scores_of(tuned, unseen[0]))
    assert np.array_equal(decided, scores >= tuned.thresholds_)
    assert (tagger.topics, tagger.cued, tagger.version) == (TOPICS, (), "0123456789ab")
    assert tagger.cutoffs().tolist() == tuned.thresholds_.tolist()


def test_candidate_has_a_card_with_held_out_scores(tiny, toy):
    said = []
    candidate = train_encoder(
        CODEBOOK, tiny, *toy, SETTINGS, sha256="abc", at="2026-11-26", advance=lambda *how_far: said.append(how_far)
    )
    assert candidate.scores.macro_f1 > 0.7
    assert said[-1] == (len(said), len(said))
    assert len(said) == SETTINGS.epochs * SETTINGS.folds * len(toy[0])
    text = model_card("0123456789ab", candidate.card, METHOD)
    assert "rasoat train --labels FILE --encoder tiny --out DIR --seed 17" in text
    assert "`abc`" in text


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_folder_that_lacks_a_file_is_told_what(tiny, toy, tmp_path, name):
    folder = shutil.copytree(tiny, tmp_path / "encoder")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{folder}: lacks {name}; copy all files"):
        EncoderClassifier(CODEBOOK, SETTINGS).fit(folder, *toy)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_damaged_file_of_a_folder_is_a_clear_error(tiny, toy, tmp_path, name):
    folder = shutil.copytree(tiny, tmp_path / "encoder")
    (folder / name).write_bytes((folder / name).read_bytes()[:40])
    with pytest.raises(ModelError, match=rf"{folder}: not an encoder that can be read \(.+\); copy") as caught:
        EncoderClassifier(CODEBOOK, SETTINGS).fit(folder, *toy)
    assert "\n" not in str(caught.value)


def test_weights_of_half_an_encoder_are_refused(tiny, toy, tmp_path):
    from safetensors.numpy import load_file, save_file

    folder = shutil.copytree(tiny, tmp_path / "encoder")
    arrays = load_file(folder / "model.safetensors")
    kept = {name: array for name, array in arrays.items() if "layer.1." not in name}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelError, match=r"lacks encoder\.layer\.1\."):
        EncoderClassifier(CODEBOOK, SETTINGS).fit(folder, *toy)


def test_folder_that_is_not_there_is_named(tiny, toy, tmp_path):
    with pytest.raises(ModelError, match=r"nowhere: no such folder; --encoder names a folder"):
        EncoderClassifier(CODEBOOK, SETTINGS).fit(tmp_path / "nowhere", *toy)


def test_without_the_extra_the_remedy_is_told(toy, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match=r"needs .*torch.*; run pip install 'rasoat\[encoder\]'"):
        EncoderClassifier(CODEBOOK, SETTINGS).fit(tmp_path, *toy)


WITHOUT_EXTRA = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name in ("torch", "transformers", "tokenizers", "safetensors"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Without())
import models.encoder_train, models.registry, models.tagger
print("models.encoder_net" in sys.modules)
"""


def test_default_model_works_where_the_extra_is_not_installed():
    """Other libraries import torch where they find it; what we import may neither need it nor wake our room for it."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_EXTRA], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
