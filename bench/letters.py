"""What is learned of a letter's writer, by layout: name and telephone, as shares of letters of each layout.

    .venv/bin/python bench/letters.py                 # every layout in every kind of file
    .venv/bin/python bench/letters.py --rounds 20 --kinds txt docx

Letters are made here from lists of its own, with nothing of the program: text, docx (python-docx), xlsx (openpyxl),
HTML, PDF (printed by Chromium, where there is one), and docx turned to odt, doc and PDF by LibreOffice, where there is
one. Each names, beside its writer, the reported party with a number of theirs, an office and the platform's hotline;
`wrong` counts those that were learned.
"""

import argparse
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
from mailbag.files import fonts

from gateway.intake.extract import learn
from gateway.model import Party
from gateway.sandbox.pool import ReaderPool

SURNAMES = (
    "褚卫蒋韩杨朱秦许何吕施孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭鲁韦昌马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤".strip()
)
GIVEN = [
    "云起",
    "松年",
    "星河",
    "望舒",
    "小满",
    "怀瑾",
    "若水",
    "之遥",
    "思齐",
    "鹤鸣",
    "清欢",
    "书瑶",
    "子衿",
    "砚秋",
    "景行",
]
FIRST = ["Maria", "Oliver", "Priya", "Tomas", "Ingrid", "Declan", "Amara", "Stefan"]
LAST = ["Lopez", "Whitcombe", "Raman", "Novak", "Halvorsen", "Byrne", "Okafor", "Lindqvist"]
PARTY, PARTY_PHONE, HOTLINE, OFFICER = "青山亭", "15911112222", "400-800-1234", "孙科长"
REASON = "9月3日晚直播中公布我的住址，引来多人堵门，家人不敢外出。"

Table = list[list[str]]
Layout = Callable[[str, str], str | Table]

