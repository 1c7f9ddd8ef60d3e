import pytest

from models.document import Document
from models.perturb import CAPTION_SYLLABLES, DIGEST_SYLLABLES, OCR_RATE, VARIANTS, Surroundings, perturbed

NEWS = tuple(Document(f"Tin {n}", f"Tin thứ {n} về chợ xã. " * 40) for n in range(9))
AROUND = Surroundings(("Mùa màng", "Trường học"), NEWS)

ARTICLE = Document("Gặt lúa ở xã Đồng", "Bà con gặt lúa mùa vàng.\nTrường học mở cửa. Trời đẹp.")


@pytest.mark.parametrize("name", VARIANTS)
def test_same_seed_gives_the_same_text_and_another_text_than_before(name):
    made = perturbed(name, ARTICLE, AROUND, 1)
    assert made == perturbed(name, ARTICLE, AROUND, 1)
    assert perturbed(name, Document(ARTICLE.title, f"{ARTICLE.body} " * 20), AROUND, 1) != ARTICLE


def test_capitals_are_for_the_title_alone():
    assert perturbed("upper_title", ARTICLE, AROUND, 1) == Document("GẶT LÚA Ở XÃ ĐỒNG", ARTICLE.body)


def test_marks_are_taken_away_whole():
    made = perturbed("no_diacritics", ARTICLE, AROUND, 1)
    assert made.title == "Gat lua o xa Dong"
    assert made.body.isascii()


def test_noise_is_as_frequent_as_it_says_and_keeps_the_lines():
    long = Document("", "con trâu đi trước cái cày theo sau\n" * 300)
    made = perturbed("ocr_noise", long, AROUND, 1).body
    assert made.count("\n") == 300
    wrong = sum(
        a != b for line in made.splitlines() for a, b in zip(line, "con trâu đi trước cái cày theo sau", strict=False)
    )
    assert wrong > OCR_RATE * len(long.body) / 2
    assert abs(len(made) - len(long.body)) < OCR_RATE * len(long.body)


def test_banner_names_topics_in_a_line_of_its_own():
    made = perturbed("banner", ARTICLE, AROUND, 1)
    assert made.body.startswith(f"{ARTICLE.body}\n")
    last = made.body.splitlines()[-1]
    assert "Mùa màng" in last
    assert "Trường học" in last


def test_codebook_of_one_topic_has_a_banner_too():
    assert perturbed("banner", ARTICLE, Surroundings(("Nước",), ()), 1).body.endswith("Chuyên mục: Nước")


def test_lead_is_the_first_paragraph_or_the_first_sentences():
    assert perturbed("lead_only", ARTICLE, AROUND, 1).body == "Bà con gặt lúa mùa vàng."
    single = Document("Tin", "Một câu. Hai câu. Ba câu.")
    assert perturbed("lead_only", single, AROUND, 1).body == "Một câu. Hai câu."


def test_digest_holds_the_article_whole_among_other_news():
    made = perturbed("digest", ARTICLE, AROUND, 1).body
    assert ARTICLE.body in made
    assert DIGEST_SYLLABLES <= len(made.split()) < DIGEST_SYLLABLES + 300
    others = [made.index(news.body) < made.index(ARTICLE.body) for news in NEWS if news.body in made]
    assert set(others) == {True, False}


def test_digest_without_other_news_is_the_article():
    assert perturbed("digest", ARTICLE, Surroundings((), ()), 1) == ARTICLE


def test_caption_is_the_beginning():
    long = Document(ARTICLE.title, "một hai ba bốn năm " * 20)
    made = perturbed("caption", long, AROUND, 1)
    assert len(f"{made.title} {made.body}".split()) == CAPTION_SYLLABLES
    assert long.body.startswith(made.body)
