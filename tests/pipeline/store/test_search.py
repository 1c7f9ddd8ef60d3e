"""Search finds what was typed, with marks and without, and takes nothing that is typed for syntax."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.store import articles, browse, search
from pipeline.store.browse import Reader, Selection
from pipeline.store.terms import Piece, Term, marked, parse, plain, snippet, words

READER = Reader("m1", "c1")
TEXTS = (
    ("Đại hội Đảng bộ tỉnh", "Sáng nay khai mạc đại hội. Dự có 300 đại biểu."),
    ("Hội nghị sơ kết", "Tỉnh uỷ họp về công tác dân vận; đại diện các hội dự."),
    ("Giá rau tăng", "Chợ phiên Nậm Pàn đông. Dai dẳng mưa, hoà bình một góc."),
    ("Covid-19: thêm 3 ca", "Bệnh viện dã chiến tiếp nhận. Ban chỉ đạo họp."),
)


@pytest.fixture
def library(province, put, make_article):
    """Gives a store of `TEXTS` and the ids, in their order."""
    made = [make_article(n, title=title, lead="", body=body) for n, (title, body) in enumerate(TEXTS)]
    return province, [put(article) for article in made]


def find(store, query, **asked):
    with store.read() as connection:
        selection = Selection(terms=parse(query), **asked)
        ids = browse.page(connection, selection, READER).ids
        assert browse.count(connection, selection, READER) == len(ids)
        return ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("đại hội", [0, 1]),  # both words, anywhere
        ('"đại hội"', [0]),
        ("dai hoi", [0, 1]),
        ("ĐẠI HỘI", [0, 1]),
        ("đai", []),  # a word with a mark means itself: đ is one
        ("dai", [0, 1, 2]),
        ("hội -đảng", [1]),
        ('hội -"đại hội"', [1]),
        ("-hội", [2, 3]),
        ("-hoi -rau", [3]),
        ("hòa", [2]),  # the text sets the tone where the press once did
        ("hoà bình", [2]),
        ("tỉnh ủy", [1]),
        ("bie*", [0]),
        ("bin*", [2]),
        ("bi*", []),  # too short to stand for the rest: a word
        ("covid-19", [3]),
        ('"covid 19"', [3]),
        ("covid19", []),
        ("nghị sơ kết tỉnh", [1]),
        ('"kết tỉnh"', []),  # no phrase reaches from the title into the text
        ("nậm pan", [2]),
        ("  ", [0, 1, 2, 3]),
        ('"', [0, 1, 2, 3]),
        ("300", [0]),
    ],
)
def test_query_finds_all_that_hold_its_words_and_no_other(library, query, expected):
    store, ids = library
    assert sorted(find(store, query)) == sorted(ids[place] for place in expected)


def test_title_ranks_above_text_and_equals_by_day(library, put, make_article):
    store, ids = library
    body = "Không có gì khác, ngoài một câu nói về đại hội và vài câu dài hơn về chuyện mùa màng trong tỉnh."
    late = put(make_article(9, title="Chuyện mùa màng", lead="", body=body))
    assert find(store, '"đại hội"') == (ids[0], late)


def test_edited_text_is_found_by_its_new_words_alone(library, put, make_article):
    store, ids = library
    put(make_article(0, title="Đính chính", lead="Cáo lỗi bạn đọc.", body="Bài trước có sai sót."))
    assert find(store, "đính chính") == (ids[0],)
    assert find(store, "cáo lỗi sai sót") == (ids[0],)
    assert find(store, '"khai mạc"') == ()
    assert find(store, '-"khai mạc"', outlet="bao") != ()


def test_index_is_written_with_the_article_or_not_at_all(library, make_article):
    store, _ = library
    with pytest.raises(ZeroDivisionError), store.begin() as connection:  # noqa: PT012 - the block is the transaction
        articles.save(connection, make_article(7, title="Chưa từng có", lead="", body="."), "bao")
        raise ZeroDivisionError
    assert find(store, '"chưa từng"') == ()


def test_text_beyond_what_a_database_holds_is_found_by_its_beginning(province, put, make_article):
    body = "mở đầu " + " ".join(f"từ{number}" for number in range(60_000)) + " " + "dài" * 1_000_000
    identity = put(make_article(1, title="x" * 5_000, lead="", body=body))
    assert find(province, '"mở đầu từ0"') == (identity,)
    assert find(province, "từ59999") == ()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(st.sampled_from("ab đạihộiHOI\"*-:^(){}+,.'\\%_&|!<>~NEARORTD\0\n\u0301\ud800𠀀①"), max_size=30))
@example('NEAR("a" "b", 5) OR title : x')
@example("đại OR hội AND NOT -tỉnh")
@example("'; DROP TABLE articles; --")
@example("title:đại ^hội {body} : x")
@example("a:* & !b <-> c | 'd'")
def test_whatever_is_typed_is_words_and_no_syntax(library, query):
    store, ids = library
    assert set(find(store, query)) <= set(ids)


@given(text=st.text(max_size=200), query=st.text(max_size=20))
@example(text="Đại hội, đại hội Đảng", query='"đại hội" đảng hoi')
def test_marking_loses_no_letter(text, query):
    pieces = marked(text, parse(query))
    assert "".join(piece.text for piece in pieces) == text


def test_hits_are_marked_as_they_were_found():
    assert marked("Khai mạc Đại hội; dai dẳng.", parse("dai")) == (
        Piece("Khai mạc "),
        Piece("Đại", hit=True),
        Piece(" hội; "),
        Piece("dai", hit=True),
        Piece(" dẳng."),
    )
    assert [piece.text for piece in marked("Đại hội, hội đại", parse('"đại hội"')) if piece.hit] == ["Đại hội"]
    assert [piece.text for piece in marked("Hoà bình, hòa nhạc", parse("hòa -bình")) if piece.hit] == ["Hoà", "hòa"]
    assert [piece.text for piece in marked("biểu quyết biết bao", parse("biế*")) if piece.hit] == ["biết"]


def test_snippet_stands_around_the_first_hit():
    text = " ".join(f"từ{number}" for number in range(200))
    pieces = snippet(text, parse("từ100"), 80)
    assert [piece.text for piece in pieces if piece.hit] == ["từ100"]
    shown = "".join(piece.text for piece in pieces)
    assert len(shown) <= 84
    assert (shown[:2], shown[-2:]) == ("… ", " …")
    assert "".join(piece.text for piece in snippet("ngắn", parse("khác"), 80)) == "ngắn"


def test_terms_are_read_as_said():
    assert parse('-"Đại Hội" dân* a* -') == (
        Term(("đại", "hội"), written=True, negated=True),
        Term(("dân",), written=True, prefix=True),
        Term(("a",), written=False),
    )
    assert words("Thị uỷ, COVID-19!") == ["thị", "ủy", "covid", "19"]
    assert plain("đường ưỡn") == "duong uon"


def test_store_that_had_articles_is_indexed(library):
    store, ids = library
    with store.begin() as connection:
        names = ("article_numbers", "article_index") if connection.dialect.name == "sqlite" else ("article_vectors",)
        for name in names:
            connection.exec_driver_sql(f"DROP TABLE {name}")
        for statement in search.SQLITE if connection.dialect.name == "sqlite" else search.POSTGRES:
            connection.exec_driver_sql(statement)
        assert search.put_all(connection) == len(TEXTS)
    assert sorted(find(store, "dai hoi")) == sorted(ids[:2])
