from dataclasses import replace

import numpy as np

from models.assess import assess, worsened
from models.card import _evidence, model_card
from models.classifier import METHOD
from models.document import Document
from models.folds import Material, Plan, cross_validate
from models.heldout import spoken_held_out
from models.train import train

from .conftest import CODEBOOK, SETTINGS, TOPICS


def test_card_tells_data_scores_and_limits(toy):
    candidate = train(CODEBOOK, *toy, SETTINGS, sha256="ab" * 32, at="2020-10-01")
    card = model_card("0123456789ab", candidate.card, METHOD)
    assert "**Version** 0123456789ab" in card
    assert "**Trained** 2020-10-01, with seed 17" in card
    assert "120 labelled articles" in card
    assert "ab" * 32 in card
    assert "5-fold cross-validation" in card
    assert all(f"| `{topic}` |" in card for topic in TOPICS)
    assert "$" not in card


def test_card_says_for_which_recall_the_cutoffs_were_chosen(toy):
    plain = model_card("0123456789ab", train(CODEBOOK, *toy, SETTINGS).card, METHOD)
    candidate = train(CODEBOOK, *toy, replace(SETTINGS, recall=0.9))
    card = model_card("0123456789ab", candidate.card, METHOD)
    assert "--labels FILE --recall 0.9 --out DIR" in card
    assert "were chosen for a recall of 0.9, so that" in card
    assert "recall of" not in plain
    assert "--recall" not in plain


def test_card_names_the_topics_left_to_their_cues(toy):
    words, labels = toy
    few = labels.copy()
    few[few[:, 1] == 1, 1] = 0
    card = model_card("0123456789ab", train(CODEBOOK, words, few, SETTINGS).card, METHOD)
    assert "Too few for `school`: left to the codebook's cues." in card
    assert "at an unknown time" in card


def test_card_shows_what_an_assessment_found_and_none_of_its_articles(toy):
    words, labels = toy
    documents = [Document(f"Nhan đề {n}", "\n".join(lines)) for n, lines in enumerate(words)]
    material = Material(CODEBOOK, documents, words, labels, [])
    scored = np.arange(60)
    spoken = cross_validate(material, Plan(2, 1, scored), SETTINGS, worsened(material, scored, 1), lambda: None)
    found = assess(material, spoken, ids=["x"] * 120, columns={"readers": ["1"] * 120}, seed=1, folds=2)
    candidate = train(CODEBOOK, words, labels, SETTINGS)
    text = model_card("0123456789ab", {**candidate.card, "assessed": found.as_json()}, METHOD)
    assert "Expected calibration error" in text
    assert "| readers=1 | 60 |" in text
    assert "| lead only | " in text
    assert "## Evidence" not in text
    assert "Nhan đề" not in text
    assert "only the 60 articles are scored" in text
    assert f"| `{TOPICS[0]}` | {found.scores.topics[0].positives} |" in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        f"## {name}"
        for name in (
            "Data",
            "Method",
            "Scores",
            "Articles that were kept apart",
            "Calibration",
            "Slices",
            "Limits",
            "Intended use",
        )
    ]


def test_card_tells_the_evidence_by_topic():
    rows = [
        {"topic": topic, "shown": 10, "marked": 9, "precision": 0.9, "low": 0.8, "high": 1.0}
        for topic in ("", "school")
    ]
    assert "9 of 10 had been marked: 0.900\n(0.800–1.000)" in _evidence(rows)
    assert "| school | 10 | 0.900 |" in _evidence(rows)


def test_card_of_the_store_s_labels_tells_code_gate_and_agreement(toy):
    unit = {"topic": "harvest", "positives": 30, "champion": 0.7, "candidate": 0.75, "difference": 0.05, "low": -0.01}
    few = unit | {"topic": "", "positives": 3, "judged": False, "blocks": False}
    quality = {"calibration_error": 0.02, "recall": 0.8, "recall_low": 0.7}
    judged = {"against": "shipped", "articles": 90, "clusters": 88, "level": 0.9, "margin": 0.05, "gain": 0.05}
    judged |= {
        "units": [unit | {"judged": True, "blocks": False}, few],
        "champion": quality,
        "candidate": quality | {"recall": 0.9},
    }
    more = {
        "source": "store",
        "kept": {"articles": 95, "judging": 90},
        "judged": judged,
        "agreement": [{"topic": "harvest", "articles": 12, "alpha": 0.8, "f1": None}],
    }
    card = model_card("0123456789ab", {**train(CODEBOOK, *toy, SETTINGS).card, **more}, METHOD)
    assert "`rasoat retrain --seed 17`" in card
    assert "- **With** numpy " in card
    assert "95 labelled articles, 90 of them read in the" in card
    assert "| `harvest` | 30 | 0.700 | 0.750 | +0.050 | -0.010 |  |" in card
    assert "| other topics | 3 |" in card
    assert "too few to judge" in card
    assert "| `harvest` | 12 | 0.800 | – |" in card
    assert max(map(len, card.splitlines())) < 600
    assert "$" not in card


def test_fit_tells_of_every_fold_and_the_held_out_speak_of_every_article(toy):
    words, labels = toy
    steps = []
    candidate = train(CODEBOOK, words, labels, SETTINGS, step=lambda: steps.append(1))
    assert len(steps) == SETTINGS.folds
    documents = [Document(lines[0], "\n".join(lines[1:])) for lines in words]
    material = Material(CODEBOOK, documents, words, labels, [])
    spoken = spoken_held_out(material, candidate.classifier)
    found = assess(material, spoken, ids=[str(n) for n in range(120)], columns={}, seed=17, folds=5)
    assert found.scores == candidate.scores
    assert found.variants == found.evidence == ()
    assert {(each.topic, each.kind) for each in found.mistakes} <= {(t, k) for t in TOPICS for k in ("wrong", "missed")}
