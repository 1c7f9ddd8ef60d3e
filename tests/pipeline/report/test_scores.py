import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from models.assess import MISTAKES, Against, Assessment, CurvePoint, EvidenceScore, Mistake, VariantScore
from models.calibration import calibration
from models.doubt import doubts
from models.evaluate import compare, evaluate
from models.perturb import VARIANTS as MADE
from models.slices import SLICES as NAMED
from models.slices import score_slice
from pipeline.report.assessed import SLICES, VARIANTS, WIDTH, lines, signed, slice_name
from pipeline.report.scores import render
from pipeline.wording import Words

VI, EN = Words("vi"), Words("en")
TOPICS = ("congress_preparation", "youth")
NAMES = {"congress_preparation": "Chuẩn bị đại hội", "youth": "Thanh niên <xã>"}


def assessment(**changes):
    """An assessment of 60 drawn articles, twice cross-validated, with everything that can be asked for."""
    drawn = np.random.default_rng(5)
    labels = (drawn.random((60, 2)) < 0.4).astype(int)
    scores = np.clip(labels * 0.6 + drawn.random((2, 60, 2)) * 0.4, 0, 1)
    decided = scores > 0.5
    found = evaluate(TOPICS, labels, scores, decided, folds=5)
    slices = [score_slice(name, np.arange(60) % 7 == n, labels, decided) for n, name in enumerate(NAMED)]
    mistakes = [
        Mistake("youth", kind, f"a{n}", f"Tiêu đề {n} " + "dài " * 40, 0.9 - n / 10, 0.5, "Câu <b> làm nhầm. " * 9)
        for kind in ("wrong", "missed")
        for n in range(2)
    ]
    parts = {
        "model": "",
        "labels_sha256": "ab" * 32,
        "articles": 2_507,
        "scored_on": "readers=2",
        "scores": found,
        "calibration": calibration(TOPICS, labels, scores),
        "slices": tuple(slices),
        "variants": tuple(VariantScore(name, 0.8, 0.7, 0.9, 0.8, -0.1, -0.2, 0.05) for name in MADE),
        "evidence": (EvidenceScore("", 90, 81, 0.9, 0.85, 0.94), EvidenceScore("youth", 40, 39, 0.975, 0.9, 1.0)),
        "doubt": doubts(TOPICS, labels, decided, (scores > 0.4) & (scores < 0.7)),
        "mistakes": tuple(mistakes),
        "curve": tuple(CurvePoint(size, found) for size in (0, 100, 200, 400)),
        "against": Against("0123456789ab", flattered=True, differences=compare(TOPICS, labels, decided, decided[0])),
    }
    return Assessment(**(parts | changes))


@pytest.fixture(scope="module")
def found():
    return assessment()


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_terminal_of_80_columns_shows_every_line_whole(found, words):
    assert [line for line in lines(found, words) if len(line) > WIDTH] == []


def test_every_slice_and_variant_has_a_name():
    assert list(SLICES) == list(NAMED)
    assert list(VARIANTS) == list(MADE)
    assert slice_name("readers=2", VI) == "Số người đọc: 2"
    assert slice_name("source=VOV", EN) == "source: VOV"


def test_terminal_tells_how_the_scores_came_about(found):
    assert next(lines(found, VI)) == "Kiểm định chéo 5 phần, lặp 2 lần, 60 bài trong 2.507 bài (readers=2)."
    assert next(lines(found, EN)) == "5-fold cross-validation, 2 times, 60 articles of 2,507 (readers=2)."
    one = assessment(model="abc", scores=evaluate(("a",), np.ones((3, 1)), np.ones((3, 1)), np.ones((3, 1), bool)))
    assert next(lines(one, VI)) == "Mô hình abc, 3 bài trong 2.507 bài (readers=2)."


def test_topic_without_articles_has_no_score():
    labels = np.array([[1, 0], [1, 0], [0, 0]])
    scores = evaluate(("youth", "nothing"), labels, labels * 0.8, labels == 1)
    one = assessment(model="abc", scores=scores, mistakes=())
    (line,) = [line for line in lines(one, VI) if line.startswith("nothing ")]
    assert line.split() == ["nothing", "0", "–", "–", "–", "–", "–"]
    cells = BeautifulSoup(render(one, {}), "lxml").select(".topics tbody tr")[1].select("td")
    assert [cell.get_text() for cell in cells[:6]] == ["0", "–", "–", "–", "–", "–"]


