"""Pages as chat and mail programs show them, in HTML: eight layouts, each light and dark, each with its own window.

Every picture of a person is an `img.face`, every text of a person a `.say`, so that Chromium can be asked where they
stand. Nobody here is real.
"""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """`face` is a data URI."""

    name: str
    face: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `mine` is by who holds the phone."""

    who: Person
    text: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """HTML for a window of `width` by `height` CSS pixels at `ratio` device pixels each."""

    html: str
    width: int
    height: int
    ratio: float


@dataclass(frozen=True, slots=True)
class _Colours:
    paper: str
    panel: str
    bubble: str
    mine: str
    ink: str
    faint: str


_LIGHT = _Colours("#ededed", "#ffffff", "#ffffff", "#95ec69", "#181818", "#8a8a8a")
_DARK = _Colours("#111111", "#1d1d1f", "#2c2c2e", "#3eb575", "#dcdcdc", "#7d7d82")


def _page(body: str, style: str, colours: _Colours, font: str) -> str:
    return (
        f"<!doctype html><meta charset=utf-8><style>@font-face{{font-family:N;src:url({font})}}"
        f"*{{box-sizing:border-box;margin:0}}body{{font:16px/1.45 N;background:{colours.paper};color:{colours.ink}}}"
        f"img.face{{display:block;object-fit:cover}}.faint{{color:{colours.faint}}}{style}</style>{body}"
    )


def _face(person: Person, size: int, radius: str, extra: str = "") -> str:
    return f'<img class=face src="{person.face}" style="width:{size}px;height:{size}px;border-radius:{radius};{extra}">'


def _say(text: str) -> str:
    return f"<span class=say>{html.escape(text)}</span>"


def _bubbles(said: Sequence[Said], colours: _Colours, size: int, radius: str, named: bool) -> str:
    rows = []
    for one in said:
        name = "" if one.mine or not named else f"<div class=faint style='font-size:12px'>{_say(one.who.name)}</div>"
        fill = colours.mine if one.mine else colours.bubble
        ink = "#111" if one.mine else colours.ink
        bubble = f"<div class=b style='background:{fill};color:{ink}'>{_say(one.text)}</div>"
        way = "row-reverse" if one.mine else "row"
        rows.append(
            f"<div style='display:flex;flex-direction:{way};gap:10px;padding:9px 12px'>{_face(one.who, size, radius)}"
            f"<div style='max-width:62%'>{name}{bubble}</div></div>"
        )
    return "".join(rows)


_BUBBLE = ".b{display:inline-block;padding:9px 12px;border-radius:6px}"
Layout = Callable[[Sequence[Said], bool, str], Page]


def phone_chat(said: Sequence[Said], dark: bool, font: str) -> Page:
    """Square faces with round corners, as in WeChat."""
    c = _DARK if dark else _LIGHT
    top = f"<div style='padding:14px;text-align:center;background:{c.panel}'>‹ {_say(said[0].who.name)}</div>"
    return Page(_page(top + _bubbles(said, c, 40, "5px", False), _BUBBLE, c, font), 360, 800, 3)


def phone_group(said: Sequence[Said], dark: bool, font: str) -> Page:
    """Round faces with names over a wallpaper, as in Telegram or QQ."""
    c = _DARK if dark else _LIGHT
    wall = "#0d1b2a,#1b263b" if dark else "#cfe3d4,#b6cfe0"
    style = _BUBBLE + f"body{{background:linear-gradient(160deg,{wall})}}.b{{border-radius:14px}}"
    return Page(_page(_bubbles(said, c, 36, "50%", True), style, c, font), 400, 860, 2)


def phone_list(said: Sequence[Said], dark: bool, font: str) -> Page:
    """A list of conversations, some with a red badge at the face."""
    c = _DARK if dark else _LIGHT
    rows = "".join(
        f"<div style='display:flex;gap:12px;padding:10px 14px;background:{c.panel};border-bottom:1px solid {c.paper}'>"
        f"<div style='position:relative'>{_face(one.who, 48, '6px')}"
        + (
            "<b style='position:absolute;right:-6px;top:-6px;background:#fa5151;color:#fff;border-radius:9px;"
            f"font-size:11px;padding:1px 5px'>{number + 2}</b>"
            if number % 3 == 0
            else ""
        )
        + f"</div><div style='flex:1;overflow:hidden'><div>{_say(one.who.name)}</div><div class=faint "
        f"style='font-size:13px;white-space:nowrap'>{_say(one.text)}</div></div></div>"
        for number, one in enumerate(said)
    )
    return Page(_page(rows, "", c, font), 390, 780, 3)


def phone_mail(said: Sequence[Said], dark: bool, font: str) -> Page:
    """A mail on a phone, the sender's picture round beside the name."""
    c = _DARK if dark else _LIGHT
    first = said[0]
    body = "".join(f"<p style='margin:10px 0'>{_say(one.text)}</p>" for one in said)
    head = (
        f"<h2 style='font-size:20px;margin:12px 0'>关于直播间的举报</h2><div style='display:flex;gap:10px'>"
        f"{_face(first.who, 40, '50%')}<div><div>{_say(first.who.name)}</div><div class=faint style='font-size:12px'>"
        f"收件人: 平台客服　9月18日 10:21</div></div></div>"
    )
    style = f"body{{background:{c.panel};padding:12px 16px}}"
    return Page(_page(head + body, style, c, font), 390, 760, 2)


