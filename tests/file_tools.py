"""What the tests of formats ask of a reading."""

from hypothesis import strategies as st

from gateway.model import Reading
from gateway.model.uninspectable_reasons import REASONS
from gateway.reading.walk import read_file

SECRET = "举报人张小鸣"


def read(data: bytes, name: str = "a") -> Reading:
    reading = read_file(data, name)
    assert set(reasons(reading)) <= set(REASONS)
    return reading


def words(reading: Reading, medium: str = "") -> str:
    return "\n".join(text.text for text in reading.texts if not medium or text.medium == medium)


def reasons(reading: Reading) -> list[str]:
    return [*(place.reason for place in reading.unreadable), *(place.reason for place in reading.ambiguities)]


def damaged(*files: bytes) -> st.SearchStrategy[bytes]:
    """One of these files with bytes changed, cut out or put in."""

    def hurt(data: bytes, wounds: list[tuple[float, bytes, int]]) -> bytes:
        for place, put, cut in wounds:
            at = int(place * len(data))
            data = data[:at] + put + data[at + cut :]
        return data

    wound = st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 8))
    return st.builds(hurt, st.sampled_from(files), st.lists(wound, min_size=1, max_size=4))
