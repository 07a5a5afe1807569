"""Rules that overrule the forest: lines that are furniture anywhere, and lists that stay.

Both are short on purpose. A rule stands here only where a line speaks for itself; whatever needs
its surroundings is the forest's to judge.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.features import NAMES, Lines
from vnclean.boilerplate.phrases import KINDS, matcher, phrases

__all__ = ["RULES", "Signs", "certain", "signs", "spared", "tags", "title_and_facts"]

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
        ("article_list", r"bạn đang (?:xem|đọc) (?:bài(?: viết)? )?.{5,150} (?:tại|trong) "
                         r"(?:chuyên mục|danh mục|website|trang)\b.{0,60}$"),
        ("article_list", r"mời (?:bạn|các bạn|quý vị|quý độc giả|độc giả)(?: đọc)? "
                         r"(?:xem|theo dõi|đọc) (?:video|clip|thêm|tiếp)\b.{0,120}$"),
        ("comments", r"(?:đánh giá|bình luận|nhận xét|ý kiến)"
                     r"(?: (?:sản phẩm|bài viết|khách hàng|bạn đọc))? ?\(\d+\)$"),
        ("comments", r"(?:bài viết|câu (?:hỏi|trả lời)|thông tin|nội dung)(?: này)? có hữu ích"
                     r"(?: (?:với|cho|đối với) bạn)? (?:hay )?không\W*$"),
        ("share_bar", r"chia sẻ(?: bài viết)?(?: này)? ?:$"),
        ("form", r"để lại (?:số điện thoại|thông tin)\b.{0,60}(?:gọi lại|tư vấn|liên hệ)"),
        ("banner", r"trình duyệt (?:của bạn |này )?(?:không|chưa) hỗ trợ .{3,60}$"),
        ("banner", r"(?:hãy )?đăng k[ýí] (?:theo dõi )?kênh\b.{0,80}$"),
        ("menu", r"(?:toggle(?: navigation| menu)?|liên kết web(?:site)?|[×✕✖])$"),
        ("share_bar", r"[\d.,]+ ?[km]? (?:shares?|lượt chia sẻ|chia sẻ)$"),
        ("footer", r"(?:©|\(c\)|copyright\b|bản quyền (?:thuộc|©|\d)).{0,200}$"),
        ("footer", r"(?:ghi rõ nguồn|vui lòng ghi rõ nguồn).{0,80}(?:phát hành|trích|sử dụng)"),
        ("counter", r"(?:số |tổng )?(?:số )?lượt (?:xem|đọc|truy cập|người xem) ?:? ?[\d.,]+$"),
        ("counter", r"★{3,}.{0,20}\(?[\d.,]+ (?:lượt )?(?:đánh giá|bình chọn|votes?)\)?$"),
        ("banner", r"(?:quảng cáo|advertisements?|ads)$"),
        ("menu", r"(?:trang (?:chủ|nhất)|skip to content|chuyển (?:đến|tới) (?:phần )?nội dung|"
                 r"(?:lên|về) đầu trang|quay lại đầu trang)(?: ?[>›»/].{0,120})?$"),
        ("shop", r"(?:thêm vào giỏ(?: hàng)?|mua ngay|đặt hàng ngay|mua trả góp|add to cart|"
                 r"buy now|thêm vào (?:danh sách )?yêu thích)$"),
        ("menu", r"[^.!?:›»]{2,40}›$"),
        ("menu", r"this entry was posted in .{0,80}bookmark the permalink"),
        ("menu", r"(?:diễn đàn|forums?|home)(?: ?[>›»] ?[^>›»]{2,60}){1,5}$"),
        ("comments", r"(?:bạn|vui lòng|hãy) (?:phải |cần )?đăng nhập\b.{0,40} để "
                     r"(?:trả lời|bình luận|gửi|viết)\b.{0,60}$"),
        ("comments", r"(?:gửi|viết) (?:bình luận|ý kiến|câu hỏi|nhận xét|đánh giá|phản hồi)"
                     r"(?: của bạn)?$|trả lời hủy$|hủy trả lời$|chưa có bình luận(?: nào)?\.?$"),
        ("pager", r"trang \d+ ?(?:/|trên|của) ?\d+(?:[ |]+(?:\d+|…|\.\.\.))*"
                  r"(?:[ |]+(?:trước|sau|tiếp|đầu|cuối|next|prev))*[ |]*[>»›]*$"),
        ("pager", r"bài (?:viết )?(?:trước|sau|kế tiếp|tiếp theo)(?: đó)? ?: .{3,150}$"),
        ("pager", r"(?:điều hướng bài viết|(?:trang|chương|bài) (?:trước|sau|tiếp theo))$"),
        ("banner", r"đẩy mạnh (?:việc )?học tập và làm theo (?:tư tưởng|tấm gương).{0,80}!$"),
)  # fmt: skip
_CERTAIN = re.compile("|".join(f"({pattern})" for _, pattern in _PATTERNS))
_RULES = tuple(rule for rule, _ in _PATTERNS)
RULES = tuple(sorted(set(_RULES)))
"""The names of the certain rules."""
_NUMBERS = (-1, *(RULES.index(rule) for rule in _RULES))
"""The numbers of the rules of the groups of `_CERTAIN`."""
_MENU, _SHARE_BAR = RULES.index("menu"), RULES.index("share_bar")
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


class Signs(NamedTuple):
    """What the rules see in lines, whatever stands around them."""

    rule: NDArray[np.int8]
    """The number of the certain rule in `RULES`, or -1."""
    mark: NDArray[np.int8]
    """The sum of the marks `_FIELD_OF_FORM` to `_FORMULA_OF_STATE` that a line has."""

    def of(self, lines: Any) -> Signs:
        """Return the signs of some of the lines."""
        return Signs(self.rule[lines], self.mark[lines])


_FIELD_OF_FORM, _LISTED_ITEM, _SIGNATURE, _FORMULA_OF_STATE, _HEADING, _TAGS = 1, 2, 4, 8, 16, 32


def signs(lines: list[str]) -> Signs:
    """Look for the signs of each line; a line that is repeated is looked at once."""
    once = {line: _own_signs(line) for line in dict.fromkeys(lines)}
    found = np.array([once[line] for line in lines], dtype=np.int8).reshape(-1, 2)
    return Signs(found[:, 0], found[:, 1])


def _own_signs(line: str) -> tuple[int, int]:
    """Return the certain rule of a line, or -1, and its marks."""
    size = len(line)
    marks = _LISTED_ITEM if _ITEM.match(line) else 0
    if size > _LONGEST:
        return _MENU if size < _LONGEST_MENU and _is_menu(line) else -1, marks
    low = line.lower()
    if line[-1] in "*):" and _REQUIRED.match(line):
        marks |= _FIELD_OF_FORM
    if size < 160:
        if "ký" in low and _SIGNED.match(low):
            marks |= _SIGNATURE
        if ("tự do" in low or "việt nam" in low) and _FORMULA.match(low):
            marks |= _FORMULA_OF_STATE
        if low[0] in "tn#" and _TAG_LIST.match(low):
            marks |= _TAGS
        if size <= 60 and _OTHERS_HEADING.match(low):
            marks |= _HEADING
    match = _CERTAIN.match(low)
    if match is not None:
        return _NUMBERS[match.lastindex or 1], marks
    return _SHARE_BAR if size < 120 and _is_bar(low) else -1, marks


def certain(lines: Lines, seen: Signs | None = None) -> dict[int, str]:
    """Return the rules of the lines that are furniture wherever they stand.

    `seen` are the signs of the lines, where they are known.

    >>> from vnclean.boilerplate.features import split_lines
    >>> certain(split_lines("Nội dung:(*)\\nNội dung cuộc họp\\n>> Xem thêm: Mùa gặt"))
    {0: 'form', 2: 'article_list'}
    """
    seen = seen or signs(lines.text)
    found = {number: RULES[seen.rule[number]] for number in np.flatnonzero(seen.rule >= 0).tolist()}
    _add_forms(lines, np.flatnonzero(seen.mark & _FIELD_OF_FORM).tolist(), found)
    _add_teasers(lines, np.flatnonzero(seen.mark & _HEADING).tolist(), found)
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


def _is_menu(line: str) -> bool:
    """Say whether a long line is a menu in one line, or what a generator reads of a page."""
    if line.startswith("---"):
        return len(_KEY.findall(line)) >= 4 and line.endswith("---")
    if _SENTENCE.search(line):
        return False
    known = phrases()
    hits = {hit for hit in matcher().findall(line.lower()) if known[hit] in _ENTRIES}
    return len(hits) >= _MENU_ENTRIES


_LONGEST_MENU = 4000
_MENU_ENTRIES = 6
"""Entries of menus that a long line without punctuation names, at least."""
_KEY = re.compile(r"(?<!\S)[a-z]\w{2,20}:(?!\S)")
_SENTENCE = re.compile(r"[.,;:?!…]\s")
_ENTRIES = frozenset(KINDS.index(kind) for kind in ("nav", "related", "footer", "share"))


def _add_teasers(lines: Lines, headings: list[int], found: dict[int, str]) -> None:
    """Add lists of other articles: a title, a few words of it, the date; two of that or more.

    Such a list has a heading, or its few words are cut off in the way of blogs: `[...]`.
    """
    text = lines.text
    cut_off = [number - 1 for number, line in enumerate(text)
               if line[-1] == "]" and number and line.endswith(_CUT_OFF)]  # fmt: skip
    reached = 0
    for number, dated in sorted([(number + 1, True) for number in headings]
                                + [(number, False) for number in cut_off]):  # fmt: skip
        if number < reached:
            continue
        at, entries = number, 0
        while size := _teaser(text, at, dated):
            at += size
            entries += 1
        if entries >= 2:
            found.update((each, "article_list") for each in range(number - dated, at))
            reached = at


def _teaser(text: list[str], at: int, dated: bool) -> int:
    """Return how many lines from `at` are one entry of a list of articles, 0 where none is."""
    part = text[at : at + 4]
    if len(part) < 2 or not _is_headline(part[0]):
        return 0
    if part[1].endswith(_CUT_OFF) and len(part[1]) <= 320:
        return 3 if len(part) > 2 and _DAY.match(part[2]) else 2
    if not dated:
        return 0
    if _DAY.match(part[1]):
        return 2
    return 3 if len(part) > 2 and len(part[1]) <= 320 and _DAY.match(part[2]) else 0


def _is_headline(line: str) -> bool:
    return 8 <= len(line) <= 150 and line[-1] not in ".:;," and not _DAY.match(line)


_OTHERS_HEADING = re.compile(
    r"(?:(?:các |những )?(?:tin|bài)(?: tức| viết| bài)? (?:liên quan|khác|cùng (?:chuyên mục|loại|"
    r"chủ đề)|mới(?: nhất| hơn)?|cũ hơn|nổi bật|đã (?:đăng|đưa)|xem nhiều|đọc nhiều)|"
    r"(?:xem|đọc) (?:thêm|nhiều(?: nhất)?)|có thể bạn quan tâm|đừng bỏ lỡ|(?:.{2,40})?xem tất cả)"
    r"\s?[:»›]*$",
    re.IGNORECASE,
)
_CUT_OFF = ("[...]", "[…]", "[&hellip;]")
_DAY = re.compile(
    r"(?:ngày |thứ [a-zăâư\d]+,? ?|chủ nhật,? ?)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
    r"(?:[ ,|-]*\d{1,2}[:h]\d{2}(?::\d{2})?)?$",
    re.IGNORECASE,
)


def _add_forms(lines: Lines, fields: list[int], found: dict[int, str]) -> None:
    """Add what stands between the required fields of a form: other fields and what to choose."""
    for first, last in pairwise(fields):
        inner = lines.text[first + 1 : last]
        if len(inner) <= _CHOICES and all(len(line) < 80 for line in inner):
            found.update((number, "form") for number in range(first, last + 1))
            after = last + 1
            while after < len(lines.text) and _BUTTON.match(lines.text[after].lower()):
                found[after] = "form"
                after += 1


def tags(seen: Signs, last: int) -> NDArray[np.int64]:
    """Return the lists of tags below line `last`; above it, key words may be those of an essay."""
    found = np.flatnonzero(seen.mark & _TAGS)
    return found[found > last]


_TAG_LIST = re.compile(r"(?:từ kh(?:óa|oá)|tags?|thẻ|nhãn)\s?:")


def spared(rows: NDArray[np.float32], seen: Signs) -> NDArray[np.bool_]:
    """Say which lines stay: lists with dashes or numbers, for menus have none; signatures; mottos.

    Lists below the heading of an article list, and entries with a date, are not spared.
    """
    signed = (seen.mark & _SIGNATURE) > 0
    if signed.any():  # an office above, a name below: the signature of a letter
        signed[:-1] |= signed[1:].copy()
        signed[1:] |= signed[:-1].copy()
    return signed | ((seen.mark & _FORMULA_OF_STATE) > 0) | _listed(rows, seen)


_FORMULA = re.compile(
    r"\W*cộng h(?:òa|oà) xã hội chủ nghĩa việt nam\W*$|\W*độc lập ?[-–—.]? ?tự do ?[-–—.]? ?"
    r"hạnh phúc\W*$|\W*đảng cộng sản việt nam\W*$",
    re.IGNORECASE,
)
"""What stands at the head of a Vietnamese official paper."""
_SIGNED = re.compile(r"\s*\(?(?:đã ký|ký tên|ký,? (?:và )?ghi rõ họ tên|đã ký tên)\b.{0,40}$", re.I)


def _listed(rows: NDArray[np.float32], seen: Signs) -> NDArray[np.bool_]:
    dash = (seen.mark & _LISTED_ITEM) > 0
    if not dash.any():
        return dash
    dash &= (rows[:, _DATE] == 0) & (rows[:, _OTHERS].max(axis=1) < 0.5)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dash.view(np.int8), [0]])))
    for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        heading = rows[low - 1, _HEADINGS].max() if low else 0.0
        if high - low < 3 or heading >= 0.5:
            dash[low:high] = False
    return dash


def title_and_facts(
    lines: Lines, rows: NDArray[np.float32], sure: NDArray[np.float32]
) -> list[int]:
    """Return the line that is the page's title, and the facts of goods below it; these never go.

    The title stands above the first sentence that stays, and says the same words as the body.

    >>> from vnclean.boilerplate.features import features, split_lines
    >>> body = "Xã Hòa Lộc trồng thêm ba vạn cây đước, và cây đước năm ngoái đã cao bằng người. "
    >>> page = split_lines("Tin tức\\nHòa Lộc trồng thêm cây đước\\n" + body * 2)
    >>> title_and_facts(page, features(page), np.array([0.9, 0.9, 0.1]))
    [1]
    """
    stays = np.flatnonzero((rows[:, _PROSE] > 0.5) & (rows[:, _LENGTH] > _BODY) & (sure < 0.5))
    if not len(stays):
        return []
    first = int(stays[0])
    said = _words(" ".join(lines.text[number][:600] for number in stays[:6].tolist()))
    best, title = 0.0, -1
    for number in range(max(0, first - _ABOVE), first):
        line = lines.text[number]
        own = _words(line)
        if not 12 <= len(line) <= 200 or len(own) < 3 or line[-1] in ":;," or _DAY.match(line):
            continue
        if _SEPARATOR.search(line) and _is_bar(line.lower()):
            continue
        share = len(own & said) / len(own)
        # What stands nearer to the body is the title, unless it says much less of it.
        if share >= max(_SAID, best - 0.25):
            best, title = share, number
    if title < 0:
        return []
    return [title] + [n for n in range(title + 1, first) if _FACT.match(lines.text[n])]


_PROSE, _LENGTH = NAMES.index("prose"), NAMES.index("length")
_BODY = float(np.log1p(60))
_ABOVE = 12
"""Lines above the body among which the title is looked for: date, byline and price come between."""
_SAID = 0.5
"""The share of a title's words that the body says as well, at least."""
_WORD = re.compile(r"[^\W_]{2,}")
_FACT = re.compile(
    r"(?:mã (?:sản phẩm|sp|hàng|số)|sku|model|giá(?: bán| gốc| cũ| niêm yết| khuyến mãi)?|"
    r"tình trạng|xuất xứ|thương hiệu|nhà sản xuất|chất liệu|màu sắc|kích thước|dung tích|"
    r"trọng lượng|khối lượng|công suất|bảo hành|diện tích|mức lương|địa điểm|hạn nộp(?: hồ sơ)?)"
    r" ?: ?\S.{0,100}$",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    """Return the words of a text that mean something by themselves."""
    known = phrases()
    return frozenset(word for word in _WORD.findall(text.lower()) if known.get(word) != _NO_LINK)
