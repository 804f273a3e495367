"""What stands on both sides of some thresholds of `gateway/images/calibration.py`.

    .venv/bin/python bench/thresholds.py [drawn|avatars|copies|seams|bars|ocr]...

Pages are drawn by `gateway.demo.drawing`, photographs and faces are those of `bench/pictures.py` (fetched into a
temporary folder, never kept). The figures stand beside the constants.
"""

import random
import sys
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
import zxingcpp
from pictures import FOLDER, held_out, raster
from PIL import Image, ImageDraw, ImageOps
from scenes.changes import jpeg, shrunk
from scenes.faces import drawn as drawn_face
from scenes.faces import logo, photographs, plain

from gateway.demo.drawing import Bubble, avatar, chat, font
from gateway.images import calibration
from gateway.images.extract.avatar_candidates import patches
from gateway.images.extract.lines import text_of
from gateway.images.extract.ocr_cascade import engine
from gateway.images.extract.ocr_fast import Quick
from gateway.images.extract.raster import grey, pixels, resized
from gateway.images.match.avatar.faces import distinct
from gateway.images.match.grayscale import _off
from gateway.images.match.thumbnail import avatar_pixels, middle

WORDS = (
    "昨天的手机是翻新的",
    "不可能的",
    "序列号查不到",
    "请您尽快核实",
    "最近很忙",
    "我要申请退款",
    "好的谢谢",
    "晚上八点见",
    "平台客服您好",
    "他在直播间骂人",
    "订单已经发货",
    "地址写错了",
    "明天再联系",
    "视频我保存了",
    "请不要告诉他",
    "电话打不通",
)

NAMES = (
    "章晓鸣李霉莹王芳刘洋陈静赵磊孙悦周婷吴昊郑爽冯雪蒋欣沈浩韩梅杨帆"
    "朱琳秦岚许晴何敏吕颖施展张翔孔孝严华金戈魏巍陶然姜萍戚薇谢娜"
)


def _same(one: str, other: str) -> bool:
    """Letter for letter, whichever colon and blank."""
    return one.replace(" ", "").replace(":", "：") == other


def chats(count: int) -> Iterator[Image.Image]:
    """Of two people each, five to eight bubbles."""
    dice = random.Random(77)
    for number in range(count):
        said = [Bubble(dice.choice(WORDS), bool(m % 2)) for m in range(dice.randrange(5, 9))]
        yield chat(f"聊天{number}", said, avatar(number + 900), avatar(number + 1900))


def spread(name: str, values: Sequence[float]) -> None:
    """Prints how many; least, tenth, middle, ninetieth, most."""
    if not values:
        return
    cuts = np.percentile(np.asarray(values, np.float64), (0, 10, 50, 90, 100))
    print(f"  {name:52} n={len(values):5}   " + "  ".join(f"{cut:8.3f}" for cut in cuts))


def drawn() -> None:
    """Neighbours of nearly one colour, in drawings and in photographs; grey levels of a whole picture at 32 by 32."""

    def share(picture: Image.Image) -> float:
        rows = raster(picture).astype(np.int16)
        return float((np.abs(np.diff(rows, axis=1)).max(axis=2) <= calibration.DRAWN_STEP_GREYS).mean())

    def deviation(picture: Image.Image) -> float:
        return float(resized(grey(raster(picture)), 32, 32).std())

    pages, shots = list(chats(20)), list(photographs(FOLDER).values())
    spread("drawn: chats", [share(page) for page in pages])
    spread("drawn: chats, JPEG 40 at 0.7 of the size", [share(jpeg(shrunk(page, 0.7), 40)) for page in pages])
    spread("photographs", [share(shot) for shot in shots])
    spread("photographs, JPEG 85", [share(jpeg(shot, 85)) for shot in shots])
    spread("photographs, JPEG 40", [share(jpeg(shot, 40)) for shot in shots])
    spread("deviation at 32 x 32: chats", [deviation(page) for page in pages])
    spread("deviation at 32 x 32: photographs", [deviation(shot) for shot in shots])
    spread("deviation at 32 x 32: logos", [deviation(logo(number)) for number in range(40)])
    paper = [Image.new("RGB", (1240, 1754), (250 - number, 250, 250)) for number in range(10)]
    spread("deviation at 32 x 32: blank pages, JPEG 40", [deviation(jpeg(page, 40)) for page in paper])


