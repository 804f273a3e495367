"""Places of a message in Chinese. A step says of which kind it is: none is told by its words. Pure."""

from gateway.model import PlaceStep, StepKind
from gateway.text.covering import CoveredPlace

CHINESE: dict[StepKind, str] = {
    "name": "{}",
    "file": "{}",
    "attachment": "附件 {}",
    "mail": "第 {} 封邮件",
    "part": "第 {} 部分",
    "preamble": "首个分隔线之前",
    "epilogue": "末个分隔线之后",
    "decoded": "解码后",
    "signed": "已签名的内容",
    "html_body": "HTML 正文",
    "rtf_body": "RTF 正文",
    "recipients": "收件人列表",
    "page": "第 {} 页",
    "hidden_pages": "未列出的页面",
    "version": "第 {} 版",
    "sheet": "第 {} 个工作表",
    "package_part": "{}",
    "stream": "{}",
    "unused": "未使用的空间",
    "property": "属性“{}”",
    "properties": "文档属性",
    "objects": "对象中的字符串",
    "streams": "内容流中的字符串",
    "destination": "{}",
    "people": "人名",
    "letters": "逐字书写的文字",
    "names": "姓名",
    "object": "对象 {}",
    "data": "内嵌数据 {}",
    "value": "数据值 {}",
    "html": "HTML {}",
    "picture": "图 {}",
    "picture_inside": "内含的预览图",
    "frame": "第 {} 帧",
    "bitmap": "位图 {}",
    "metafile": "图元文件 {}",
    "old_metafile": "旧式图元文件 {}",
    "enhanced_metafile": "增强型图元文件",
    "carved": "夹带的文件 {}",
    "behind": "文件末尾之后",
    "beside": "图片数据之间",
    "unpacked": "解压后",
    "envelope": "{}",
}
"""Each kind of step; `{}` is its name or number."""


def in_chinese(place: CoveredPlace) -> str:
    """The whole way, with the names of the attachments."""
    first = f"第 {place.where.part} 部分" if place.where.part else "邮件"
    words = (first, *map(_step, place.where.steps))
    return " › ".join(f"{word}（{name}）" if name else word for word, name in zip(words, place.names, strict=True))


def _step(step: PlaceStep) -> str:
    return CHINESE[step.kind].format(step.tail).rstrip() if step.kind not in _BARE else step.tail


_BARE = frozenset(kind for kind, words in CHINESE.items() if words == "{}")
"""Names that are shown letter for letter."""
