"""Alembic's scripts. Forward only; expand first, contract a release later, since old and new run together."""
