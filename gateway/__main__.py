"""`python -m gateway` is `hushgate`."""

from gateway.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
