"""Write config/policy.schema.json: what editors know of policy.toml, as the code has it."""

from pathlib import Path

from gateway.policy.json_schema import FILE, text

PLACE = Path(__file__).parents[1] / "config" / FILE


def main() -> None:
    """Write the file anew."""
    PLACE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