def avatars() -> None:
    """How distinct and how varied faces are; how far a cut-out of a page varies."""
    faces, others = held_out()
    everybody = {
        "faces of photographs and drawings": [*faces, *others],
        "drawings of four sorts": [drawn_face(number) for number in range(400, 520)],
        "one colour": [plain(number) for number in range(0, 40, 2)],
        "grey silhouettes": [plain(number) for number in range(1, 41, 2)],
        "one colour, JPEG 40": [jpeg(plain(number), 40) for number in range(0, 40, 2)],
    }
    for name, pictures in everybody.items():
        given = [avatar_pixels(pixels(raster(face))) for face in pictures]
        spread(f"distinct: {name}", [distinct(one) for one in given])
        small = [middle(resized(raster(face), 32, 32)) for face in pictures]
        spread(f"deviation of the middle: {name}", [max(float(s[:, :, c].std()) for c in range(3)) for s in small])
    every = [distinct(avatar_pixels(pixels(raster(face)))) for face in (*faces, *others)]
    alone = sum(one >= calibration.AVATAR_DISTINCT_SCORE for one in every)
    print(f"  of {len(every)} faces {alone} count alone")
    filters: dict[str, Callable[[Image.Image], Image.Image]] = {
        "in their colours": lambda face: face,
        "in their colours, JPEG 40": lambda face: jpeg(face, 40),
        "in grey, JPEG 40": lambda face: jpeg(face.convert("L").convert("RGB"), 40),
        "in sepia, JPEG 40": lambda face: jpeg(ImageOps.colorize(face.convert("L"), (40, 26, 13), (255, 240, 210)), 40),
    }
    for name, change in filters.items():
        seen = [raster(change(face).resize((40, 40), Image.Resampling.LANCZOS))[9:-9, 9:-9] for face in faces]
        spread(f"colours off one line: faces {name}", [_off(one) for one in seen])
    inner = []
    for page in chats(8):
        for patch in patches(raster(page)):
            cut = np.frombuffer(patch.rgb, np.uint8).reshape(40, 40, 3)[5:-5, 5:-5].reshape(-1, 3)
            inner.append(float(cut.std(axis=0).max()))
    spread("deviation of candidates that are kept", inner)


