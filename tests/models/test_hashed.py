import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.hashed import KeyTable, sort_small

KEYS = st.integers(0, 2**62) | st.integers(0, 50)


@given(st.sets(KEYS, max_size=300), st.lists(KEYS, max_size=300))
def test_known_keys_are_found_with_their_numbers(known, asked):
    ordered = sorted(known)
    numbers = {key: number for number, key in enumerate(ordered)}
    asked = [*asked, *ordered[::3]]
    places, found = KeyTable(ordered).find(np.array(asked, np.int64))
    assert dict(zip(places.tolist(), found.tolist(), strict=True)) == {
        place: numbers[key] for place, key in enumerate(asked) if key in numbers
    }


@given(st.sets(KEYS, max_size=300), st.integers(1, 60))
def test_keys_added_in_parts_are_those_of_a_whole_table(known, size):
    ordered = np.array(sorted(known), np.int64)
    grown = KeyTable(())
    for start in range(0, len(ordered), size):
        grown.add(ordered[start : start + size])
    places, found = grown.find(ordered)
    assert len(grown) == len(ordered)
    assert sorted(places.tolist()) == list(range(len(ordered)))
    assert places.tolist() == found.tolist()


@given(st.lists(KEYS, max_size=50))
def test_numbers_of_any_size_are_put_in_order(numbers):
    ordered = sort_small(np.array(numbers, np.int64), max(numbers, default=0))
    assert ordered.tolist() == sorted(numbers)
