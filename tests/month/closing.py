"""The closing table of a replay: who worked, what they know that they did, and what the export says of it."""

from tests.month.ground import KINDS, members
from tests.month.replay import Outcome
from tests.month.tally import counted, read, row_of

WIDTH = 22
LATER = "期限在期末之后"


def table(outcome: Outcome) -> str:
    """Known and exported side by side; a line with ✗ is one too many."""
    known = counted(row_of(one) for one in outcome.tally.known.values())
    told = counted(read(row) for row in outcome.rows)
    lines = [*_head(outcome), "", f"{_wide('计数')}{'实际':>10}{'导出':>10}"]
    for key in sorted(known | told):
        mark = "" if known[key] == told[key] else "  ✗"
        lines.append(f"{_wide(' · '.join(key))}{_plain(known[key]):>12}{_plain(told[key]):>12}{mark}")
    lines += ["", f"不符：{len(outcome.faults)} 处", *(f"  ✗ {fault}" for fault in outcome.faults)]
    return "\n".join(lines)


def _head(outcome: Outcome) -> list[str]:
    wish, known = outcome.wish, list(outcome.tally.known.values())
    ended = sum(1 for one in known if one.state in {"closed", "rejected"})
    looks, reminders = sum(one.looks + one.relapses for one in known), sum(one.reminded for one in known)
    team = sum(1 for one in members() if one.team is not None)
    return [
        f"{wish.first} 起 {wish.days} 天{f'，又 {wish.tail} 天' if wish.tail else ''} · 种子 {wish.seed}",
        f"巡查 {team} 人分 3 组昼夜轮班，全部 {len(members())} 人；对象 {sum(count for _, count in KINDS)} 个",
        f"发现 {len(known)} 件：办结 {ended} 件，在办 {len(known) - ended} 件（{LATER}，都有下一次提醒）",
        f"回头看 {looks} 次；超期收到提醒 {reminders} 条；与早报核对 {outcome.tally.digests} 天",
        f"收到更新 {outcome.updates} 条，调用 Telegram {outcome.calls} 次，用时 {outcome.seconds:.0f} 秒",
    ]


def _wide(text: str) -> str:
    """Filled up to one width; a Chinese character takes two places."""
    return text + " " * max(1, WIDTH - sum(2 if ord(char) > 0x2E80 else 1 for char in text))


def _plain(value: object) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in str(value) else str(value)
