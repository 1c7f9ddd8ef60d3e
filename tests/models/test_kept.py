import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.kept import Batch, KeptWords, is_wordless
from models.restore import has_lost_marks

LINES = st.lists(st.text("aĩ_x. ", max_size=6), min_size=1, max_size=4)


def kept(lines):
    return KeptWords("\n".join(lines).encode())


@given(st.lists(LINES, max_size=4))
def test_kept_words_are_the_lines_that_were_kept(articles):
    same = [kept(lines) for lines in articles]
    assert [list(each) for each in same] == articles
    one, other = Batch(same), Batch(articles)
    assert one.text == other.text == "".join(f"{line}\n" for lines in articles for line in lines).encode()
    assert one.starts.tolist() == other.starts.tolist()
    assert np.diff(one.starts).tolist() == [len(lines) for lines in articles]
    assert one.blank.tolist() == [not line for lines in articles for line in lines]
    assert [is_wordless(each) for each in same] == [not any(lines) for lines in articles]


def test_article_without_lines_has_no_text():
    assert Batch([]).text == Batch([[], []]).text == b""
    assert Batch([[], [""], ["a b"]]).text == b"\na b\n"


def test_lost_marks_are_seen_in_kept_words():
    bare = ["Sang nay dai_hoi dang_bo huyen khai_mac trong_the tai hoi_truong lon"] * 30
    marked = ["Sáng nay đại_hội đảng_bộ huyện khai_mạc trọng_thể tại hội_trường lớn"] * 30
    assert has_lost_marks(kept(bare))
    assert not has_lost_marks(kept(marked))
    assert not has_lost_marks(kept(marked[:1]))


def test_classifier_reads_kept_words_as_it_reads_lines(classifier, unseen):
    words = [*unseen[0], [""], ["", "", "lúa"], ["Sang nay ba con thon ta gat lua som va cay tu", "mua lua ve muon"]]
    plain, same = classifier.read(words), classifier.read([kept(lines) for lines in words])
    assert np.array_equal(plain.scores, same.scores)
    assert np.array_equal(plain.lines, same.lines)
    assert plain.starts.tolist() == same.starts.tolist()
