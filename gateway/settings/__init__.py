"""`gateway.toml` and the environment, with line and column of every key."""
