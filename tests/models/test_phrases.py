import random
import re

import pytest

from models.encode import Encoder, is_numeral, syllables
from models.phrase_index import PhraseIndex
from models.phrases import FAULTS, MAX_GAP, PhraseError, parse, plain, trust_in, untrusted


def found(phrases, *lines):
    """Gives for each line the phrases that stand in it."""
    index = PhraseIndex([parse(phrase) for phrase in phrases])
    matrix = index.matrix(Encoder((), index.syllables).encode(lines)).toarray()
    return [[phrase for phrase, stands in zip(phrases, row, strict=True) if stands] for row in matrix]


def stands(phrase, line):
    return found([phrase], line) == [[phrase]]


def test_syllables_in_a_row_within_and_across_words():
    assert stands("đại hội đảng bộ", "khai_mạc Đại_hội Đảng_bộ tỉnh")
    assert not stands("đại hội đảng bộ", "đại_hội của đảng_bộ")


@pytest.mark.parametrize("gap", [0, 1, MAX_GAP])
def test_gap_stands_for_so_many_syllables(gap):
    assert stands("khai mạc … đại hội", f"khai mạc {'rất ' * gap}đại hội")


def test_gap_reaches_so_far_and_never_back():
    assert not stands("khai mạc … đại hội", f"khai mạc {'rất ' * (MAX_GAP + 1)}đại hội")
    assert not stands("khai mạc … đại hội", "đại hội khai mạc")


def test_three_full_stops_are_a_gap():
    assert stands("khai mạc ... đại hội", "khai mạc trọng thể đại hội")
    assert parse("khai mạc...đại hội ....") == parse("khai mạc … đại hội")


def test_later_start_may_reach_what_the_first_does_not():
    assert stands("a … b … c", f"a x a {'x ' * MAX_GAP}b c")
    assert not stands("a … b", "a" + " x" * (MAX_GAP + 1) + " b")


def test_one_of_several_wordings_is_enough():
    assert stands("đại hội (thành công|kết thúc tốt đẹp)", "Đại hội kết thúc tốt đẹp")
    assert not stands("đại hội (thành công|kết thúc tốt đẹp)", "Đại hội kết thúc")


def test_wordings_in_the_middle_and_after_a_gap():
    phrase = "(cử tri|bà con) … (mong|kiến nghị) tỉnh"
    assert stands(phrase, "Bà con nhiều nơi kiến nghị tỉnh sớm làm đường")
    assert not stands(phrase, "Bà con nhiều nơi kiến nghị huyện")


@pytest.mark.parametrize("number", ["17", "XVII", "2020", "iv"])
def test_number_in_digits_or_roman(number):
    assert stands("lần thứ #", f"Đại hội lần thứ {number} của Đảng bộ")
    assert stands("# năm", f"{number} năm qua")
    assert stands("(khóa #|nhiệm kỳ)", f"khóa {number}")
    assert not stands("lần thứ #", "lần thứ nhất")


def test_number_beside_the_same_number_written_out():
    assert found(["lần thứ #", "lần thứ 17"], "lần thứ 17", "lần thứ 18") == [
        ["lần thứ #", "lần thứ 17"],
        ["lần thứ #"],
    ]


def test_both_parts_in_any_order():
    assert stands("cử tri & kiến nghị", "kiến nghị của cử tri")
    assert not stands("cử tri & kiến nghị", "cử tri vui mừng")


def test_barred_part_silences_the_line_it_stands_in():
    assert found(["đại hội ! cổ đông"], "đại hội cổ đông", "đại hội đảng") == [[], ["đại hội ! cổ đông"]]
    assert not stands("đại hội & đảng ! (cổ đông|đoàn) ! sẽ", "đảng sẽ mở đại hội")


def test_case_tones_and_punctuation_do_not_matter():
    assert stands("hoà giải ở cơ sở", "Hòa giải, ở “cơ sở”")


def test_phrases_end_at_the_line():
    assert found(["đại hội đảng", "đại hội … đảng"], "đại hội", "đảng") == [[], []]


def test_no_line_and_no_phrase():
    index = PhraseIndex([])
    assert index.matrix(Encoder((), index.syllables).encode(["đại hội", ""])).shape == (2, 0)
    index = PhraseIndex([parse("đại hội")])
    assert index.matrix(Encoder((), index.syllables).encode([])).shape == (0, 1)


