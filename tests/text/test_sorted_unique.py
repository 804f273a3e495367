"""Each number once, as numpy would have it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.sorted_unique import each_once


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3)))
def test_each_stands_there_once_and_in_order(values: list[int]) -> None:
    assert each_once(np.array(values, np.uint64)).tolist() == sorted(set(values))
