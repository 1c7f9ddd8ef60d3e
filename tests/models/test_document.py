import pytest

from models.document import MAX_BODY_CHARS, Document


def test_title_is_the_first_line_and_every_sentence_a_line():
    document = Document(" Đại hội  Đảng bộ ", "Khai mạc sáng nay. Dự có 300 đại biểu.\nBế mạc chiều mai.")
    assert document.lines() == ["Đại hội Đảng bộ", "Khai mạc sáng nay.", "Dự có 300 đại biểu.", "Bế mạc chiều mai."]


def test_document_without_text_has_an_empty_title_line():
    assert Document("", "").lines() == [""]


@pytest.mark.parametrize("body", ["a" * 1_000_000, "Một câu ngắn. " * 80_000, "." * 1_000_000, "\n" * 1_000_000])
def test_huge_body_is_read_up_to_a_limit(body):
    assert sum(map(len, Document("", body).lines())) <= MAX_BODY_CHARS
