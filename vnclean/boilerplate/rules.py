"""Rules that overrule the forest: lines that are furniture anywhere, and lists that stay.

Both are short on purpose. A rule stands here only where a line speaks for itself; whatever needs
its surroundings is the forest's to judge.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.features import NAMES, Lines

__all__ = ["certain", "spared"]

_LONGEST = 220
"""Characters a line of furniture has at most; longer ones may hold a sentence of the author."""

_FIELD = (
    r"(?:họ(?: và)?(?: tên)?|tên(?: của bạn)?|e-?mail(?: của bạn)?|địa chỉ(?: e-?mail)?|"
    r"(?:số )?điện thoại|sđt|tiêu đề|nội dung|bình luận|lời nhắn|mã (?:xác nhận|bảo (?:mật|vệ)|"
    r"kiểm tra)|trang web|website|công ty)"
)
_CERTAIN = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        # Fields of a form are marked as required; the damaged text beside a captcha goes along.
        ("form", rf"{_FIELD} ?:? ?(?:\(\*\)|\*)(?: ?:)?(?:\s.{{0,60}})?$"),
        ("form", r"email của bạn sẽ không được hiển thị|các trường bắt buộc được đánh dấu"),
        ("form", r"(?:quên mật khẩu|lấy lại mã (?:bảo mật|xác nhận)|bạn chưa có tài khoản)\b"),
        ("article_list", r"[*_\s]*(?:[>»›]\s?)+[*_\s]*(?:xem|đọc|tham khảo|tìm hiểu)\b"),
        ("article_list", r"[*_\s]*(?:>\s?>|»|›|\[)?[*_\s]*(?:mời (?:bạn|các bạn|quý vị) )?"
                         r"(?:(?:xem|đọc|tham khảo)(?: thêm| tiếp| ngay)|có thể bạn quan tâm|"
                         r"bài viết liên quan|tin liên quan|đừng bỏ lỡ)[*_\s]*:"),
        ("article_list", r"bạn đang (?:xem|đọc)(?: bài viết| tài liệu| \d+ trang)?\s?[:\"“_]"),
        ("article_list", r".{10,}[-–] (?:ảnh|hình) \d{1,2}\.?$"),
        ("share_bar", r"a ?[-+]? ?a ?\+?$|cỡ chữ(?:\W|a)*$"),
        ("share_bar", r"theo dõi .{0,40}\btrên google news"),
        ("footer", r"(?:©|\(c\)|copyright\b|bản quyền (?:thuộc|©|\d)).{0,200}$"),
        ("footer", r"(?:ghi rõ nguồn|vui lòng ghi rõ nguồn).{0,80}(?:phát hành|trích|sử dụng)"),
        ("counter", r"(?:số |tổng )?(?:số )?lượt (?:xem|đọc|truy cập|người xem) ?:? ?[\d.,]+$"),
        ("banner", r"đẩy mạnh (?:việc )?học tập và làm theo (?:tư tưởng|tấm gương).{0,80}!$"),
    )
)  # fmt: skip
_LEAD = re.compile("[*_>»›\\[\\s©(]|[a-zđ]")
_WEEKDAY = re.compile(
    r"(?:hôm nay[:,]? ?)?(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)[, ]+"
    r"(?:ngày )?\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$"
)
_DASH = re.compile(r"[-–—+•\ue000-\uf8ff]\s")
_HEADINGS = [NAMES.index(f"{kind}_share") for kind in ("related", "nav", "tag")]
_OTHERS = [NAMES.index(f"{kind}_share") for kind in ("form", "share", "comment", "pager")]
_DATE = NAMES.index("date")


def certain(lines: Lines) -> dict[int, str]:
    """Return the rules of the lines that are furniture wherever they stand.

    >>> from vnclean.boilerplate.features import split_lines
    >>> certain(split_lines("Nội dung:(*)\\nNội dung cuộc họp\\n>> Xem thêm: Mùa gặt"))
    {0: 'form', 2: 'article_list'}
    """
    found: dict[int, str] = {}
    for number, line in enumerate(lines.text):
        if len(line) > _LONGEST:
            continue
        low = line.lower()
        for rule, pattern in _CERTAIN:
            if pattern.match(low):
                found[number] = rule
                break
    # The date of the visit stands above all else, with the slogan of the day below it.
    if found.get(1) == "banner" and _WEEKDAY.match(lines.text[0].lower()):
        found[0] = "banner"
    return found


def spared(lines: Lines, rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Say which lines belong to a list written with dashes: an author's, for menus have none.

    Lists below the heading of an article list, and entries with a date, are not spared.
    """
    dash = np.array([_DASH.match(line) is not None for line in lines.text], dtype=bool)
    if not dash.any():
        return dash
    dash &= (rows[:, _DATE] == 0) & (rows[:, _OTHERS].max(axis=1) < 0.5)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dash.view(np.int8), [0]])))
    for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        heading = rows[low - 1, _HEADINGS].max() if low else 0.0
        if high - low < 3 or heading >= 0.5:
            dash[low:high] = False
    return dash
