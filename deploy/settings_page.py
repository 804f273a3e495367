"""Write docs/settings.md from the settings themselves."""

from pathlib import Path

from gateway.settings.settings import describe

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
HEAD = """# The settings: `gateway.toml`

Every key can be given by the environment too, which wins; lists are JSON there. Paths, in both, are relative to
the folder in which the configuration folder stands. `hushgate check` names every mistake with its line. This page is
written by `make docs`.
"""


def page() -> str:
    """The page as it has to stand in docs/settings.md: one table a section."""
    lines, table = [HEAD], ""
    for one in describe():
        if one.table != table:
            table = one.table
            lines.append(
                f"\n## [{table}]\n\n| key | environment | type | default | meaning |\n| --- | --- | --- | --- | --- |"
            )
        key = "environment only" if one.environment_only else f"`{one.key}`"
        kind = one.type.replace("|", "\\|")  # the cell of a Markdown table
        default = "required" if one.default is None else f"`{one.default}`"
        lines.append(f"| {key} | `{one.variable}` | {kind} | {default} | {one.doc} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
