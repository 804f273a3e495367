"""Taking the reporter out of a message: findings to edits (`plan`), edits to bytes (`apply`)."""
