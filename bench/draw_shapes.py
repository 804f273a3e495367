"""Makes `gateway/text/shapes.txt`: for each character of GB 2312 those that look most like it.

Glyphs of Noto Sans CJK (OFL-1.1, the wheel of the demo) are drawn at 28 pixels, blurred by one, and correlated. Kept
are the nearest twelve of the 3,755 usual characters from a correlation of 0.75, and of the rarer ones from 0.88.

    .venv/bin/python bench/draw_shapes.py > gateway/text/shapes.txt
"""

from importlib.resources import files

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HAND = """
己已巳 天大 天无 夫天 大犬太 入人八 土士 日曰目 王玉主 干千于 未末 今令 刀力 力九 田由甲申 元无 贝见 儿几 午牛 左右
石右 白自百 且旦 去云 问间 闫间 间向 明朋 晴睛 晚晓 鸣鸡呜 鸟乌岛 张弧 伟纬 杨扬 静靖 磊垒 徐除 海悔 峰锋 晨辰 佳住
陈阵 娟捐 芳劳 丽雨 敏繁 建健 洪供 波坡 清请情 倩债 涛铸 浩洁 强虽 刚钢 斌赋 宇字 宁字 杰木 燕蒸 霞震 琳林 梅悔 莉利
婷停 欣欧 怡冶 蕾雷 萍苹 勇男 军车 平乎 亮壳 超起 辉挥 鹏朋 飞气 龙尤 凤风 彬杉 博搏 志态 思恩 慧彗 颖颍 雪雷 薇微
"""


def main() -> None:
    """Print the table."""
    font = ImageFont.truetype(str(files("cvttf_NotoSansCJK_Regular") / "NotoSansCJKtc-Regular.otf"), 28)
    usual, rare = _characters(0xB0, 0xD7), _characters(0xD8, 0xF7)
    characters = usual + rare
    drawn = np.array([_glyph(character, font) for character in characters])
    drawn -= drawn.mean(1, keepdims=True)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    print("# 形近字 / characters that look alike: made by bench/draw_shapes.py")
    hand = {c: "".join(other for group in HAND.split() if c in group for other in group) for c in "".join(HAND.split())}
    for index, character in enumerate(characters):
        likeness = drawn @ drawn[index]
        likeness[index] = 0
        nearest = [i for i in np.argsort(-likeness)[:36] if likeness[i] >= (0.75 if i < len(usual) else 0.88)][:12]
        alike = dict.fromkeys([*hand.get(character, ""), *(characters[i] for i in nearest)])
        alike.pop(character, None)
        if alike:
            print(character + "".join(alike))


def _characters(first: int, last: int) -> list[str]:
    found = []
    for high in range(first, last + 1):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def _glyph(character: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    picture = Image.new("L", (36, 36), 0)
    ImageDraw.Draw(picture).text((18, 18), character, font=font, fill=255, anchor="mm")
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(1)), np.float32).ravel()


if __name__ == "__main__":
    main()
