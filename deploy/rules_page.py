"""Write the tables of docs/rules.md that the code knows: the placeholders and the conditions of `when`.

The rest of the page is written by hand. A table stands between two comments that name it; a page without them, or with
one of them twice, is a mistake and is left as it is.
"""

from collections.abc import Callable
from pathlib import Path

from gateway.model import LANGUAGES, PLACEHOLDER_KINDS, Placeholders
from gateway.policy.conditions import conditions

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"


def placeholders() -> str:
    """The words of each kind in each language, where `policy.toml` sets no others."""
    lines = [
        f"| key | {' | '.join(f'`{language}`' for language in LANGUAGES)} |",
        "| --- " * (1 + len(LANGUAGES)) + "|",
    ]
    for kind in PLACEHOLDER_KINDS:
        words = (f"`{Placeholders().word(kind, language)}`" for language in LANGUAGES)
        lines.append(f"| `{kind}` | {' | '.join(words)} |")
    return "\n".join(lines)


def condition_table() -> str:
    """What each condition takes and means."""
    lines = ["| condition | takes | 含义 | meaning |", "| --- | --- | --- | --- |"]
    lines += [f"| `{one.key}` | {one.takes} | {one.zh} | {one.en} |" for one in conditions().values()]
    return "\n".join(lines)


TABLES: dict[str, Callable[[], str]] = {"placeholders": placeholders, "conditions": condition_table}


def page(now: str) -> str:
    """The page with each table as the code has it. Raises ValueError where the two comments of a table are missing."""
    for name, table in TABLES.items():
        start, end = f"<!-- made by `make docs`: {name} -->\n", f"<!-- end: {name} -->\n"
        if now.count(start) != 1 or now.count(end) != 1 or now.index(start) > now.index(end):
            raise ValueError(f"docs/rules.md: the comments around {name} are missing or not in order")
        before, rest = now.split(start)
        now = f"{before}{start}\n{table()}\n\n{end}{rest.split(end)[1]}"
    return now


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
