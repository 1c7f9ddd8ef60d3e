from models.card import model_card
from models.classifier import METHOD
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


def test_card_names_the_topics_left_to_their_cues(toy):
    words, labels = toy
    few = labels.copy()
    few[few[:, 1] == 1, 1] = 0
    card = model_card("0123456789ab", train(CODEBOOK, words, few, SETTINGS).card, METHOD)
    assert "Too few for `school`: left to the codebook's cues." in card
    assert "at an unknown time" in card
