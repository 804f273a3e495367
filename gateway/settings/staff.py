"""The staff directory: who works here, by name and mail address, from a file.

One colleague a line: a name, an address, or both in any order, parted by a comma, a semicolon, a tab or blanks before
`<address>`. UTF-8, or GB18030 as a Chinese Excel saves it. A head (`姓名,邮箱,部门`) and lines that begin with `#` are
left out. Of further columns the one is taken that the head calls a team; without a head none.

In: a path. Out: colleagues. Raises: Problem with file and line.
"""

import re
from pathlib import Path

from gateway.errors import Problem
from gateway.model.organization import Colleague
from gateway.text.addresses import fold_address

_MOST_BYTES = 64 * 1024 * 1024
_HEADS = frozenset(
    [
        "姓名",
        "名字",
        "员工",
        "员工姓名",
        "name",
        "staff",
        "full_name",
        "fullname",
        "邮箱",
        "邮件",
        "邮件地址",
        "email",
        "mail",
        "address",
        "e-mail",
    ]
)
_TEAMS = frozenset(["部门", "团队", "小组", "组别", "班组", "team", "department", "group"])
_PARTS = re.compile(r"[,;，；\t<>|]")


def load_staff(path: Path) -> tuple[Colleague, ...]:
    """Everybody in the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "name a readable file as staff") from error
    if len(data) > _MOST_BYTES:
        raise Problem(str(path), "the staff directory has more than 64 MB", "list one name and address a line")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            bad = data.count(b"\n", 0, error.start) + 1
            raise Problem(f"{path}:{bad}", "neither UTF-8 nor GB18030", "save the file as UTF-8") from None
    found: list[Colleague] = []
    team_column = -1
    for number, line in enumerate(text.split("\n"), 1):
        columns = [cell.strip(" \"'\r\u3000") for cell in _PARTS.split(line)]
        cells = [cell for cell in columns if cell]
        if not cells or line.startswith("#"):
            continue
        if any(cell.lower() in _HEADS for cell in cells) and all(cell.lower() in _HEADS | _TEAMS for cell in cells):
            team_column = next((at for at, cell in enumerate(columns) if cell.lower() in _TEAMS), -1)
            continue
        team = columns[team_column] if 0 <= team_column < len(columns) else ""
        if team:
            cells.remove(team)
        address = next((cell for cell in cells if "@" in cell), "")
        if address and not fold_address(address):
            raise Problem(f"{path}:{number}", "this is no mail address", "write `name,address` or one of the two")
        name = next((cell for cell in cells if "@" not in cell and not cell.isdecimal()), "")
        if name or address:
            found.append(Colleague(name[:100], address, team[:100]))
    return tuple(found)
