"""Pictures with the reporter in them: pages and chats drawn by Chromium, photographs of screens, codes, long ones.

Each kind is drawn in another look (typeface, size, light or dark, phone or desk) and packed in another format. Chromium
says where each secret stands, so that what is left of it after covering is measured in pixels (`left_of`), not by what
some reader makes of it.
"""

import base64
import html
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image
from scenes.changes import photographed
from scenes.chromium import Browser, browser
from scenes.faces import drawn
from scenes.pages import Page
from scenes.sets import font_uri

from gateway.formats.image.covered import FILL
from rewritten import (
    PARTY_ADDRESS,
    REPORTER_ADDRESS,
    REPORTER_NAME,
    REPORTER_NICKNAME,
    REPORTER_PHONE,
    REPORTER_WECHAT,
    SECRETS,
    SENDER,
    Case,
)

FACE = 4
"""Number of the drawn face that is the reporter's."""
Rectangle = tuple[int, int, int, int]
_INK = 60
_FORMATS = ("PNG", "PNG", "JPEG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_STYLES: Sequence[tuple[str, str, str]] = (
    ("#ffffff", "#1a1a1a", "#f4f6f8"),
    ("#ededed", "#181818", "#ffffff"),
    ("#111111", "#dcdcdc", "#1d1d1f"),
    ("#0d1b2a", "#e6eef6", "#1b263b"),
)
_TALK = (
    "好的收到，我们会尽快核实",
    "昨天晚上八点左右进的直播间",
    "主播让大家加微信付款",
    "请提供一下当时的截图",
    "希望平台认真处理",
    "谢谢您的配合",
    "链接现在已经打不开了",
    "付款以后就把我拉黑了",
)
_ASIDE = (
    "本工单由系统自动流转，请于三个工作日内回复。",
    "处理结果将以站内信通知。",
    "如需补充说明，请直接回复本页。",
    "Ticket opened by customer service, priority normal.",
)
_TOLD = (
    "您好，我是{}，有问题想反映",
    "客服请联系{}核实情况",
    "我的联系方式是{}，请尽快回复",
    "This is {} again, please check the stream.",
    "工单由{}提交，客服已受理",
    "本单联系人为{}，其余信息见附件",
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    picture: Image.Image
    secrets: tuple[Rectangle, ...]
    kept: tuple[str, ...]


_places: dict[str, tuple[Image.Image, tuple[Rectangle, ...]]] = {}


def cases(chance: random.Random, count: int, folder: Path) -> Iterator[Case]:
    """By turns of each kind."""
    with browser() as drawing:
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            yield _case(kind, number, chance, drawing)


def _case(kind: str, number: int, chance: random.Random, drawing: Browser) -> Case:
    should = "hold" if kind in _HELD else "rewrite"
    page = _DRAW[kind](chance, drawing)
    picture, secrets = page.picture, page.secrets
    format_ = "JPEG" if kind == "photograph" else chance.choice(_FORMATS)
    if kind == "photograph":
        picture, secrets = photographed(_turned(picture, chance.uniform(-3, 3)), number), ()
    data = _packed(picture, format_, chance)
    name = f"pictures-{number}"
    if secrets and should == "rewrite":
        _places[name] = (picture, secrets)
    return Case("picture", f"{name} {kind} {format_}", _mail(data, format_, chance), page.kept, (), should)


def left_of(name: str, data: bytes) -> float | None:
    """The share of the secrets' pixels that are still to be seen; None where nobody knows where they were.

    Those count that are far from the covering's colour, light or dark, so that they show whether it is there."""
    if name not in _places:
        return None
    before, places = _places[name]
    with Image.open(BytesIO(data)) as opened:
        after = np.asarray(opened.convert("RGB")).astype(int)
    old = np.asarray(before.convert("RGB")).astype(int)
    all_of_it = left = 0
    for x, y, wide, high in places:
        was, now = old[y : y + high, x : x + wide], after[y : y + high, x : x + wide]
        if not was.size:
            continue
        inked = np.abs(was - np.median(was.reshape(-1, 3), axis=0)).max(axis=2) > _INK
        rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
        if not len(rows):
            continue
        inside = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        was, now = was[inside], now[inside]
        told = np.abs(was - FILL).max(axis=2) > _INK
        all_of_it += int(told.sum())
        left += int((told & (np.abs(now - FILL).max(axis=2) > _INK // 2)).sum())
    return left / max(1, all_of_it)


def words(data: bytes, suffix: str) -> str:
    """What RapidOCR says of the picture with its own settings, and what zxing finds in it."""
    with Image.open(BytesIO(data)) as opened:
        raster = np.ascontiguousarray(np.asarray(opened.convert("RGB"))[:, :, ::-1])
    found = _engine()(raster)
    texts = list(getattr(found, "txts", None) or ())
    return "\n".join((*texts, *(str(code.text) for code in zxingcpp.read_barcodes(raster))))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})


# --- pages


def _secret(chance: random.Random) -> str:
    return chance.choice((REPORTER_NAME, REPORTER_NAME, REPORTER_NICKNAME, REPORTER_PHONE, REPORTER_WECHAT,
                          REPORTER_ADDRESS))  # fmt: skip


def _say(text: str) -> str:
    """As HTML, each secret in an element of its own, so that Chromium can be asked where it stands."""
    marked = html.escape(text)
    for secret in SECRETS:
        marked = marked.replace(secret, f"<span class=say>{secret}</span>")
    return marked


def _shown(drawing: Browser, body: str, style: str, size: tuple[int, int, float], kept: Sequence[str]) -> _Drawn:
    width, height, ratio = size
    page = (
        f"<!doctype html><meta charset=utf-8><style>@font-face{{font-family:N;src:url({font_uri()})}}"
        f"*{{box-sizing:border-box;margin:0}}{style}</style>{body}"
    )
    shot = drawing.shoot(Page(page, width, height, ratio))
    places = tuple(
        (round(place.x), round(place.y), round(place.width), round(place.height))
        for place in (*shot.words, *(face for face in shot.faces if face.what))
    )
    return _Drawn(shot.picture, places, tuple(kept))


def _look(chance: random.Random, size: int | None = None) -> tuple[str, str]:
    """Style of a page, and the colour of its panels."""
    paper, ink, panel = chance.choice(_STYLES)
    font = chance.choice(("N", "N", "'DejaVu Sans',N", "'Liberation Sans',N", "'Liberation Serif',N"))
    size = size or chance.choice((13, 14, 15, 16, 18))
    return f"body{{background:{paper};color:{ink};font:{size}px/1.6 {font};padding:18px}}", panel


def _told(chance: random.Random) -> str:
    return chance.choice(_TOLD).format(_secret(chance))


def _complaint(chance: random.Random, drawing: Browser) -> _Drawn:
    style, panel = _look(chance)
    kept = chance.sample(_ASIDE, 2)
    text = "".join(
        f"<p style='margin:10px 0'>{_say(one)}</p>" for one in (kept[0], _told(chance), _told(chance), kept[1])
    )
    body = (
        f"<h2 style='font-size:22px'>工单 {chance.randrange(10000, 99999)}</h2>"
        f"<div style='background:{panel};padding:16px 20px;margin-top:14px;border-radius:8px'>{text}</div>"
    )
    return _shown(drawing, body, style, (chance.choice((640, 760, 900)), 460, chance.choice((1, 1, 2))), kept)


def _form(chance: random.Random, drawing: Browser) -> _Drawn:
    """Fields with labels, one beside the other."""
    style, panel = _look(chance)
    rows = [
        ("来信人", REPORTER_NAME),
        ("联系电话", REPORTER_PHONE),
        ("问题类型", "直播付款"),
        ("处理状态", "等待主播说明"),
    ]
    cells = "".join(
        f"<tr><td style='padding:8px 20px;opacity:.7'>{label}</td><td style='padding:8px 20px'>{_say(value)}</td></tr>"
        for label, value in rows
    )
    body = f"<h3>工单信息</h3><table style='background:{panel};margin-top:12px'>{cells}</table>"
    return _shown(drawing, body, style, (560, 340, chance.choice((1, 2))), ("问题类型", "等待主播说明"))


def _chat(chance: random.Random, drawing: Browser, turns: int = 6, face: bool = False, high: int = 800) -> _Drawn:
    style, panel = _look(chance, 16)
    said = [chance.choice(_TALK) for _ in range(turns)]
    for at in chance.sample(range(turns), max(1, turns // 4)):
        said[at] = _told(chance)
    picture = (
        f"<img class=face src='{_uri(drawn(FACE))}' style='width:40px;height:40px;border-radius:50%'>" if face else ""
    )
    other = f"<img src='{_uri(drawn(9))}' style='width:40px;height:40px;border-radius:50%'>"
    rows = "".join(
        f"<div style='display:flex;gap:10px;margin:14px 0;flex-direction:row{'-reverse' if number % 2 else ''}'>"
        f"{other if number % 2 else picture}<div style='max-width:70%;padding:9px 13px;border-radius:8px;"
        f"background:{'#95ec69;color:#111' if number % 2 else panel}'>{_say(text)}</div></div>"
        for number, text in enumerate(said)
    )
    kept = tuple(dict.fromkeys(text for text in said if text in _TALK))[:3]
    return _shown(drawing, rows, style, (375, high, chance.choice((2, 3))), kept)


def _face_chat(chance: random.Random, drawing: Browser) -> _Drawn:
    return _chat(chance, drawing, face=True)


def _long(chance: random.Random, drawing: Browser) -> _Drawn:
    return _chat(chance, drawing, turns=36, high=2600)


def _code(chance: random.Random, drawing: Browser) -> _Drawn:
    kind, text = chance.choice(
        (("QRCode", f"https://pay.example/u/{REPORTER_PHONE}"), ("QRCode", f"微信号 {REPORTER_WECHAT}"),
         ("Code128", REPORTER_PHONE))
    )  # fmt: skip
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    image = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(made, scale=4))).convert("RGB")
    style = _look(chance, 16)[0]
    kept = ("请扫码联系对方", "处理结果将以站内信通知")
    shown = f"<img class=face src='{_uri(image)}' style='margin:24px'>"
    body = f"<p>{kept[0]}</p>{shown}<p style='margin-top:30px'>{kept[1]}</p>"
    return _shown(drawing, body, style, (700, 620, 1), kept)


def _list(chance: random.Random, drawing: Browser) -> _Drawn:
    """Who gave what: the one that is missing would be known."""
    style, panel = _look(chance)
    names = ["李强", "王小美", "赵子墨", REPORTER_NAME, "周俊熙", "吴雨桐"]
    rows = "".join(
        f"<tr><td style='padding:7px 24px'>{name}</td><td>火箭 x{chance.randrange(1, 9)}</td></tr>"
        for name in chance.sample(names, len(names))
    )
    return _shown(
        drawing, f"<h3>当晚礼物榜</h3><table style='background:{panel}'>{rows}</table>", style, (480, 420, 2), ()
    )


_DRAW = {
    "complaint": _complaint,
    "form": _form,
    "chat": _chat,
    "chat with faces": _face_chat,
    "photograph": _complaint,
    "code": _code,
    "long chat": _long,
    "list": _list,
}
_HELD = frozenset(("list",))
KINDS = tuple(_DRAW)


# --- files


def _uri(picture: Image.Image) -> str:
    out = BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def _turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(60, 58, 55))


def _packed(picture: Image.Image, format_: str, chance: random.Random) -> bytes:
    out = BytesIO()
    options: dict[str, Any] = {}
    if format_ == "JPEG":
        options = {"quality": chance.choice((70, 80, 90, 95))}
    if format_ == "WEBP":
        options = {"quality": chance.choice((75, 90)), "lossless": chance.random() < 0.3}
    if format_ == "TIFF":
        options = {"compression": chance.choice(("raw", "tiff_lzw"))}
    picture.save(out, format_, **options)
    return out.getvalue()


def _mail(data: bytes, format_: str, chance: random.Random) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = SENDER, PARTY_ADDRESS
    message["Subject"], message["Date"] = "请您说明情况", "Fri, 18 Sep 2026 10:00:00 +0800"
    message["Message-ID"] = f"<{chance.getrandbits(64):x}@platform.example>"
    message.set_content("您好，请看附图，并于三日内说明情况。\n平台客服")
    message.add_attachment(data, maintype="image", subtype=format_.lower(), filename=f"截图.{format_.lower()}")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
