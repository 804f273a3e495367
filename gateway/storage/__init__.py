"""The report store and quarantine on SQLAlchemy Core. `interface` is what other rooms see."""
