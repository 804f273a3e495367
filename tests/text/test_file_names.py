"""Which names of files a text mentions, and which of them are one file's."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.file_names import mention_prints, mentions, stem_of, stem_print, tells


@pytest.mark.parametrize(
    "name",
    [
        "IMG_2041.jpg",
        "截图.png",
        "1.docx",
        "新建 Microsoft Word 文档.docx",
        "微信图片_1.png",
        "聊天记录截图 (3).png",
        "直播录屏.mp4",
        "充值记录.xlsx",
        "身份证照片.jpg",
        "DSC00012.JPG",
        "Screenshot 1.png",
        "Document (2).docx",
        "合同.pdf",
        "投诉.docx",
        "附件一.zip",
        "scan0001.pdf",
        "星儿直播间录屏.mp4",
        "video.mp4",
        "README",
        "举报",
        ".docx",
        "image001.png",
        "2026年9月8日.xlsx",
        "补充材料2.pdf",
        "银行流水.pdf",
        "身份证正面.jpg",
        "家庭住址证明.pdf",
        "未成年人证明.pdf",
        "监护人身份证.jpg",
        "个人简历.docx",
        "退款申请.docx",
        "起诉状.docx",
        "律师函.pdf",
        "语音.amr",
        "下载.jpg",
        "unnamed.jpg",
        "Image from iOS.jpg",
        "Meeting recording.mp4",
        "微信支付账单(20260901-20260930).xlsx",
    ],
)
def test_everybody_s_names_tell_nothing(name: str) -> None:
    assert not tells(stem_of(name), ("星儿",))


@pytest.mark.parametrize(
    "name",
    [
        "举报材料-直播录屏.docx",
        "张小鸣-转账截图.png",
        "星儿骂人.mp4",
        "Screenshot_2026-09-08-20-14-55.png",
        "mmexport1599999999999.jpg",
        "盲盒诈骗证据.zip",
        "refund_dispute.pdf",
        "实名举报信.docx",
        "龙湾小区监控.mp4",
        "complaint letter.docx",
        "奶奶的银行流水.pdf",
        "refund for grandma.pdf",
        "家庭住址证明-褚云起.pdf",
    ],
)
def test_what_is_left_without_them_is_one_file_s(name: str) -> None:
    assert tells(stem_of(name), ("星儿",))


@given(
    st.text("举报材料录屏星儿 -_.()ab1", min_size=3, max_size=30), st.sampled_from(["", "请看", "x/", "=", "：", "《"])
)
def test_a_name_is_found_by_its_end_wherever_it_is_mentioned(stem: str, before: str) -> None:
    own = stem_of(f"{stem}.docx")
    if len(own) < 2 or "." in stem:
        return
    text = f"{before}{stem}.docx (68.2M)"
    assert any(mention.stem.endswith(own) for mention in mentions(text))
    assert stem_print(own) in mention_prints(text).tolist()


@pytest.mark.parametrize("run", ["a.doc", ".", "a", "举报.docx", "(1).docx", "/", " .pdf"])
def test_a_long_run_is_looked_through_once(run: str) -> None:
    times = []
    for length in (20_000, 80_000):
        before = time.thread_time()
        mention_prints(run * (length // len(run)))
        times.append(time.thread_time() - before)
    assert times[1] < 12 * times[0] + 0.5