def desk_mail(said: Sequence[Said], dark: bool, font: str) -> Page:
    """A web mail program on a desktop: folders, and a thread with the senders' pictures."""
    c = _DARK if dark else _LIGHT
    mails = "".join(
        f"<div style='display:flex;gap:14px;padding:16px 0;border-top:1px solid {c.paper}'>{_face(one.who, 40, '50%')}"
        f"<div style='font-size:14px'><b>{_say(one.who.name)}</b> <span class=faint>发给 客服</span>"
        f"<div style='margin-top:8px'>{_say(one.text)}</div></div></div>"
        for one in said[:8]
    )
    folders = "".join(f"<div style='padding:6px'>{word}</div>" for word in ("收件箱", "已加星标", "已发送", "草稿箱"))
    body = (
        f"<div style='display:flex'><div style='width:180px;padding:20px;font-size:14px'>{folders}</div>"
        f"<div style='flex:1;background:{c.panel};padding:20px 28px;min-height:768px'>"
        f"<h2 style='font-size:22px;margin-bottom:12px'>举报处理</h2>{mails}</div></div>"
    )
    return Page(_page(body, "", c, font), 1280, 768, 1)


def desk_chat(said: Sequence[Said], dark: bool, font: str) -> Page:
    """A chat program on a desktop: contacts at the left, the talk at the right."""
    c = _DARK if dark else _LIGHT
    people = {one.who.name: one.who for one in said}.values()
    contacts = "".join(
        f"<div style='display:flex;gap:10px;padding:9px'>{_face(person, 40, '4px')}"
        f"<div style='font-size:14px'>{_say(person.name)}</div></div>"
        for person in people
    )
    talk = _bubbles(said[:9], c, 40, "4px", True)
    body = (
        f"<div style='display:flex;min-height:800px'><div style='width:240px;background:{c.panel}'>{contacts}</div>"
        f"<div style='flex:1;font-size:14px'>{talk}</div></div>"
    )
    return Page(_page(body, _BUBBLE, c, font), 1000, 800, 1)


def phone_room(said: Sequence[Said], dark: bool, font: str) -> Page:
    """Comments over a broadcast, small round faces."""
    c = _DARK if dark else _LIGHT
    wall = "#30241d,#59324c" if dark else "#a9c3d8,#e6c7b8"
    rows = "".join(
        "<div style='display:flex;gap:8px;align-items:center;margin:7px 10px;padding:4px 10px 4px 4px;"
        f"background:#0007;border-radius:18px;width:fit-content;color:#fff;font-size:14px'>{_face(one.who, 28, '50%')}"
        f"<span>{_say(one.who.name)}: {_say(one.text[:14])}</span></div>"
        for one in said
    )
    style = f"body{{background:radial-gradient(circle at 30% 20%,{wall});padding-top:220px;min-height:800px}}"
    return Page(_page(rows, style, c, font), 360, 800, 3)


def phone_profile(said: Sequence[Said], dark: bool, font: str) -> Page:
    """Somebody's own page: one large face with a border, friends in a row below."""
    c = _DARK if dark else _LIGHT
    first = said[0].who
    friends = "".join(
        f"<div style='text-align:center;font-size:12px'>{_face(one.who, 56, '28%')}{_say(one.who.name)}</div>"
        for one in said[1:9]
    )
    body = (
        f"<div style='padding:40px 20px;background:{c.panel};display:flex;gap:18px'>"
        f"{_face(first, 84, '50%', 'border:3px solid #f5b942')}<div><h2 style='font-size:20px'>{_say(first.name)}</h2>"
        f"<div class=faint>账号: viewer_{len(first.name)}0{len(said)}</div></div></div>"
        f"<div style='display:grid;grid-template-columns:repeat(4,1fr);gap:14px;padding:20px'>{friends}</div>"
    )
    return Page(_page(body, "", c, font), 390, 640, 3)


LAYOUTS: dict[str, Layout] = {
    "phone chat": phone_chat,
    "phone group": phone_group,
    "phone list": phone_list,
    "phone mail": phone_mail,
    "phone room": phone_room,
    "phone profile": phone_profile,
    "desktop mail": desk_mail,
    "desktop chat": desk_chat,
}
