"""What `make docs` would write is what stands in docs/."""

import pytest

import rules_page
import settings_page


def test_the_page_of_the_settings_is_what_make_docs_writes() -> None:
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), "run `make docs`"


def test_the_tables_of_the_rules_are_what_make_docs_writes() -> None:
    now = rules_page.PAGE.read_text(encoding="utf-8")
    assert now == rules_page.page(now), "run `make docs`"


@pytest.mark.parametrize("name", rules_page.TABLES)
def test_a_row_that_was_written_by_hand_goes_and_what_stands_around_a_table_stays(name: str) -> None:
    now = rules_page.PAGE.read_text(encoding="utf-8")
    end = f"\n<!-- end: {name} -->\n"
    stale = now.replace(end, f"| `invented` | x | y | z |\n{end}") + "by hand\n"
    assert stale.count("`invented`") == 1
    assert rules_page.page(stale) == now + "by hand\n"


@pytest.mark.parametrize("name", rules_page.TABLES)
@pytest.mark.parametrize("mark", ["<!-- made by `make docs`: {} -->\n", "<!-- end: {} -->\n"])
@pytest.mark.parametrize("times", [0, 2])
def test_a_page_that_lost_the_comments_of_a_table_is_a_mistake(name: str, mark: str, times: int) -> None:
    now = rules_page.PAGE.read_text(encoding="utf-8")
    line = mark.format(name)
    with pytest.raises(ValueError, match=f"around {name} are missing"):
        rules_page.page(now.replace(line, line * times))
