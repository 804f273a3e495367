"""The staff directory: one colleague a line, in the ways in which people keep such lists."""

from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.settings.staff import load_staff


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_names_and_addresses_in_any_order(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "staff.csv"
    text = "姓名,邮箱\r\n张小鸣,zhang@p.example\r\nli@p.example;李雷\r\n王 芳\r\n"
    text += "赵敏 <zm@p.example>\r\n# 注\r\n\r\nx@p.example\r\n"
    path.write_bytes(text.encode(encoding))
    found = [(one.name, one.address) for one in load_staff(path)]
    assert found == [
        ("张小鸣", "zhang@p.example"),
        ("李雷", "li@p.example"),
        ("王 芳", ""),
        ("赵敏", "zm@p.example"),
        ("", "x@p.example"),
    ]


def test_a_mistake_names_its_line_and_not_the_value(tmp_path: Path) -> None:
    path = tmp_path / "staff.txt"
    path.write_text("张小鸣,zhang@\n", "utf-8")
    with pytest.raises(Problem, match=r"staff.txt:1: this is no mail address") as caught:
        load_staff(path)
    assert "zhang" not in str(caught.value)
    with pytest.raises(Problem, match="cannot be read"):
        load_staff(tmp_path / "none")


def test_a_team_is_the_column_that_the_head_calls_so(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(
        "姓名,部门,邮箱\n李雷,客服一组,li@p.example\n王芳,,wang@p.example\n客服,客服,k@p.example\n", "utf-8"
    )
    assert [(one.name, one.team, one.address) for one in load_staff(path)] == [
        ("李雷", "客服一组", "li@p.example"),
        ("王芳", "", "wang@p.example"),
        ("客服", "客服", "k@p.example"),
    ]
    path.write_text("李雷,客服一组,li@p.example\n", "utf-8")  # nobody says what the second column is
    assert [(one.name, one.team) for one in load_staff(path)] == [("李雷", "")]
