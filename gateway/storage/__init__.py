"""The report store and quarantine on SQLAlchemy Core. `protocols` is what other rooms see."""
