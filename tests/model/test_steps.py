"""Steps of a place: their words are a contract, their kind says what they are."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Location, PlaceStep, StepKind, steps
from gateway.model.steps import WORDS

SAID = {
    "a": steps.name("a"),
    "材料.zip": steps.file("材料.zip"),
    "attachment": steps.attachment(),
    "attachment 2": steps.attachment(2),
    "mail 7": steps.mail(7),
    "part 2.1": steps.part("2.1"),
    "preamble": steps.aside("preamble"),
    "epilogue": steps.aside("epilogue"),
    "decoded": steps.DECODED,
    "signed content": steps.SIGNED,
    "HTML body": steps.HTML_BODY,
    "RTF body": steps.RTF_BODY,
    "recipients": steps.RECIPIENTS,
    "MAIL": steps.envelope("MAIL"),
    "RCPT 2": steps.envelope("RCPT", 2),
    "page 3": steps.page(3),
    "hidden pages": steps.HIDDEN_PAGES,
    "version 1": steps.version(1),
    "sheet 4": steps.sheet(4),
    "header1.xml": steps.package_part("header1.xml"),
    "WordDocument": steps.stream("WordDocument"),
    "unused space": steps.UNUSED,
    "author": steps.document_property("author"),
    "properties": steps.strings("properties"),
    "objects": steps.strings("objects"),
    "streams": steps.strings("streams"),
    "atnauthor": steps.destination("atnauthor"),
    "people": steps.PEOPLE,
    "letters": steps.LETTERS,
    "names": steps.NAMES,
    "object": steps.embedded_object(),
    "object 1": steps.embedded_object(1),
    "data 1": steps.data(1),
    "value 9": steps.value(9),
    "HTML": steps.html(),
    "HTML 2": steps.html(2),
    "picture 1": steps.picture(1),
    "picture inside": steps.PICTURE_INSIDE,
    "frame 5": steps.frame(5),
    "bitmap 1": steps.bitmap(1),
    "metafile 1": steps.metafile(1),
    "old metafile 1": steps.old_metafile(1),
    "enhanced metafile": steps.ENHANCED_METAFILE,
    "file 1": steps.carved(1),
    "behind the picture": steps.behind("picture"),
    "behind the archive": steps.behind("archive"),
    "behind the document": steps.behind("document"),
    "beside the picture": steps.BESIDE,
    "unpacked": steps.UNPACKED,
}
"""As they stand in what programs and people have kept."""


def test_the_words_of_steps_are_those_of_the_contract() -> None:
    assert [str(step) for step in SAID.values()] == list(SAID)


def test_every_kind_of_step_can_be_made_and_has_words() -> None:
    assert set(WORDS) == set(get_args(StepKind)) == {step.kind for step in SAID.values()}


@given(st.text())
def test_a_name_is_written_letter_for_letter(name: str) -> None:
    for made in (steps.file, steps.package_part, steps.stream, steps.name, steps.document_property, steps.destination):
        assert str(made(name)) == name
    assert str(Location("2").inside(steps.file(name), steps.page(3))) == f"part 2 › {name} › page 3"
    assert str(Location("").inside(steps.file(name))) == f"message › {name}"


@given(st.sampled_from(sorted(WORDS)), st.text(max_size=5), st.none() | st.integers(0, 9))
def test_steps_are_equal_where_their_words_are(kind: StepKind, text: str, number: int | None) -> None:
    step = PlaceStep(kind, text, number)
    kept = steps.name(str(step))
    assert (kept, hash(kept)) == (step, hash(step))
    assert step != steps.name(f"{step}.")
    assert step != str(step)
