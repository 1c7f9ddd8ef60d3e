from hypothesis import given
from hypothesis import strategies as st

from models.kept import Batch
from models.numbering import Numbering

LINES = st.lists(st.text("aĩ_x\0\ud800\t ", max_size=40), max_size=8)


@given(st.lists(LINES, max_size=4))
def test_words_have_one_number_each_in_the_order_in_which_they_were_learnt(batches):
    learnt: list[str] = []
    numbering = Numbering(learnt.append)
    for lines in batches:
        numbers, starts = numbering.number(Batch([lines]).text)
        words = [learnt[number] for number in numbers.tolist()]
        assert words == [word for line in lines for word in line.split(" ")]
        assert starts.tolist() == [sum(len(line.split(" ")) for line in lines[:end]) for end in range(len(lines) + 1)]
    assert len(learnt) == len(set(learnt)) == len(numbering)
