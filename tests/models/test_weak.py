import pytest

from models.codebook import Codebook, Topic
from models.encode import Encoder
from models.segment import Segmenter
from models.weak import HALF, LINES_OF_HALF, THRESHOLD, CueReader, WeakTagger

from .conftest import best_lines, scores_of

CODEBOOK = Codebook(
    (
        Topic(
            "congress",
            "Đại hội Đảng",
            "Party congress",
            "Diễn biến đại hội. Không tính đại hội cổ đông thường niên.",
            cues=("khai mạc … đại hội", "văn hoá đại hội", "đoàn chủ tịch"),
            exclusions=("đại hội cổ đông",),
        ),
        Topic("emulation", "Thi đua", "Emulation", "Phong trào thi đua yêu nước", cues=("phong trào thi đua",)),
        Topic("water", "Nước", "Water", "Nước sạch nông thôn miền núi"),
    )
)


@pytest.fixture(scope="module")
def tagger():
    return WeakTagger(CODEBOOK)


@pytest.fixture(scope="module")
def score(tagger):
    segmenter = Segmenter()
    return lambda *lines: dict(
        zip(tagger.topics, scores_of(tagger, segmenter.segment_lines([lines]))[0].tolist(), strict=True)
    )


def test_cue_speaks_for_its_topic_alone(score):
    scores = score("Tin trong tỉnh", "Sáng nay khai mạc trọng thể Đại hội.")
    assert scores["congress"] > scores["emulation"] == scores["water"] == 0


def test_case_tones_punctuation_and_joins_do_not_matter(score):
    plain = score("", "Văn hóa đại hội được giữ gìn")["congress"]
    assert plain > 0
    assert score("", "VĂN HOÁ, ĐẠI HỘI ĐƯỢC GIỮ GÌN")["congress"] == plain
    assert score("", "“Văn hoá” – đại hội được giữ gìn")["congress"] == plain


def test_gap_spans_eight_syllables_and_no_sentence_end(score):
    assert score("", "khai mạc một hai ba bốn năm sáu bảy tám đại hội")["congress"] > 0
    assert score("", "khai mạc một hai ba bốn năm sáu bảy tám chín đại hội")["congress"] == 0
    assert score("", "khai mạc hôm qua.", "Đại hội thành công")["congress"] == 0


def test_trust_says_how_much_a_phrase_counts():
    def weights(*cues, **lists):
        reader = CueReader(Codebook((Topic("water", "", "", "", cues=cues, **lists),)))
        return reader.weights(Encoder((), reader.syllables).encode(["giếng và bể lọc"]))[0, 0]

    assert weights("giếng = 50%") == weights("giếng") == 1.0
    assert weights("giếng = 80%") == pytest.approx(1.6)
    assert weights("giếng = 80%", "bể lọc = 10%") == pytest.approx(1.6 + 0.2 / 2)
    assert weights("bể lọc", "giếng = 0%") == weights("bể lọc")  # not silenced
    assert weights(hints=("giếng = 100%",)) == pytest.approx(2 * weights(hints=("giếng",)))


def test_exclusion_silences_its_sentence_only(score):
    assert score("", "Khai mạc đại hội cổ đông, có đoàn chủ tịch")["congress"] == 0
    assert score("", "Đại hội cổ đông hoãn.", "Tỉnh khai mạc Đại hội Đảng.")["congress"] > 0


def test_title_and_repetition_raise_the_score(score):
    once, title = score("", "Có đoàn chủ tịch."), score("Có đoàn chủ tịch", "")
    twice = score("", "Có đoàn chủ tịch.", "Vẫn đoàn chủ tịch.")
    assert 0 < once["congress"] < min(title["congress"], twice["congress"]) < 1


def test_passing_mention_does_not_decide_but_a_title_does(score):
    rest = ["Trời hôm nay nhiều mây."] * LINES_OF_HALF
    assert score("", "đoàn chủ tịch", *rest)["congress"] < THRESHOLD
    assert score("đoàn chủ tịch", "", *rest)["congress"] >= THRESHOLD


def test_short_article_needs_fewer_sentences(score):
    rest = ["Trời hôm nay nhiều mây."]
    short, long = (score("", "đoàn chủ tịch", *rest * lines)["congress"] for lines in (1, LINES_OF_HALF))
    assert short >= THRESHOLD
    assert 0 < long < short


def test_hints_speak_softly_and_beside_a_cue_they_add():
    topic = Topic("water", "Nước", "Water", "", cues=("nước sạch",), hints=("giếng khoan", "bể lọc"))
    reader = WeakTagger(Codebook((topic,)))
    hint, cue, both = scores_of(reader, [["", line] for line in ("giếng khoan", "nước sạch", "nước sạch bể lọc")])
    assert 0 < hint < cue < both


def test_each_further_phrase_of_a_line_counts_half():
    topic = Topic("water", "Nước", "Water", "", cues=("nước sạch", "nước ngọt"))
    reader = CueReader(Codebook((topic,)))
    encoder = Encoder((), reader.syllables)
    assert reader.weights(encoder.encode(["nước sạch", "nước sạch nước ngọt", "nước"])).tolist() == [[1], [1.5], [0]]


def test_topic_with_many_phrases_needs_more_of_them():
    few, many = (Topic("water", "", "", "", cues=tuple(f"nước {n}" for n in range(count))) for count in (10, 128))
    halves = [CueReader(Codebook((topic,))).halves[0] for topic in (few, many)]
    assert halves == [HALF, 2 * HALF]


def test_definition_speaks_where_no_cue_does(score):
    assert score("", "Chương trình nước sạch nông thôn miền núi")["water"] > 0
    assert score("", "Cấp nước cho đô thị")["water"] == 0


def test_what_the_definition_does_not_count_says_nothing(score):
    assert score("", "Hội nghị thường niên của doanh nghiệp")["congress"] == 0


def test_evidence_is_the_line_with_most_cues(tagger):
    words = Segmenter().segment_lines([["Tin", "Có đoàn chủ tịch.", "Khai mạc đại hội, giới thiệu đoàn chủ tịch."]])[0]
    assert best_lines(tagger, words, ["congress", "water"]) == {"congress": 2}


def test_no_article_and_no_text(tagger):
    assert scores_of(tagger, []).shape == (0, 3)
    assert scores_of(tagger, [[""], []]).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert best_lines(tagger, [], ["congress"]) == {}
