"""Where the rules come from. Apart from the rest, for the supervisor checks them and opens nothing."""

from pathlib import Path

from gateway.policy import Policy, load_policy, packaged_policy

POLICY_FILE = "policy.toml"


def policy_of(config: Path) -> Policy:
    """The rules of the folder, or the packaged ones where it has no `policy.toml`: they are the strict ones."""
    path = config / POLICY_FILE
    return load_policy(path) if path.exists() else packaged_policy()
