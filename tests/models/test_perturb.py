import pytest

from models.codebook import Codebook, Topic
from models.document import Document
from models.perturb import OCR_RATE, VARIANTS, perturbed

from .conftest import CODEBOOK

ARTICLE = Document("Gặt lúa ở xã Đồng", "Bà con gặt lúa mùa vàng.\nTrường học mở cửa. Trời đẹp.")


@pytest.mark.parametrize("name", VARIANTS)
def test_same_seed_gives_the_same_text_and_another_text_than_before(name):
    made = perturbed(name, ARTICLE, CODEBOOK, 1)
    assert made == perturbed(name, ARTICLE, CODEBOOK, 1)
    assert perturbed(name, Document(ARTICLE.title, f"{ARTICLE.body} " * 20), CODEBOOK, 1) != ARTICLE


def test_capitals_are_for_the_title_alone():
    assert perturbed("upper_title", ARTICLE, CODEBOOK, 1) == Document("GẶT LÚA Ở XÃ ĐỒNG", ARTICLE.body)


def test_marks_are_taken_away_whole():
    made = perturbed("no_diacritics", ARTICLE, CODEBOOK, 1)
    assert made.title == "Gat lua o xa Dong"
    assert made.body.isascii()


def test_noise_is_as_frequent_as_it_says_and_keeps_the_lines():
    long = Document("", "con trâu đi trước cái cày theo sau\n" * 300)
    made = perturbed("ocr_noise", long, CODEBOOK, 1).body
    assert made.count("\n") == 300
    wrong = sum(
        a != b for line in made.splitlines() for a, b in zip(line, "con trâu đi trước cái cày theo sau", strict=False)
    )
    assert wrong > OCR_RATE * len(long.body) / 2
    assert abs(len(made) - len(long.body)) < OCR_RATE * len(long.body)


def test_banner_names_topics_in_a_line_of_its_own():
    made = perturbed("banner", ARTICLE, CODEBOOK, 1)
    assert made.body.startswith(f"{ARTICLE.body}\n")
    last = made.body.splitlines()[-1]
    assert "Mùa màng" in last
    assert "Trường học" in last


def test_codebook_of_one_topic_has_a_banner_too():
    assert perturbed("banner", ARTICLE, Codebook((Topic("a", "Nước", "", ""),)), 1).body.endswith("Chuyên mục: Nước")


def test_lead_is_the_first_paragraph_or_the_first_sentences():
    assert perturbed("lead_only", ARTICLE, CODEBOOK, 1).body == "Bà con gặt lúa mùa vàng."
    single = Document("Tin", "Một câu. Hai câu. Ba câu.")
    assert perturbed("lead_only", single, CODEBOOK, 1).body == "Một câu. Hai câu."
