"""Furniture within a line: bars, links to other articles and counters before or behind a sentence.

Only what stands at an edge of the line, beside a whole sentence, and says itself what it is. The
sentence stays as it is, byte for byte.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["TRIGGERS", "InlineSpan", "find_inline", "may_hold_inline"]


class InlineSpan(NamedTuple):
    """A piece of a line, in characters of the line."""

    start: int
    end: int
    rule: str
    confidence: float


_LEAST = 30
"""Characters of a line that can hold a sentence and furniture."""
_SENTENCE = 20
"""Characters of a sentence beside which furniture is looked for."""
_REACH = 320
"""Characters at either end of a line that are read."""

_TOOL = (
    r"(?:chia sẻ(?: bài viết)?(?: (?:lên|qua) \w+)?|in (?:bài|trang|tin)(?: viết| này)?|bản in|"
    r"gửi (?:email|mail|bài|tin|cho bạn bè)|lưu (?:bài|tin)(?: viết)?|"
    r"cỡ chữ(?: ?:)?(?: ?a ?[-+]){0,3}|a ?[-+]|facebook|twitter|zalo|linkedin|pinterest|"
    r"google ?\+|copy link|sao chép (?:link|liên kết)|bình luận|thích|like|share|tweet|print|"
    r"e-?mail|theo dõi|nghe đọc bài|phản hồi|trở về|về đầu trang|\(?\d{1,6}\)?)"
)
# Numbers count clicks, but what begins with one is a date.
_BAR = rf"(?!\(?\d){_TOOL}(?:\s*[|•·/]\s*{_TOOL}|\s+a ?[-+](?=\W|$))+"
_CLOSING = r".!?…”\")\]"
_END = rf"(?<=[{_CLOSING}])"
_TITLE_AHEAD = (
    r"(?!.*(?:\btr\.|\bphụ lục|\bchương \d|\bđiều \d|\bhình \d|\bbảng \d|https?:|\(\d{4}\)))"
)
_TARGET = rf"{_TITLE_AHEAD}\S.{{6,200}}?(?<![.;])"
_MORE = r"(?:xem|đọc|tham khảo|tìm hiểu)"
_COUNT = (
    r"(?:(?:số |tổng )?lượt (?:xem|đọc|truy cập)\s?:\s?[\d.,]+ ?[km]?|"
    r"[\d.,]+ ?[km]? lượt (?:xem|đọc|thích|chia sẻ)|"
    r"(?:like|thích) (?:share|chia sẻ)(?: [\d.,]+ ?[km]?)?|[\d.,]+ ?[km]? shares?)"
)
_TAILS = (
    ("share_bar", 0.97, rf"\s+{_BAR}(?:\s+{_COUNT})?"),
    ("article_list", 0.97,
     rf"\s*(?:>\s?>|»|\[)\s?(?:mời (?:bạn )?)?{_MORE}(?: thêm| tiếp| ngay)?\s?:?"
     r"\s(?!.*[.!?]\s).{3,220}"),
    ("article_list", 0.9, rf"\s+{_MORE} (?:thêm|tiếp|ngay)\s?:\s?{_TARGET}"),
    ("article_list", 0.97,
     r"\s*[\[(]\s?(?:xem|đọc)?\s?(?:chi tiết|thêm|tiếp)\s?(?:>+|»|→|\.\.\.|…)?\s?[\])]"),
    ("article_list", 0.95,
     r"\s*(?:>+|»|→)?\s?(?:đọc tiếp|xem tiếp|xem thêm|xem chi tiết|đọc thêm)"
     r"\s?(?:>+|»|→|\.\.\.|…)?"),
    ("counter", 0.95, rf"\s+{_COUNT}"),
)  # fmt: skip
# The sign that ends the sentence belongs to the match: the search goes from one to the next.
_TAIL = re.compile(
    rf"[{_CLOSING}](?:{'|'.join(f'({form})' for *_, form in _TAILS)})\s*$", re.IGNORECASE
)
_HEAD = re.compile(rf"{_BAR}\s*[|•·:]?\s+", re.IGNORECASE)
_CREDIT = re.compile(
    r"\s*\((?:[Tt]heo|[Nn]guồn(?: tin)?)\b ?:? ?[A-ZĐ][^().!?]{1,50}\)\.?\s*$|"
    rf"{_END}\s*(?:Theo|Nguồn(?: tin)?) ?:? [A-ZĐ][\w.&/]*(?: [A-ZĐ][\w.&/]*){{0,4}}\.?\s*$"
)
_DATELINE = re.compile(
    r"(?:\([^\W\d_][^()\d]{1,30}\)|[A-ZĐ]{2,8}(?:/[A-ZĐ]{2,8})?|[A-ZĐ][\w]{1,14}\.(?:vn|net|com))"
    r"\s?[-–—]\s(?=[“\"]?[^\W\d_])"
)

TRIGGERS = ("|", "•", "·", "/", "[", ">", "»", "A+", "A-", "hêm", "HÊM", "iếp", "gay", "hi tiết",
            "ượt", "hare", "hia sẻ", "n bài", "ỡ chữ")  # fmt: skip
"""One of them stands in what `find_inline` finds without metadata, unless that is in capitals; they
are searched for in C."""


def may_hold_inline(text: str) -> bool:
    """Say whether a text can hold any of it, in the time of some searches for words."""
    return any(trigger in text for trigger in TRIGGERS)


def find_inline(line: str, drop_metadata: bool = False) -> list[InlineSpan]:
    """Return the pieces of a line that are furniture, in order; the rest is a sentence or more.

    With `drop_metadata` the dateline before the text and the credit behind it as well.

    >>> [line[low:high] for line in ["Cầu đã thông xe sáng nay. >> Xem thêm: Lễ khánh thành"]
    ...  for low, high, *_ in find_inline(line)]
    [' >> Xem thêm: Lễ khánh thành']
    """
    if len(line) < _LEAST:
        return []
    low, high = 0, len(line)
    before: list[InlineSpan] = []
    after: list[InlineSpan] = []
    head = _HEAD.match(line, 0, _REACH)
    if head is not None and high - head.end() >= _SENTENCE and line[head.end()].isupper():
        low = head.end()
        before.append(InlineSpan(0, low, "share_bar", 0.97))
    if drop_metadata and high - low > 2 * _SENTENCE:
        dateline = _DATELINE.match(line, low, low + 50)
        if dateline is not None and line[dateline.end() + 1].islower():
            before.append(InlineSpan(low, dateline.end(), "metadata", 0.95))
            low = dateline.end()
    while True:
        tail = _TAIL.search(line, max(low + _SENTENCE, high - _REACH) - 1, high)
        if tail is not None:
            rule, confidence, _ = _TAILS[(tail.lastindex or 1) - 1]
            start = tail.start() + 1
        elif drop_metadata:
            tail = _CREDIT.search(line, max(low + _SENTENCE, high - 80), high)
            rule, confidence = "metadata", 0.95
            start = tail.start() if tail is not None else 0
        if tail is None:
            break
        high = start
        after.append(InlineSpan(high, tail.end(), rule, confidence))
    return before + after[::-1]
