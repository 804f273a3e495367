"""What each role may do."""

from gateway.model.roles import RIGHTS, RIGHTS_OF, ROLES, may


def test_every_role_is_in_the_table_and_an_admin_may_all() -> None:
    assert set(RIGHTS_OF) == set(ROLES)
    assert RIGHTS_OF["admin"] == frozenset(RIGHTS)


def test_an_auditor_sees_log_and_figures_and_no_content() -> None:
    assert RIGHTS_OF["auditor"] == {"see_log", "see_figures"}


def test_a_reviewer_decides_on_one_message_and_keeps_no_accounts() -> None:
    assert may("reviewer", "decide")
    assert not any(may("reviewer", right) for right in ("decide_many", "see_senders", "see_log", "keep_accounts"))


def test_an_unknown_role_may_nothing() -> None:
    assert not any(may(role, right) for role in ("", "root", "Admin") for right in RIGHTS)