CHINESE: dict[str, Layout] = {
    "N：…　P：… (U+3000)": lambda n, p: f"举报人：{n}　电话：{p}",
    "two blanks": lambda n, p: f"举报人：{n}  电话：{p}",
    "tab": lambda n, p: f"举报人：{n}\t电话：{p}",
    "comma": lambda n, p: f"举报人：{n}，联系电话：{p}",
    "slash": lambda n, p: f"举报人/{n}/电话/{p}",
    "bars": lambda n, p: f"| 姓名 | {n} | 手机 | {p} |",
    "no colon": lambda n, p: f"举报人 {n} 手机 {p}",
    "nothing between": lambda n, p: f"举报人：{n}电话：{p}",
    "contact N P": lambda n, p: f"联系人：{n} {p}",
    "contact N/P": lambda n, p: f"联系人：{n}/{p}",
    "N（电话：P）": lambda n, p: f"举报人：{n}（电话：{p}）",
    "N (P)": lambda n, p: f"举报人：{n} ({p})",
    "N，P": lambda n, p: f"举报人：{n}，{p}",
    "N，男，…，电话P": lambda n, p: f"举报人：{n}，男，1990年生，电话{p}",
    "N　性别　联系方式": lambda n, p: f"姓名：{n}　性别：男　联系方式：{p}",
    "spread labels": lambda n, p: f"姓　　名：{n}\n电　　话：{p}",
    "label above value": lambda n, p: f"姓名\n{n}\n联系电话\n{p}",
    "labels, then values": lambda n, p: f"姓名\n联系电话\n被举报人\n事由\n{n}\n{p}\n{PARTY}\n公布住址",
    "one per line": lambda n, p: f"举报人姓名：{n}\n举报人电话：{p}\n被举报人：{PARTY}\n被举报人电话：{PARTY_PHONE}",
    "party first": lambda n, p: f"被举报人：{PARTY}　电话：{PARTY_PHONE}\n举报人：{n}　电话：{p}",
    "bare N　P": lambda n, p: f"{n}　{p}",
    "bare N/P": lambda n, p: f"{n}/{p}",
    "bare N（P）": lambda n, p: f"{n}（{p}）",
    "bare N，电话P": lambda n, p: f"{n}，电话{p}",
    "contact details of both": lambda n, p: f"联系方式：{n} {p}",
    "signature": lambda n, p: f"此致\n敬礼\n\n举报人（签名）：{n}\n电话 {p}\n2026年9月4日",
    "signature, bare": lambda n, p: f"此致\n敬礼！\n{n}\n{p}\n2026年9月4日",
    "signature, phone above": lambda n, p: f"此致 敬礼\n联系电话 {p}\n{n}\n2026.9.4",
    "spaced phone": lambda n, p: f"举报人：{n}　电话：{p[:3]} {p[3:7]} {p[7:]}",
}
ENGLISH: dict[str, Layout] = {
    "Name: … Phone: …": lambda n, p: f"Name: {n} Phone: {p}",
    "Complainant, Tel": lambda n, p: f"Complainant: {n}, Tel: {p}",
    "Contact: N (P)": lambda n, p: f"Contact: {n} ({p})",
    "Contact: N, P": lambda n, p: f"Contact: {n}, {p}",
    "bars (English)": lambda n, p: f"Reporter | {n} | Mobile | {p}",
    "Yours faithfully": lambda n, p: f"Yours faithfully,\n{n}\nTel {p}",
    "Yours faithfully, in one line": lambda n, p: f"Yours faithfully, {n}, Tel {p}",
    "Kind regards, bare": lambda n, p: f"Kind regards,\n\n{n}\n{p}",
    "N | P": lambda n, p: f"{n} | {p}",
}
TABLES: dict[str, Layout] = {
    "label beside value": lambda n, p: [
        ["举报人姓名", n, "手机号", p],
        ["被举报人", PARTY, "联系电话", PARTY_PHONE],
        ["事由", REASON, "", ""],
    ],
    "label beside value, rows": lambda n, p: [["姓名", n], ["联系电话", p], ["被举报人", PARTY], ["事由", REASON]],
    "heads above": lambda n, p: [["姓名", "联系电话", "被举报人", "事由"], [n, p, PARTY, "公布住址"]],
    "heads above, empty cell": lambda n, p: [["序号", "姓名", "身份证号", "联系电话"], ["1", n, "", p]],
    "sections at the left": lambda n, p: [
        ["举报人", "姓名", n, "电话", p],
        ["", "住址", "衡山路18弄2号", "邮编", "200000"],
        ["被举报人", "姓名", PARTY, "电话", PARTY_PHONE],
        ["", "房间号", "88412345", "平台", "本平台"],
    ],
    "pairs of heads and values": lambda n, p: [["姓名", "电话"], [n, p], ["被举报人", "时间"], [PARTY, "9月3日"]],
    "office below": lambda n, p: [
        ["举报人", n, "联系电话", p],
        ["受理单位", "网信办", "经办人", OFFICER],
        ["", "", "联系电话", "010-65001234"],
    ],
    "head with remark": lambda n, p: [["举报人（实名）", n], ["联系方式（手机）", p], ["被举报人", PARTY]],
}


def person(rng: random.Random) -> tuple[str, str]:
    return rng.choice(SURNAMES) + rng.choice(GIVEN), rng.choice(
        ["136", "137", "135", "188"]
    ) + f"{rng.randrange(10**8):08}"


def foreigner(rng: random.Random) -> tuple[str, str]:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}", f"+44 7700 9{rng.randrange(10**5):05}"


def around(layout: str | Table, latin: bool) -> list[str | Table]:
    """The letter: what it complains of, and the layout at its end."""
    if latin:
        return ["Complaint", f"The streamer {PARTY} (phone {PARTY_PHONE}) published my address.", "Please act.", layout]
    return ["举报信", f"主播{PARTY}（电话{PARTY_PHONE}）于{REASON}", f"请依规处理。平台举报热线：{HOTLINE}", layout]