def copies() -> None:
    """A face beside each of its messages, as kept small: how alike its places are, and the likest place that is not."""
    same: list[float] = []
    away: list[float] = []
    other: list[float] = []
    for packed in (False, True):
        for page in chats(20):
            small = pixels(raster(jpeg(shrunk(page, 0.7), 40) if packed else page))
            seen = np.frombuffer(small.rgb, np.uint8).reshape(small.height, small.width, 3)
            scale = small.width / page.width
            side = round(96 * scale)
            places = [round((190 + 150 * line) * scale) for line in range(0, (page.height - 220) // 150, 2)]
            left = round(32 * scale)
            wanted = np.ascontiguousarray(seen[places[0] : places[0] + side, left : left + side])
            likeness = cv2.matchTemplate(seen, wanted, cv2.TM_CCOEFF_NORMED)
            likeness[places[0] - side // 2 : places[0] + side // 2 + 1, : left + side // 2 + 1] = -1
            for top in places[1:]:
                around = likeness[top - 3 : top + 4, left - 3 : left + 4]
                same.append(float(around.max()))
                y, x = np.unravel_index(int(around.argmax()), around.shape)
                there = seen[top - 3 + y : top - 3 + y + side, left - 3 + x : left - 3 + x + side].astype(np.int16)
                away.append(float(np.abs(there - wanted).mean()))
                likeness[top - side // 2 : top + side // 2 + 1, : left + side // 2 + 1] = -1
            other.append(float(likeness.max()))
    spread("copies: the same face in another place", same)
    spread("copies: its grey levels away", away)
    spread("copies: the likest other place of the page", other)


def seams() -> None:
    """Steps along the two edges of a cut, where a page was cut, and where two pages stand beside each other."""

    def steps(one: np.ndarray, another: np.ndarray) -> tuple[int, float]:
        here, there = np.diff(one.astype(np.float64)), np.diff(another.astype(np.float64))
        count = min(int((np.abs(row) > calibration.SEAM_STEP_GREYS).sum()) for row in (here, there))
        return count, float(np.corrcoef(here, there)[0, 1]) if count else 0.0

    dice = random.Random(5)
    pages = [grey(raster(page)) for page in chats(40)]
    found = [steps(page[at], page[at + 1]) for page in pages for at in (dice.randrange(160, page.shape[0] - 9),)]
    through = [alike for count, alike in found if count >= calibration.SEAM_LEAST_STEPS]
    spread("seams: a page cut, where strokes are cut", through)
    beside = [steps(one[-1], two[0]) for one in pages for two in pages if one is not two]
    print(f"  pages beside each other: {len(beside)}, most steps {max(count for count, _ in beside)}")
    inside = [
        steps(one[dice.randrange(160, one.shape[0] - 9)], two[dice.randrange(160, two.shape[0] - 9)])
        for one in pages
        for two in pages
        if one is not two
    ]
    chance = [alike for count, alike in inside if count >= calibration.SEAM_LEAST_STEPS]
    spread("seams: lines of two pages, each cut somewhere", chance)


def bars() -> None:
    """Of the changes in the middle of a bar code: the least row of its bars, and the most of the digits below."""
    least: list[float] = []
    digits: list[float] = []
    for number in range(40):
        said = f"AB{number:05d}"
        code = Image.fromarray(
            np.array(
                zxingcpp.write_barcode_to_image(
                    zxingcpp.create_barcode(said, zxingcpp.BarcodeFormat.Code128), scale=2 + number % 3
                )
            )
        )
        page = Image.new("RGB", (code.width + 80, code.height + 140), (250, 250, 250))
        page.paste(code, (40, 40))
        ImageDraw.Draw(page).text((60, code.height + 50), said, font=font(36), fill=(0, 0, 0))
        seen = grey(raster(jpeg(shrunk(page, 0.7), 40))).astype(np.int16)
        changes = (np.abs(np.diff(seen, axis=1)) > calibration.BAR_STEP_GREYS).sum(axis=1)
        top, bottom = 28, round((40 + code.height) * 0.7)
        middle_row = max(1, int(changes[(top + bottom) // 2]))
        least.append(float(changes[top + 3 : bottom - 3].min()) / middle_row)
        digits.append(float(changes[bottom + 3 :].max()) / middle_row)
    spread("bars: the least row of bars", least)
    spread("bars: the most of a row of digits below", digits)


def ocr() -> None:
    """How sure the quick reader is of lines that it reads right and wrong, and of what is no text."""
    quick = Quick()
    right: dict[bool, list[float]] = {True: [], False: []}
    wrong: dict[bool, list[float]] = {True: [], False: []}
    dice = random.Random(21)
    for size in (14, 16, 18, 20, 24, 28, 34, 44):
        for _ in range(40):
            words = f"{''.join(dice.sample(NAMES, 3))}：{dice.choice(WORDS)}{dice.randrange(10**10, 2 * 10**10)}"
            page = Image.new("RGB", (size * (len(words) + 4), size * 4), (250, 250, 250))
            ink = dice.choice(((20, 20, 20), (150, 150, 150)))
            ImageDraw.Draw(page).text((size, size), words, font=font(size), fill=ink)
            for line in quick.lines(raster(jpeg(shrunk(page, 0.7), 40))):
                large = min(line.box.height, line.box.width) >= calibration.OCR_SMALL_PIXELS
                (right if _same(line.text, words) else wrong)[large].append(line.confidence)
    for large, name in ((True, "24 pixels and more"), (False, "lower")):
        for limit in (calibration.OCR_SURE_SCORE, calibration.OCR_SURE_SMALL_SCORE):
            sure = [sum(one >= limit for one in some) for some in (right[large], wrong[large])]
            print(
                f"  quick reader, {name}: of {len(right[large])} lines read right {sure[0]} and of "
                f"{len(wrong[large])} read wrong {sure[1]} are taken at {limit}"
            )
        spread(f"quick reader, read right, {name}", right[large])
        spread(f"quick reader, read wrong, {name}", wrong[large])
    guessed: list[float] = []
    told: list[float] = []
    for shot in photographs(FOLDER).values():
        guessed += [line.confidence for line in quick.lines(raster(shot))]
        told += [line.confidence for line in text_of(raster(shot), engine()).lines]
    spread("quick reader, photographs", guessed)
    spread("both readers, photographs", told)


def main() -> None:
    every = {"drawn": drawn, "avatars": avatars, "copies": copies, "seams": seams, "bars": bars, "ocr": ocr}
    print(" " * 56 + "least, a tenth, half, nine tenths, most")
    for name in sys.argv[1:] or every:
        every[name]()


if __name__ == "__main__":
    main()
