"""`hushgate doctor`: what an installation needs, whether it is so, and what to do where not."""

import argparse
import os
from typing import Any

from gateway.cli import output

_SHOWN = {"ok": "正常 ok", "warning": "注意 warning", "failed": "故障 FAILED"}
_CHECKS = {
    "configuration": "配置",
    "key": "主密钥",
    "store": "数据库",
    "disk": "磁盘",
    "audit": "审计日志",
    "clock": "时钟",
    "upstream": "上游服务器",
    "certificates": "证书",
    "readers": "读取与文字识别",
    "service": "服务",
    "accounts": "账号",
    "reports": "举报",
    "queue": "待审队列",
    "drill": "演练",
    "rules": "规则",
}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("doctor", parents=[shared], help="look at everything that an installation needs")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.doctor import diagnoses

    found = list(diagnoses(arguments.config, os.environ))
    if arguments.json:
        output.as_json([{"check": one.check, "state": one.state, "remedy": one.remedy} for one in found])
    else:
        rows = [[_SHOWN[one.state], f"{_CHECKS[one.check]} {one.check}", one.remedy] for one in found]
        output.table(["STATE", "CHECK", "REMEDY"], rows)
    return 1 if any(one.state == "failed" for one in found) else 0
