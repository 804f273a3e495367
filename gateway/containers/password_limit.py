"""How many passwords are tried on a file whose kind stretches them by many rounds of a hash."""

MOST_STRETCHED = 24
