from hypothesis import given
from hypothesis import strategies as st

from models.passages import Passage, cut

LINES = st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=12)


def test_passages_are_filled_with_whole_lines():
    assert cut([[1, 2], [3], [4, 5], []], room=4) == [Passage((1, 2, 3), (0, 1)), Passage((4, 5), (2,))]


def test_line_longer_than_a_passage_is_divided():
    assert cut([[1], [2, 3, 4, 5, 6]], room=2) == [
        Passage((1,), (0,)),
        Passage((2, 3), (1,)),
        Passage((4, 5), (1,)),
        Passage((6,), (1,)),
    ]


@given(LINES, st.integers(1, 8))
def test_no_token_is_lost_and_no_passage_is_too_long(lines, room):
    passages = cut(lines, room)
    assert [token for passage in passages for token in passage.tokens] == [token for line in lines for token in line]
    assert all(0 < len(passage.tokens) <= room for passage in passages)
    assert sorted({n for passage in passages for n in passage.lines}) == [n for n, line in enumerate(lines) if line]
