import json
import pickle
import shutil
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import skops.io

from models import artefact
from models.artefact import MANIFEST, MODEL
from models.errors import ModelError

from .conftest import scores_of

CARD = {"articles": 120}


@pytest.fixture(scope="module")
def saved(classifier, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "saved"
    artefact.save(folder, classifier, CARD, {"MODEL_CARD.md": "# Thẻ mô hình\n"})
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    """A copy to be damaged."""
    return shutil.copytree(saved, tmp_path / "model")


def change_manifest(folder, **changes):
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | changes), encoding="utf-8")


def test_model_comes_back_as_it_was(saved, classifier, unseen):
    loaded, manifest = artefact.load(saved)
    assert np.array_equal(scores_of(loaded, unseen[0]), scores_of(classifier, unseen[0]))
    assert manifest == artefact.read_manifest(saved)
    assert manifest.version == artefact.version_of(classifier) == artefact.version_of(loaded)
    assert (manifest.topics, manifest.card) == (classifier.topics, CARD)


def test_artefact_holds_no_pickle_and_needs_no_trust(saved):
    assert skops.io.get_untrusted_types(file=saved / MODEL) == []
    with ZipFile(saved / MODEL) as parts:
        assert {name.rpartition(".")[2] for name in parts.namelist()} == {"json", "npy"}


@pytest.mark.parametrize("name", [MODEL, "MODEL_CARD.md"])
def test_changed_file_is_named_with_the_remedy(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{name}: its SHA-256 is not the manifest's; restore") as caught:
        artefact.load(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", [MODEL, "MODEL_CARD.md", MANIFEST])
def test_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: (missing|no such file)"):
        artefact.load(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, r"format 99, this program reads 2; upgrade rasoat"),
        ({"segmenter": "0"}, r"segmenter '0', this program has '1'; train again"),
        ({"files": {"../../etc/passwd": ""}}, r"manifest.json: damaged \(files\)"),
        ({"files": {}}, r"manifest.json: damaged \(files\)"),
        ({"topics": None}, r"manifest.json: damaged"),
    ],
)
def test_foreign_manifest_is_refused(folder, changes, message):
    change_manifest(folder, **changes)
    with pytest.raises(ModelError, match=message):
        artefact.load(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "\udcff"])
def test_damaged_manifest_is_refused(folder, text):
    (folder / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match=MANIFEST):
        artefact.read_manifest(folder)


class Foreign:
    pass


def refuse(folder, message):
    change_manifest(folder, files={MODEL: artefact._sha256(folder / MODEL)})
    with pytest.raises(ModelError, match=message):
        artefact.load(folder)


def test_foreign_types_are_refused(folder):
    skops.io.dump({"topics": Foreign()}, folder / MODEL)
    refuse(folder, r"model.skops: holds .*Foreign.*do not use this file")


@pytest.mark.parametrize("state", [{}, [1], {"topics": ["a"]}])
def test_other_plain_data_is_refused(folder, state):
    skops.io.dump(state, folder / MODEL)
    refuse(folder, r"model.skops: not a model of ours")


@pytest.mark.parametrize(
    "name",
    ["thresholds", "unsure_to", "coef", "intercept", "line_coef", "line_intercept", "idf", "view_mean", "view_scale"],
)
def test_arrays_of_wrong_shape_are_refused(folder, classifier, name):
    skops.io.dump(classifier.state() | {name: np.zeros(1)}, folder / MODEL)
    refuse(folder, r"model.skops: not a model of ours \(arrays of ")


@pytest.mark.parametrize("shape", [(3,), (2, 10_000)])
def test_themes_of_other_terms_are_refused(folder, classifier, shape):
    skops.io.dump(classifier.state() | {"themes": np.zeros(shape)}, folder / MODEL)
    refuse(folder, r"model.skops: not a model of ours \(themes of ")


def test_cues_of_another_reader_are_refused(folder, classifier):
    skops.io.dump(classifier.state() | {"cues_reader": "weak-0"}, folder / MODEL)
    refuse(folder, r"not a model of ours \(learnt with cues read by weak-0, .*train again")


def test_pickle_is_never_read(folder):
    (folder / MODEL).write_bytes(pickle.dumps({"topics": []}))
    refuse(folder, r"model.skops: not a model of ours")


def test_model_that_would_fill_the_memory_is_refused_unread(folder, monkeypatch):
    with ZipFile(folder / MODEL) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    monkeypatch.setattr(artefact, "MAX_UNPACKED_BYTES", unpacked - 1)
    monkeypatch.setattr(artefact, "read_plain", lambda *_: pytest.fail("was read"))
    refuse(folder, rf"model.skops: {unpacked:,} bytes unpacked, which no model of ours has")


class Killed(BaseException):
    """Stands for a process that ends at once: nothing of ours catches it."""


def test_save_killed_between_its_renames_leaves_the_older_model(folder, classifier, monkeypatch):
    before = artefact.read_manifest(folder)
    rename, done = Path.rename, []

    def killed(path, target):
        if done:
            raise Killed
        done.append(rename(path, target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(Killed):
            artefact.save(folder, classifier, {"articles": 7}, {})
    assert not folder.exists()
    assert artefact.read_manifest(folder) == artefact.load(folder)[1] == before
    artefact.save(folder, classifier, {"articles": 8}, {})
    assert artefact.load(folder)[1].card == {"articles": 8}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_saving_again_replaces_a_model(folder, classifier):
    artefact.save(folder, classifier, {"articles": 7}, {})
    assert artefact.load(folder)[1].card == {"articles": 7}
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, MODEL]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_folder_of_something_else_is_left_alone(tmp_path, classifier):
    (tmp_path / "thesis.docx").write_text("precious")
    with pytest.raises(ModelError, match="holds something that is not a model"):
        artefact.save(tmp_path, classifier, {}, {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_failed_save_leaves_nothing_behind(folder, classifier, monkeypatch):
    before = artefact.read_manifest(folder)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(skops.io, "dump", full)
    with pytest.raises(OSError, match="No space left"):
        artefact.save(folder, classifier, {"articles": 7}, {})
    assert artefact.load(folder)[1] == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