def written(kind: str, letter: list[str | Table], folder: Path) -> Path | None:
    """One file; None where a letter cannot be written so."""
    table = next((piece for piece in letter if not isinstance(piece, str)), None)
    lines = [line for piece in letter if isinstance(piece, str) for line in (*piece.split("\n"),)]
    path = folder / f"信.{kind}"
    if kind == "txt":
        path.write_text("\n".join([*lines, *("\t".join(row) for row in table or [])]), "utf-8")
    elif kind == "docx":
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        if table:
            grid = document.add_table(rows=len(table), cols=len(table[0]))
            for row, cells in zip(grid.rows, table, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        document.save(str(path))
    elif kind == "xlsx":
        workbook = openpyxl.Workbook()
        for number, row in enumerate([*([line] for line in lines), *(table or [])], 2):
            for column, cell in enumerate(row, 2):
                if cell:
                    workbook.active.cell(number, column, cell)
        workbook.save(path)
    elif kind in ("html", "pdf"):
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table or [])
        body = "".join(f"<p style='white-space:pre-wrap'>{line}</p>" for line in lines)
        page = f"<!doctype html><meta charset=utf-8><body>{body}<table border=1>{rows}</table></body>"
        source = folder / "信.html"
        source.write_text(page, "utf-8")
        if kind == "pdf":
            command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
            subprocess.run(
                [*command, "--no-pdf-header-footer", f"--print-to-pdf={path}", source.as_uri()],
                capture_output=True,
                check=False,
                timeout=60,
                env={**os.environ, "FONTCONFIG_FILE": str(fonts(folder))},  # without one every letter is a box
            )
    else:
        made = written("docx", letter, folder)
        command = ["soffice", "--headless", "--convert-to", kind, "--outdir", str(folder), str(made)]
        subprocess.run(command, capture_output=True, check=False, timeout=120)
    return path if path.exists() else None


def cases() -> Iterator[tuple[str, Layout, bool]]:
    yield from ((name, layout, False) for name, layout in CHINESE.items())
    yield from ((name, layout, True) for name, layout in ENGLISH.items())
    yield from ((f"table: {name}", layout, False) for name, layout in TABLES.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kinds", nargs="*", default=["txt", "docx", "xlsx", "html"])
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--show", action="store_true", help="what was learned where that is not right")
    wanted = parser.parse_args()
    kinds = [k for k in wanted.kinds if k != "pdf" or shutil.which("chromium")]
    kinds = [k for k in kinds if k not in ("odt", "doc") or shutil.which("soffice")]
    rng, pool = random.Random(wanted.seed), ReaderPool(1, 60.0, 2048)
    print(f"{'layout':34}", *(f"{kind:>22}" for kind in kinds))
    sums = {kind: [0, 0, 0, 0] for kind in kinds}
    for title, layout, latin in cases():
        shown = []
        for kind in kinds:
            name_found = phone_found = wrong = made = 0
            for _ in range(wanted.rounds):
                name, phone = foreigner(rng) if latin else person(rng)
                with tempfile.TemporaryDirectory() as folder:
                    path = written(kind, around(layout(name, phone), latin), Path(folder))
                    if path is None:
                        continue
                    reading = pool.read_file(path.read_bytes(), path.name)
                items = learn(reading, path.name, (Party(PARTY),))
                made += 1
                values = {item.value.replace(" ", "") for item in items if item.kind in ("name", "phone", "nickname")}
                right = {name.replace(" ", ""), phone.replace(" ", "")}
                name_found += name.replace(" ", "") in values
                phone_found += phone.replace(" ", "") in values
                wrong += bool(values - right)
                if wanted.show and (values ^ right):
                    print(f"  {title}, {kind}: right {sorted(right)}, learned {sorted(values)}")
            shown.append(f"{name_found}/{made} {phone_found}/{made} wrong {wrong}")
            sums[kind] = [a + b for a, b in zip(sums[kind], (name_found, phone_found, wrong, made), strict=True)]
        print(f"{title:34}", *(f"{cell:>22}" for cell in shown), flush=True)
    for kind, (name_found, phone_found, wrong, made) in sums.items():
        print(f"{kind}: name {name_found}/{made}, phone {phone_found}/{made}, something wrong in {wrong}")
    pool.close()


if __name__ == "__main__":
    main()
