from zipfile import ZipFile

import numpy as np
import pytest
import skops.io

from models.plain import ForeignError, read_plain


class Thing:
    """Not plain data."""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state.skops"


def test_plain_data_comes_back_as_skops_gives_it(file):
    state = {"text": "đại hội", "none": None, "yes": True, "number": 0.1, "list": [1, {"a": "b"}]}
    arrays = {"wide": np.arange(6, dtype=np.float16).reshape(2, 3), "empty": np.zeros((0, 2)), "ints": np.arange(3)}
    skops.io.dump(state | {"arrays": arrays}, file)
    found, same = read_plain(file), skops.io.load(file, trusted=[])
    assert {name: value for name, value in found.items() if name != "arrays"} == state
    for name, array in arrays.items():
        assert found["arrays"][name].dtype == same["arrays"][name].dtype == array.dtype
        assert np.array_equal(found["arrays"][name], array)


@pytest.mark.parametrize("value", [Thing(), (1, 2), {1: "a"}, np.float64(1), np.array([Thing()], dtype=object), len])
def test_all_else_is_foreign(file, value):
    skops.io.dump({"a": [value]}, file)
    with pytest.raises(ForeignError, match=r"\w+\.\w+"):
        read_plain(file)


def test_other_protocol_is_refused(file):
    with ZipFile(file, "w") as parts:
        parts.writestr("schema.json", '{"protocol": 1}')
    with pytest.raises(ValueError, match="protocol 1, this program reads 2"):
        read_plain(file)
