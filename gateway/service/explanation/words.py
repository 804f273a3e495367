"""The words of an explanation in Chinese and English, and what they say of a decision."""

from typing import Literal

from gateway.console.i18n import Translations
from gateway.model.uninspectable_reasons import REASONS
from gateway.service.explanation.model import ExplainedFinding, ExplainedMatch, Explanation

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "title": ("邮件检查说明", "Why this mail is judged so"),
    "pass": ("放行", "pass"),
    "redact": ("改写后放行", "redact"),
    "quarantine": ("扣留待审", "quarantine"),
    "reject": ("拒收", "reject"),
    "monitor": ("仅记录", "monitor"),
    "policy": ("规则版本", "rules"),
    "reports": ("涉及的举报", "Reports it concerns"),
    "no_reports": ("与任何举报都无关。", "It concerns no report."),
    "findings": ("发现", "Findings"),
    "no_findings": ("什么也没有发现。", "Nothing was found."),
    "rules": ("规则，按顺序", "Rules, in their order"),
    "rewriting": ("改写了什么", "What the rewriting changes"),
    "text": ("邮件内容", "The mail"),
    "subject": ("主题", "Subject"),
    "pictures": ("图片", "Pictures"),
    "not_reached": ("没有发现走到这条", "no finding came so far"),
    "takes": ("处理 {numbers}", "takes {numbers}"),
    "takes_nothing": ("不符合", "does not hold"),
    "takes_any": ("不设条件", "no conditions"),
    "holds_for": ("符合：{numbers}", "holds for {numbers}"),
    "fails_for": ("不符合：{numbers}", "not for {numbers}"),
    "holds": ("符合", "holds"),
    "fails": ("不符合", "does not hold"),
    "default": ("没有规则处理的发现：{numbers}", "taken by no rule: {numbers}"),
    "watched": ("仅记录、不经规则的发现：{numbers}", "only watched, no rule is asked: {numbers}"),
    "score": ("可信度 {score}", "score {score}"),
    "share": ("占材料 {share}", "{share} of the material"),
    "tie": ("与举报的联系：{tie}", "tie: {tie}"),
    "report": ("举报 {report}", "report {report}"),
    "said": ("原文：{words}", "it says: {words}"),
    "reason_party": ("收件人是被举报人", "the recipient is the reported party"),
    "reason_representative": ("收件人是被举报人的代表", "the recipient represents the reported party"),
    "reason_name": ("邮件里提到被举报人", "the mail names the reported party"),
    "reason_number": ("邮件里有这份举报的编号或账号", "the mail has a number or an account of the report"),
    "reason_thread": ("邮件是在回复举报往来的邮件", "it answers mail of the report"),
    "reason_content": ("邮件里有举报人的信息或举报材料", "it carries something of the reporter or of the material"),
    "to_party": ("被举报人", "reported party"),
    "to_representative": ("其代表", "representative"),
    "to_reporter": ("举报人", "reporter"),
    "to_internal": ("本单位", "one of us"),
    "to_authority": ("主管机关", "authority"),
    "to_unknown": ("其他外部人员", "anybody else outside"),
    "covered_note": (
        "举报人的信息已遮盖。要看原文：hushgate inspect … --reveal --reason 原因（会记入审计日志）。",
        "What is the reporter's is covered. To see it: hushgate inspect … --reveal --reason WHY, which the audit log "
        "keeps.",
    ),
    "revealed_note": (
        "举报人的信息未遮盖；这次查看已记入审计日志。",
        "What is the reporter's is shown; the audit log says who looked, and why.",
    ),
    "left_out": ("另有 {count} 处内容未显示", "{count} more texts or pictures are not shown"),
    "coarse": ("整张打码：查不出信息在图中的位置", "shown as a mosaic: nobody can say where in it"),
    "envelope_amended": ("信封中会泄露的参数不再转发", "parameters of the envelope that would tell do not go on"),
    "would": (
        "规则目前只观察，邮件照常放行；若执行，结果会是“{action}”（规则 {rule}）。",
        "The rules only watch, and the mail passes; enforced, it would be {action} (rule {rule}).",
    ),
    "rules_said": (
        "规则原本的结果是“{action}”（规则 {rule}），最终不同：",
        "The rules asked for {action} (rule {rule}); it came out otherwise:",
    ),
}

OUTCOMES: dict[str, tuple[str, str]] = {
    "no-report": ("邮件与任何举报都无关，照常放行。", "The mail concerns no report, and passes."),
    "clean": (
        "邮件涉及举报，但没有发现举报人的信息，照常放行。",
        "The mail concerns a report, and nothing of its reporter was found: it passes.",
    ),
    "default": (
        "有的发现没有任何规则处理，按 [default] 办理。",
        "A finding was taken by no rule, so [default] holds.",
    ),
    "cannot-rewrite": (
        "规则要求改写，但有的地方改不了，因此扣留。",
        "The rules ask for a rewriting, and it cannot be made everywhere: the mail is held.",
    ),
    "placeholder-tells": (
        "规则要求改写，但从占位字样的位置就能看出是谁，因此扣留。",
        "The rules ask for a rewriting, and the place of what is left out would tell who it was: the mail is held.",
    ),
    "not-proved": (
        "规则要求改写，但改写后再查一遍时没有通过，因此扣留。",
        "The rules ask for a rewriting, and it did not come out clean when it was inspected again: the mail is held.",
    ),
    "out-of-time": ("检查没有在限时内完成，因此扣留。", "Inspection was not finished in its time: the mail is held."),
}
"""What a rule of the product's own means."""


class Says:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.index = 0 if language == "zh" else 1
        self.console = Translations(language)

    def __call__(self, key: str, **filled: object) -> str:
        """A text with its places filled."""
        return WORDS[key][self.index].format(**filled)

    def outcome(self, told: Explanation) -> str:
        """The result in one sentence: what the product's own rule means, or which rule it was."""
        known = OUTCOMES.get(told.decision.rule)
        if known:
            return known[self.index]
        action = self(told.decision.action)
        if self.index == 0:
            return f"按规则 {told.decision.rule} 办理：{action}。"
        return f"Rule {told.decision.rule} asks for it: {action}."

    def would(self, told: Explanation) -> str:
        """What enforcement would have done, where the rules only watch; else empty."""
        decision = told.decision
        return self("would", action=self(decision.would), rule=decision.would_rule) if decision.would else ""

    def match(self, match: ExplainedMatch) -> str:
        """Why a report is concerned."""
        return f"{match.recipient} ({self(f'to_{match.to}')}): {self(f'reason_{match.reason}')}"

    def finding(self, one: ExplainedFinding) -> str:
        """What was found where, in which form and how surely."""
        found, words = one.finding, self.console
        medium = words["picture"] if found.medium == "picture" and found.span is None else words.medium(found.medium)
        sentence = REASONS.get(found.detector, REASONS.get(found.variant))
        how = sentence[self.index] if sentence else words.how(found.variant or found.detector)
        parts = [
            words.kind(found.kind),
            medium,
            words.place(one.place),
            self("report", report=found.report) if found.report else "",
            how,
            self("score", score=f"{found.score:.2f}"),
            self("share", share=f"{found.share:.0%}") if found.share is not None else "",
            self("tie", tie=found.tie) if found.tie not in ("unexplained", "recipient") else "",
            self("said", words=one.words) if one.words else "",
        ]
        return ("，" if self.index == 0 else ", ").join(part for part in parts if part)


def numbers(of: tuple[int, ...]) -> str:
    """`1–3, 7`."""
    runs: list[list[int]] = []
    for number in of:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
