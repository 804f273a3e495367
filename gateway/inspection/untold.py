"""What a backtest cannot tell, in a sentence each: nothing of it is guessed.

In: a backtest, the rules that were tried and those in force. Out: sentences in Chinese and English. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.inspection.backtest import Backtest
from gateway.inspection.replay import TIE_ALONE
from gateway.policy import Policy

Said = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a backtest says, what it cannot say, and how many messages had nothing in them. `cut`: there was no time for
    all records, the newest were looked at."""

    result: Backtest
    untold: tuple[Said, ...]
    clean: int
    cut: bool = False


def untold(result: Backtest, new: Policy, now: Policy) -> tuple[Said, ...]:
    """One sentence for each thing that the record does not hold, where it matters for these rules."""
    return (*_of_records(result, new), *_of_settings(new, now))


def _of_records(result: Backtest, new: Policy) -> Iterator[Said]:
    for name, count in sorted(result.untold.items()):
        if name == TIE_ALONE:
            yield (
                f"{count} 封只因提到姓名而与举报有关，门槛提高后是否仍算有关，记录里看不出，未计入。",
                f"{count} concern a report by a name alone; whether they still would with a higher threshold is not "
                "recorded, and they are not counted",
            )
        elif name:
            yield (
                f"{count} 封无法试算：新规则要看的“{name}”，当时没有记录，未计入。",
                f"{count} cannot be judged: the new rules ask for {name!r}, which was not recorded then; they are not "
                "counted",
            )
        else:
            yield (
                f"{count} 封发现太多，或由其他版本记录，无法试算，未计入。",
                f"{count} had too many findings to be recorded, or were recorded by another version; they are not "
                "counted",
            )
    if new.threshold < result.least:
        yield (
            f"可信度低于 {result.least:g} 的发现没有记录（当时的 proof_threshold），"
            f"门槛降到 {new.threshold:g} 会多出多少看不出。",
            f"what is less sure than {result.least:g} (proof_threshold of then) was not recorded: what a threshold of "
            f"{new.threshold:g} would find there cannot be told",
        )
    if result.lower:
        yield (
            "门槛降低后，只凭更弱的发现才与举报有关的邮件、以及这些发现与举报的关联（tie），没有记录，会多出一些。",
            "with a lower threshold there may be more: mail that only a less sure finding ties to a report, and the "
            "ties of such findings, were not recorded",
        )
    if new.personal_data != "off" and "off" in result.searched:
        yield (
            "有些邮件当时没有查第三人的个人信息（personal_data = off），现在会查出多少看不出。",
            "some mail was not searched for personal data of third parties then (personal_data = off): what would be "
            "found cannot be told",
        )
    if new.personal_data == "on" and "monitor" in result.searched:
        yield (
            "personal_data 由 monitor 改为 on：没有查完的文字会算作读不了，这一点记录里看不出。",
            "personal_data from monitor to on: text that could not be searched to its end would count as unreadable, "
            "which was not recorded",
        )
    if result.newly_rewritten:
        yield (
            "新增的改写未必都能完成并通过复查；不能的会扣留。",
            "whether these could be rewritten and proved is not known; what cannot be is held",
        )
    if result.unfinished:
        yield (
            f"新放行或改写的有 {result.unfinished} 封当时没有看完就已扣留，其余部分有什么没有记录。",
            f"{result.unfinished} of those that would go out were held before all of them was looked at: what else is "
            "in them was not recorded",
        )
    if result.older_rules:
        yield (
            f"{result.older_rules} 封是按与现行不同的规则处理的；比较的是当时的结果。",
            f"{result.older_rules} were decided by other rules than those in force; what is compared is what became of "
            "them",
        )


def _of_settings(new: Policy, now: Policy) -> Iterator[Said]:
    if new.words != now.words:
        yield (
            "[words] 有改动：哪些发现与举报有关会变，记录里没有原文，看不出。",
            "[words] differ: what ties a finding to a report may change, and no word of a message was recorded",
        )
    if new.read_pictures != now.read_pictures:
        yield (
            "read_pictures 有改动：图片里的文字当时读没读，决定了有没有发现，看不出。",
            "read_pictures differs: what pictures say that were not read cannot be told",
        )
    if new.personal_data_allowed != now.personal_data_allowed:
        yield (
            "personal_data_allowed 有改动：记录里没有号码，看不出。",
            "personal_data_allowed differs: no number was recorded",
        )
    if new.proof_threshold != now.proof_threshold:
        yield (
            "proof_threshold 有改动：改写后能否通过复查会变，看不出。",
            "proof_threshold differs: whether a rewriting would be proved cannot be told",
        )
    if new.limits != now.limits:
        yield (
            "[limits] 有改动：发件人何时达到上限会变，看不出。",
            "[limits] differ: when a sender reaches one cannot be told",
        )
    if (new.placeholders, new.lists) != (now.placeholders, now.lists):
        yield (
            "占位词或改写方式有改动：能否完成改写会变，看不出。",
            "placeholders, operators or lists differ: whether a message can be rewritten cannot be told",
        )
