"""Whatever of two letters a mail repeats in whatever order: what the recipient wrote too is no finding, what another
wrote alone is one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.detection import Familiar, detect
from gateway.identity import Subject, compile_report
from gateway.identity.shingles import fingerprint
from gateway.model import Location, MaterialMark, Party, Reading, Report, TextFragment

SENTENCES = (
    "九月十八日晚上我在家里观看她的直播并且录下了全部过程",
    "她反复诱导没有成年的孩子用父母的手机给她刷火箭和游艇",
    "承诺只要充值满一千块钱就可以加上她私人的微信号码聊天",
    "组织粉丝在深夜集中刷礼物然后再私下把一半的钱返还给他们",
    "我的母亲在松江区医院排队取药的时候被她的经纪人当面威胁",
    "他们还说再敢写信就要找到我上班的那家印刷厂里面去闹事",
)


def written(report: str, own: frozenset[int]) -> Subject:
    text = "。".join(SENTENCES[number] for number in sorted(own))
    shingles, length = fingerprint(text)
    mark = MaterialMark("信", "text", 1, bytes(32), length=length, shingles=shingles)
    return compile_report(Report(report, "open", "", (Party("星儿"),), materials=(mark,)))


LETTER = st.frozensets(st.integers(0, len(SENTENCES) - 1), min_size=1)


@settings(deadline=None, max_examples=60)
@given(LETTER, LETTER, st.lists(st.integers(0, len(SENTENCES) - 1), unique=True, min_size=1), st.booleans())
def test_what_one_wrote_alone_is_found_and_nothing_else(
    theirs: frozenset[int], others: frozenset[int], said: list[int], addressed: bool
) -> None:
    own, other = written("R-A", theirs), written("R-B", others)
    text = "。然后。".join(SENTENCES[number] for number in said)
    reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
    familiar = Familiar(((own,),), frozenset(("R-B",)) if addressed else frozenset())
    found = detect(reading, (other,), familiar=familiar)
    alone = set(said) & others - (frozenset() if addressed else theirs)
    assert bool(found) is bool(alone)
    assert {finding.report for finding in found} <= {"R-B"}


@given(LETTER, st.lists(st.integers(0, len(SENTENCES) - 1), unique=True, min_size=1))
@settings(deadline=None, max_examples=20)
def test_it_is_known_to_all_or_it_counts(others: frozenset[int], said: list[int]) -> None:
    every = frozenset(range(len(SENTENCES)))
    first, half, other = written("R-A", every), written("R-C", frozenset((0, 1))), written("R-B", others)
    reading = Reading(texts=(TextFragment(Location("1"), "text", "。".join(SENTENCES[n] for n in said)),))
    both = detect(reading, (other,), familiar=Familiar(((first,), (half,))))
    assert bool(both) is bool(set(said) & others - {0, 1})
    assert detect(reading, (other,), familiar=Familiar(((first,), (half, first)))) == ()
