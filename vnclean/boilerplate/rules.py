"""Rules that overrule the forest: lines that are furniture anywhere, and lists that stay.

Both are short on purpose. A rule stands here only where a line speaks for itself; whatever needs
its surroundings is the forest's to judge.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.features import NAMES, Lines
from vnclean.boilerplate.phrases import KINDS, phrases

__all__ = ["certain", "spared"]

_LONGEST = 220
"""Characters a line of furniture has at most; longer ones may hold a sentence of the author."""

_FIELD = (
    r"(?:họ(?: và)?(?: tên)?|tên(?: của bạn)?|e-?mail(?: của bạn)?|địa chỉ(?: e-?mail)?|"
    r"(?:số )?điện thoại|sđt|tiêu đề|nội dung|bình luận|lời nhắn|mã (?:xác nhận|bảo (?:mật|vệ)|"
    r"kiểm tra)|trang web|website|công ty)"
)
_PATTERNS = (
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
        ("share_bar", r"(?:chia sẻ|share)(?: bài(?: viết)?(?: này)?)?(?: (?:lên|qua|trên))? ?:? ?"
                      r"(?:facebook|twitter|zalo|linkedin|google ?\+?|email|pinterest)\b.{0,100}$"),
        ("share_bar", r"(?:like|thích) (?:share|chia sẻ)(?: [\d.,]+ ?[km]?)?$"),
        ("share_bar", r"theo dõi .{0,40}\btrên google news"),
        ("footer", r"(?:©|\(c\)|copyright\b|bản quyền (?:thuộc|©|\d)).{0,200}$"),
        ("footer", r"(?:ghi rõ nguồn|vui lòng ghi rõ nguồn).{0,80}(?:phát hành|trích|sử dụng)"),
        ("counter", r"(?:số |tổng )?(?:số )?lượt (?:xem|đọc|truy cập|người xem) ?:? ?[\d.,]+$"),
        ("counter", r"★{3,}.{0,20}\(?[\d.,]+ (?:lượt )?(?:đánh giá|bình chọn|votes?)\)?$"),
        ("banner", r"(?:quảng cáo|advertisements?|ads)$"),
        ("menu", r"(?:trang (?:chủ|nhất)|skip to content|chuyển (?:đến|tới) (?:phần )?nội dung|"
                 r"(?:lên|về) đầu trang|quay lại đầu trang)(?: ?[>›»/].{0,120})?$"),
        ("menu", r"(?:diễn đàn|forums?|home)(?: ?[>›»] ?[^>›»]{2,60}){1,5}$"),
        ("comments", r"(?:bạn|vui lòng|hãy) (?:phải |cần )?đăng nhập\b.{0,40} để "
                     r"(?:trả lời|bình luận|gửi|viết)\b.{0,60}$"),
        ("comments", r"(?:gửi|viết) (?:bình luận|ý kiến)(?: của bạn)?$|trả lời hủy$|"
                     r"hủy trả lời$|chưa có bình luận(?: nào)?\.?$"),
        ("pager", r"trang \d+ ?(?:/|trên|của) ?\d+(?:[ |]+(?:\d+|…|\.\.\.))*"
                  r"(?:[ |]+(?:trước|sau|tiếp|đầu|cuối|next|prev))*[ |]*[>»›]*$"),
        ("pager", r"bài (?:viết )?(?:trước|sau|kế tiếp|tiếp theo)(?: đó)? ?: .{3,150}$"),
        ("pager", r"(?:điều hướng bài viết|(?:trang|chương|bài) (?:trước|sau|tiếp theo))$"),
        ("banner", r"đẩy mạnh (?:việc )?học tập và làm theo (?:tư tưởng|tấm gương).{0,80}!$"),
)  # fmt: skip
_CERTAIN = re.compile("|".join(f"({pattern})" for _, pattern in _PATTERNS))
_RULES = tuple(rule for rule, _ in _PATTERNS)
_WEEKDAY = re.compile(
    r"(?:hôm nay[:,]? ?)?(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)[, ]+"
    r"(?:ngày )?\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$"
)
_REQUIRED = re.compile(r"[^\W\d_][^.!?*{}=;]{1,58}(?:\(\*\)|\*)\s?:?$")
_BUTTON = re.compile(
    r"(?:gửi|đăng ký|đăng kí|nhập lại|làm lại|hủy|submit|send|reset|xác nhận|nhập mã|mã )\b.{0,40}$"
)
_CHOICES = 80
"""Entries that a field of a form lets choose among, at most: a century of years, all provinces."""
_SEPARATOR = re.compile(r"[|›»•·/]| - ")
_ACTION = re.compile(
    r"(?:in|lưu|gửi|tải|chia sẻ|trả lời|trích dẫn|báo xấu|báo cáo|thích|like|share|print|e-?mail)"
    r"(?: [^\W\d]+){0,2}$"
)
"""What a button under a text does, in three words at most."""
_NO_LINK = KINDS.index("function")
_NO_LINKS = (_NO_LINK, KINDS.index("meta"), KINDS.index("slogan"))
_ITEM = re.compile(r"[-–—+•\ue000-\uf8ff]\s|\[\d{1,3}\]|\d{1,2}[.)]\s|[a-zđ][.)]\s")
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
        match = _CERTAIN.match(low)
        if match is not None:
            found[number] = _RULES[(match.lastindex or 1) - 1]
        elif len(line) < 120 and _is_bar(low):
            found[number] = "share_bar"
    _add_forms(lines, found)
    # The date of the visit stands above all else, with the slogan of the day below it.
    if found.get(1) == "banner" and _WEEKDAY.match(lines.text[0].lower()):
        found[0] = "banner"
    return found


def _is_bar(line: str) -> bool:
    """Say whether a line is a row of buttons and links between separators, and nothing else."""
    if not _SEPARATOR.search(line):
        return False
    parts = [part.strip(" :\t") for part in _SEPARATOR.split(line)]
    if len(parts) > 1 and all(_ACTION.match(part) for part in parts):
        return True
    known = [part for part in parts if phrases().get(part, _NO_LINK) not in _NO_LINKS]
    return len(parts) > 1 and len(known) > 1 and len(known) >= 0.7 * len(parts)


def _add_forms(lines: Lines, found: dict[int, str]) -> None:
    """Add what stands between the required fields of a form: other fields and what to choose."""
    fields = [number for number, line in enumerate(lines.text) if _REQUIRED.match(line)]
    for first, last in pairwise(fields):
        inner = lines.text[first + 1 : last]
        if len(inner) <= _CHOICES and all(len(line) < 80 for line in inner):
            found.update((number, "form") for number in range(first, last + 1))
            after = last + 1
            while after < len(lines.text) and _BUTTON.match(lines.text[after].lower()):
                found[after] = "form"
                after += 1


def spared(lines: Lines, rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Say which lines belong to a list with dashes or numbers: an author's, for menus have none.

    Lists below the heading of an article list, and entries with a date, are not spared.
    """
    signed = np.array([_SIGNED.match(line) is not None for line in lines.text], dtype=bool)
    if signed.any():  # an office above, a name below: the signature of a letter
        signed[:-1] |= signed[1:].copy()
        signed[1:] |= signed[:-1].copy()
    return signed | _listed(lines, rows)


_SIGNED = re.compile(r"\s*\(?(?:đã ký|ký tên|ký,? (?:và )?ghi rõ họ tên|đã ký tên)\b.{0,40}$", re.I)


def _listed(lines: Lines, rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    dash = np.array([_ITEM.match(line) is not None for line in lines.text], dtype=bool)
    if not dash.any():
        return dash
    dash &= (rows[:, _DATE] == 0) & (rows[:, _OTHERS].max(axis=1) < 0.5)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dash.view(np.int8), [0]])))
    for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        heading = rows[low - 1, _HEADINGS].max() if low else 0.0
        if high - low < 3 or heading >= 0.5:
            dash[low:high] = False
    return dash
