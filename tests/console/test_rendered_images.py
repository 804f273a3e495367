"""Pictures wait for the page that shows them, in bounded memory, for the session that was shown it."""

from gateway.console.rendered_images import KeptPictures


def test_a_picture_is_for_the_session_and_message_that_it_was_kept_for() -> None:
    kept = KeptPictures()
    kept.keep("mei", "Q-1", (b"a", b"b"))
    assert (kept.get("mei", "Q-1", 1), kept.get("mei", "Q-1", 2)) == (b"b", None)
    assert kept.get("eve", "Q-1", 0) is None
    assert kept.get("mei", "Q-2", 0) is None


def test_the_oldest_page_goes_first_and_one_shown_again_is_new() -> None:
    kept = KeptPictures(most_bytes=25)
    for held in ("Q-1", "Q-2", "Q-1", "Q-3"):
        kept.keep("mei", held, (held.encode() * 3,))
    assert kept.get("mei", "Q-2", 0) is None
    assert kept.get("mei", "Q-1", 0)
    assert kept.get("mei", "Q-3", 0)


def test_the_page_just_shown_has_its_pictures_however_large_they_are() -> None:
    kept = KeptPictures(most_bytes=1)
    kept.keep("mei", "Q-1", (b"large",))
    assert kept.get("mei", "Q-1", 0) == b"large"


def test_a_session_that_ends_takes_its_pictures_along_and_no_other_s() -> None:
    kept = KeptPictures()
    kept.keep("mei", "Q-1", (b"a",))
    kept.keep("li", "Q-1", (b"a",))
    kept.forget("mei")
    assert (kept.get("mei", "Q-1", 0), kept.get("li", "Q-1", 0)) == (None, b"a")