def test_terminal_leaves_out_what_nobody_asked_for(found):
    whole = "\n".join(lines(found, VI))
    bare = "\n".join(lines(assessment(curve=(), against=None, evidence=(), mistakes=(), variants=(), doubt=()), VI))
    for told in (
        "Cần người đọc lại",
        "Số bài huấn luyện",
        "So với mô hình",
        "Câu làm căn cứ",
        "Bài gán nhầm",
        "bị biến đổi",
    ):
        assert told in whole
        assert told not in bare


def test_terminal_shows_the_surest_mistake_of_each_kind(found):
    told = "\n".join(lines(found, VI))
    assert "youth: gán nhầm, điểm 0,90, ngưỡng 0,50; a0" in told
    assert "youth: bỏ sót, điểm 0,90, ngưỡng 0,50; a0" in told
    assert "a1" not in told


def test_figures_are_written_as_each_language_does(found):
    vi, en = "\n".join(lines(found, VI)), "\n".join(lines(found, EN))
    macro = f"{found.scores.macro_f1:.3f}"
    assert macro in en
    assert macro.replace(".", ",") in vi
    assert not re.search(r"\b[01]\.\d", vi)
    assert (signed(-0.0001, VI), signed(-0.0123, VI), signed(0.5, EN)) == ("0,000", "−0,012", "+0.500")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_page_needs_nothing_else_and_its_links_lead_somewhere(found, lang):
    html = render(found, NAMES, lang=lang)
    soup = BeautifulSoup(html, "lxml")
    assert soup.html["lang"] == lang
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html)
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in soup.select('a[href^="#"]')} <= set(ids)
    assert render(found, NAMES, lang=lang) == html


def test_page_shows_every_topic_slice_variant_and_mistake(found):
    soup = BeautifulSoup(render(found, NAMES), "lxml")
    assert [row.th.get_text() for row in soup.select(".topics tbody tr")] == list(NAMES.values())
    assert len(soup.select(".slices tbody tr")) == len(NAMED)
    assert len(soup.select(".variants tbody tr")) == len(MADE)
    assert len(soup.select("#bai-nham li")) == len(found.mistakes) <= 2 * MISTAKES
    assert "Câu <b> làm nhầm." in soup.select_one("blockquote").get_text()


def test_dots_lie_where_said_meets_true(found):
    soup = BeautifulSoup(render(found, NAMES), "lxml")
    every = found.calibration[0].bins
    dots = soup.select(".beside circle")
    assert len(dots) == len(every)
    for dot, each in zip(dots, every, strict=True):
        assert float(dot["cx"]) == pytest.approx(100 * each.said, abs=0.01)
        assert float(dot["cy"]) == pytest.approx(100 - 100 * each.true, abs=0.01)
    assert len(soup.select("figure.plot.small")) == len(TOPICS)


def test_curve_goes_from_the_fewest_articles_to_the_most(found):
    soup = BeautifulSoup(render(found, NAMES), "lxml")
    x = [float(dot["cx"]) for dot in soup.select("#duong-hoc circle")]
    assert x == [0, 120, 240]
    assert len(soup.select("#duong-hoc tbody tr")) == 4
    assert soup.select_one("polygon.band")["points"].count(",") == 6


def test_page_without_curve_or_other_model_says_nothing_of_them():
    html = render(assessment(curve=(), against=None, evidence=(), mistakes=()), {})
    assert "so-sanh" not in html
    assert "duong-hoc" not in html
    assert "congress_preparation" in html
    assert "Không có." in html


def test_comparison_with_a_model_that_knows_the_answers_is_flagged(found):
    assert "học từ chính các nhãn này" in render(found, NAMES)
    assert "học từ chính các nhãn này" in "\n".join(lines(found, VI))


def test_scores_on_training_articles_are_flagged(found):
    told = "học từ chính các nhãn này; muốn biết điểm thật, dùng --folds"
    trained = assessment(model="abc", flattered=True)
    assert told in "\n".join(lines(trained, VI))
    assert told in render(trained, NAMES)
    assert told not in render(found, NAMES)
