from pipeline.store import words


def test_words_come_back_for_their_segmenter_only(store):
    with store.begin() as connection:
        words.put(connection, "u1", {"aa": "đại_hội đảng_bộ", "bb": ""})
        words.put(connection, "u2", {"aa": "đại hội đảng_bộ"})
    with store.read() as connection:
        assert words.get(connection, ["aa", "bb", "cc"], "u1") == {"aa": "đại_hội đảng_bộ", "bb": ""}
        assert words.get(connection, ["aa"], "u2") == {"aa": "đại hội đảng_bộ"}


def test_putting_words_twice_keeps_the_first(store):
    with store.begin() as connection:
        words.put(connection, "u1", {"aa": "một"})
        words.put(connection, "u1", {"aa": "hai", "bb": "ba"})
        assert words.get(connection, ["aa", "bb"], "u1") == {"aa": "một", "bb": "ba"}


def test_many_hashes_are_asked_in_parts(store):
    wanted = {f"{number:064x}": str(number) for number in range(1_201)}
    with store.begin() as connection:
        words.put(connection, "u1", wanted)
        assert words.get(connection, wanted, "u1") == wanted