def test_plain_text_has_no_signs():
    index = PhraseIndex([plain("nước sạch & vệ sinh (nông thôn)")])
    lines = Encoder((), index.syllables).encode(["nước sạch, vệ sinh nông thôn", "vệ sinh nước sạch"])
    assert index.matrix(lines).toarray().tolist() == [[1], [0]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("đại hội (đảng", "bracket"),
        ("đại hội) đảng", "bracket"),
        ("đại hội ((đảng|đoàn) bộ)", "bracket"),
        ("", "empty_part"),
        ("đại hội & …", "empty_part"),
        ("đại hội ! ,", "empty_part"),
        ("đại hội (đảng||đoàn)", "empty_choice"),
        ("(đại hội … đảng|đoàn)", "gap_in_brackets"),
        ("(đại hội ... đảng|đoàn)", "gap_in_brackets"),
        ("thành công|kết thúc", "choice_outside"),
        ("đại hội ! cổ đông & đoàn", "both_barred"),
    ],
)
def test_phrase_that_cannot_be_read_is_named_with_the_reason(text, code):
    with pytest.raises(PhraseError, match=re.escape(FAULTS[code])) as caught:
        parse(text)
    assert caught.value.code == code
    assert repr(text) in str(caught.value)


def by_pattern(phrase):
    """Gives a phrase as a test by regular expressions, slow and simple."""

    def part(text):
        pieces = re.findall(r"…|\([^()]*\)|[^\s…()]+", text)
        pattern = ""
        for before, piece in zip(["", *pieces], pieces, strict=False):
            if piece == "…":
                continue
            gap = rf"(?: \S+){{0,{MAX_GAP}}}" if before == "…" and pattern else ""
            choices = "|".join(choice.replace("#", r"(?:\d+|[ivxlc]+)") for choice in piece.strip("()").split("|"))
            pattern += f"{gap} (?:{choices})"
        return re.compile(f"{pattern}(?= )")

    needed, *barred = phrase.split(" ! ")
    needs, bars = [part(text) for text in needed.split(" & ")], [part(text) for text in barred]
    return lambda line: all(each.search(line) for each in needs) and not any(each.search(line) for each in bars)


def test_many_phrases_stand_where_a_plain_search_finds_them():
    drawn = random.Random(3)
    words = ["a", "b", "c", "d", "e", "2020", "7", "xi"]

    def wording():
        return " ".join(drawn.choice([*words, "#"]) for _ in range(drawn.randint(1, 2)))

    def part():
        pieces = [
            wording() if drawn.random() < 0.6 else f"({wording()}|{wording()})" for _ in range(drawn.randint(1, 3))
        ]
        return drawn.choice([" … ", " "]).join(pieces)

    phrases = [part() + drawn.choice(["", f" & {part()}", f" ! {part()}"]) for _ in range(300)]
    lines = [" ".join(drawn.choice(words) for _ in range(drawn.randint(0, 14))) for _ in range(200)]
    expected = [[phrase for phrase in phrases if by_pattern(phrase)(f" {line} ")] for line in lines]
    assert any(expected)
    assert found(phrases, *lines) == expected


def test_what_stands_in_a_line_does_not_depend_on_the_other_lines():
    """Where a phrase is looked for first depends on which of its words are rare in the batch."""
    drawn = random.Random(5)
    phrases = ["a … b c", "(a|b) & c … 7", "# (a|b c) ! c … d", "d & a ! b ! 7", "(a b|c)"]
    lines = [" ".join(drawn.choices("abcd7", weights=[9, 5, 3, 1, 1], k=drawn.randint(0, 9))) for _ in range(80)]
    alone = [found(phrases, line)[0] for line in lines]
    assert {phrase for said in alone for phrase in said} == set(phrases)
    assert found(phrases, *lines) == alone


def test_numerals_are_told_from_words_and_syllables_are_lower_case():
    assert [is_numeral(text) for text in ("12", "xvii", "xa", "")] == [True, True, False, False]
    assert syllables("Đại_hội lần thứ XVII, 35-CT/TW") == ["đại", "hội", "lần", "thứ", "xvii", "35", "ct", "tw"]


@pytest.mark.parametrize(("written", "trust"), [("= 62%", 0.62), ("=0 %", 0.0), ("= 100%", 1.0), ("", None)])
def test_trust_stands_last_and_is_no_part_of_the_wording(written, trust):
    text = f"a … (b|c) ! d {written}".rstrip()
    assert trust_in(text) == trust
    assert untrusted(text) == "a … (b|c) ! d"
    assert parse(text) == parse("a … (b|c) ! d")


@pytest.mark.parametrize("text", ["a = 101%", "a = 62", "a = 6,2%", "a = b", "a = 62% b", "a = 62% = 62%", "a = -1%"])
def test_what_is_no_trust_is_a_fault(text):
    with pytest.raises(PhraseError) as told:
        parse(text)
    assert told.value.code == "trust"
