import json

from pipeline.store import codebooks

TOPICS = json.dumps([{"id": "congress", "name": "Đại hội"}], ensure_ascii=False)


def test_codebook_stays_as_first_registered(store):
    with store.begin() as connection:
        codebooks.register(connection, "c1", TOPICS)
        codebooks.register(connection, "c1", "[]")
    with store.read() as connection:
        assert json.loads(codebooks.load(connection, "c1")) == json.loads(TOPICS)
        assert codebooks.load(connection, "c2") is None
        assert codebooks.versions(connection) == ["c1"]
