import pytest

from pipeline.store import articles, clusters


@pytest.fixture
def three(put, make_article):
    return sorted(put(make_article(number)) for number in (1, 2, 3))


def replace(store, mapping):
    with store.begin() as connection:
        clusters.replace(connection, mapping)
    with store.read() as connection:
        return {article.id: article.cluster for article in articles.stream(connection)}


def test_reprints_carry_the_id_of_the_origin(province, three):
    origin, reprint, other = three
    assert replace(province, {origin: origin, reprint: origin, other: other}) == {
        origin: origin,
        reprint: origin,
        other: other,
    }


def test_replacing_moves_and_frees(province, three):
    first, second, third = three
    replace(province, {first: first, second: first, third: first})
    assert replace(province, {second: second, third: second}) == {first: first, second: second, third: second}
    assert replace(province, {}) == {identity: identity for identity in three}
