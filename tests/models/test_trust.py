import numpy as np
import pytest

from models.codebook import Codebook, Topic
from models.phrases import ORDINARY, parse
from models.trust import LEAST, MOST, learn_trusts
from models.weak import THRESHOLD, WeakTagger, without_trusts

WATER = Topic("water", "", "", "", cues=("giếng", "bể lọc", "ống", "lạc"), hints=("vòi",))
BOOK = Codebook((WATER, Topic("school", "", "", "", cues=("lớp", "thầy"))))
FILLER = ["Sáng nay trời nắng ."] * 12


def articles(number, *lines):
    return [["Tin", *lines, *FILLER] for _ in range(number)]


# The first three cues stand beside each other, "lạc" always alone.
CORPUS = [
    *articles(60, "giếng cũ", "bể lọc mới", "ống nước", "vòi nước"),
    *articles(80, "lạc đường"),
    *articles(40, "lớp học", "thầy giáo"),
    *articles(20, "không có gì"),
]


def batches(size):
    return [CORPUS[at : at + size] for at in range(0, len(CORPUS), size)]


def trusted(found):
    """Gives the codebook with the trusts that were learnt."""
    return Codebook(
        tuple(
            Topic(
                topic.id,
                topic.name,
                topic.name_en,
                topic.definition,
                *(
                    tuple(
                        f"{text} = {round(100 * found.of[topic.id, parse(text)])}%"
                        if (topic.id, parse(text)) in found.of
                        else text
                        for text in texts
                    )
                    for texts in (topic.cues, (), topic.hints)
                ),
            )
            for topic in BOOK.topics
        )
    )


def test_phrase_that_others_do_not_confirm_is_trusted_less():
    found = learn_trusts(BOOK, batches(200)).of
    lone = found["water", parse("lạc")]
    assert all(found["water", parse(cue)] > 2 * lone for cue in ("giếng", "bể lọc", "ống"))
    assert all(LEAST <= trust <= MOST for trust in found.values())


def test_phrase_that_stands_nowhere_gets_no_trust():
    book = Codebook((Topic("water", "", "", "", cues=(*WATER.cues, "đập tràn")),))
    found = learn_trusts(book, batches(200)).of
    assert ("water", parse("đập tràn")) not in found
    assert ("water", parse("lạc")) in found


def test_as_many_articles_have_a_topic_as_before():
    words = [article for batch in batches(200) for article in batch]
    before = WeakTagger(BOOK).read(words).scores >= THRESHOLD
    after = WeakTagger(trusted(learn_trusts(BOOK, [words]))).read(words).scores >= THRESHOLD
    assert before.sum(axis=0).tolist() == after.sum(axis=0).tolist() == [60, 40]


def test_batches_steps_and_trusts_that_were_there_change_nothing():
    told = []
    whole = learn_trusts(BOOK, batches(200))
    parts = learn_trusts(trusted(whole), batches(70), told.append)
    assert told == [70, 140, 200]
    assert parts.articles == whole.articles == 200
    assert parts.of == pytest.approx(whole.of)
    assert without_trusts(trusted(whole)) == BOOK


def test_what_a_phrase_agrees_with_is_the_score_that_the_others_give():
    """Taken apart by hand: each phrase is left out of the codebook in turn."""
    words = CORPUS[:100]
    found = learn_trusts(Codebook((WATER,)), [words]).of
    means = {}
    for cue in WATER.cues:
        rest = Topic("water", "", "", "", cues=tuple(each for each in WATER.cues if each != cue), hints=WATER.hints)
        scores = WeakTagger(Codebook((rest,))).read(words).scores[:, 0]
        means[cue] = scores[[any(cue in line for line in article) for article in words]]
    kind = sum(map(np.sum, means.values())) / sum(map(len, means.values()))
    worth = {cue: (own.sum() + 30 * kind) / (len(own) + 30) / kind for cue, own in means.items()}
    assert found["water", parse("giếng")] / found["water", parse("lạc")] == pytest.approx(
        worth["giếng"] / worth["lạc"],
        rel=0.05,  # both are hundredths
    )


def test_nothing_read_teaches_nothing():
    assert learn_trusts(BOOK, []).of == {}
    assert learn_trusts(BOOK, [[], [[""]]]).of == {}
    assert learn_trusts(BOOK, [articles(3, "trời mưa")]).articles == 3
    assert ORDINARY == 0.5
