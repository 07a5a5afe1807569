"""The patterns of single lines: furniture wherever it stands, and flags of other things.

A pattern stands here only where a line speaks for itself; whatever needs its surroundings is the
forest's to decide.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.distinct_lines import HEAD, TAIL, DistinctLines
from vnclean.boilerplate.phrases import KINDS, phrase_pattern, phrases

__all__ = [
    "FACT", "FIELD", "FORMULA", "HEADING", "ITEM", "RULES", "SIGNATURE", "TAGS", "PatternMatches",
    "is_bar", "match_patterns",
]  # fmt: skip

_LONGEST = 220
"""Characters a line of furniture has at most; longer ones may hold a sentence of the author."""
_SHORT, _HEADING_SIZE, _BAR = 160, 60, 120
"""Characters of a line that may be a formula or tags, a heading, a bar of buttons."""

_FIELD = (
    r"(?:họ(?: và)?(?: tên)?|tên(?: của bạn)?|e-?mail(?: của bạn)?|địa chỉ(?: e-?mail)?|"
    r"(?:số )?điện thoại|sđt|tiêu đề|nội dung|bình luận|lời nhắn|mã (?:xác nhận|bảo (?:mật|vệ)|"
    r"kiểm tra)|trang web|website|công ty)"
)
_PATTERNS = (
    # Fields of a form are marked as required; the damaged text beside a captcha goes along.
    ("form", "hteđsnblmwc", rf"{_FIELD} ?:? ?(?:\(\*\)|\*)(?: ?:)?(?:\s.{{0,60}})?$"),
    ("form", "ec", r"email của bạn sẽ không được hiển thị|các trường bắt buộc được đánh dấu"),
    ("form", "qlb", r"(?:quên mật khẩu|lấy lại mã (?:bảo mật|xác nhận)|bạn chưa có tài khoản)\b"),
    ("article_list", "*_>»›", r"[*_\s]*(?:[>»›]\s?)+[*_\s]*(?:xem|đọc|tham khảo|tìm hiểu)\b"),
    ("article_list", "*_>»›[mxđtcb",
                 r"[*_\s]*(?:>\s?>|»|›|\[)?[*_\s]*(?:mời (?:bạn|các bạn|quý vị) )?"
                 r"(?:(?:xem|đọc|tham khảo)(?: thêm| tiếp| ngay)|có thể bạn quan tâm|"
                 r"bài viết liên quan|tin liên quan|đừng bỏ lỡ)[*_\s]*:"),
    ("article_list", "b", r"bạn đang (?:xem|đọc)(?: bài viết| tài liệu| \d+ trang)?\s?[:\"“_]"),
    ("article_list", "", r".{10,}[-–] (?:ảnh|hình) \d{1,2}\.?$"),
    ("share_bar", "ac", r"a ?[-+]? ?a ?\+?$|cỡ chữ(?:\W|a)*$"),
    ("share_bar", "cs", r"(?:chia sẻ|share)(?: bài(?: viết)?(?: này)?)?(?: (?:lên|qua|trên))? ?:? ?"
              r"(?:facebook|twitter|zalo|linkedin|google ?\+?|email|pinterest)\b.{0,100}$"),
    ("share_bar", "lt", r"(?:like|thích) (?:share|chia sẻ)(?: [\d.,]+ ?[km]?)?$"),
    ("share_bar", "t", r"theo dõi .{0,40}\btrên google news"),
    ("article_list", "b", r"bạn đang (?:xem|đọc) (?:bài(?: viết)? )?.{5,150} (?:tại|trong) "
                 r"(?:chuyên mục|danh mục|website|trang)\b.{0,60}$"),
    ("article_list", "m", r"mời (?:bạn|các bạn|quý vị|quý độc giả|độc giả)(?: đọc)? "
                 r"(?:xem|theo dõi|đọc) (?:video|clip|thêm|tiếp)\b.{0,120}$"),
    ("comments", "đbný", r"(?:đánh giá|bình luận|nhận xét|ý kiến)"
             r"(?: (?:sản phẩm|bài viết|khách hàng|bạn đọc))? ?\(\d+\)$"),
    ("comments", "bctn", r"(?:bài viết|câu (?:hỏi|trả lời)|thông tin|nội dung)(?: này)? có hữu ích"
             r"(?: (?:với|cho|đối với) bạn)? (?:hay )?không\W*$"),
    ("share_bar", "c", r"chia sẻ(?: bài viết)?(?: này)? ?:$"),
    ("form", "đ", r"để lại (?:số điện thoại|thông tin)\b.{0,60}(?:gọi lại|tư vấn|liên hệ)"),
    ("banner", "t", r"trình duyệt (?:của bạn |này )?(?:không|chưa) hỗ trợ .{3,60}$"),
    ("banner", "hđ", r"(?:hãy )?đăng k[ýí] (?:theo dõi )?kênh\b.{0,80}$"),
    ("menu", "tl×✕✖", r"(?:toggle(?: navigation| menu)?|liên kết web(?:site)?|[×✕✖])$"),
    ("share_bar", "0.,", r"[\d.,]+ ?[km]? (?:shares?|lượt chia sẻ|chia sẻ)$"),
    ("footer", "©(cb", r"(?:©|\(c\)|copyright\b|bản quyền (?:thuộc|©|\d)).{0,200}$"),
    ("footer", "gv", r"(?:ghi rõ nguồn|vui lòng ghi rõ nguồn).{0,80}(?:phát hành|trích|sử dụng)"),
    ("counter", "stl", r"(?:số |tổng )?(?:số )?lượt (?:xem|đọc|truy cập|người xem) ?:? ?[\d.,]+$"),
    ("counter", "★", r"★{3,}.{0,20}\(?[\d.,]+ (?:lượt )?(?:đánh giá|bình chọn|votes?)\)?$"),
    ("banner", "qa", r"(?:quảng cáo|advertisements?|ads)$"),
    ("menu", "tsclvq", r"(?:trang (?:chủ|nhất)|skip to content|"
         r"chuyển (?:đến|tới) (?:phần )?nội dung|"
         r"(?:lên|về) đầu trang|quay lại đầu trang)(?: ?[>›»/].{0,120})?$"),
    ("shop", "tmđab", r"(?:thêm vào giỏ(?: hàng)?|mua ngay|đặt hàng ngay|mua trả góp|add to cart|"
         r"buy now|thêm vào (?:danh sách )?yêu thích)$"),
    ("menu", "", r"[^.!?:›»]{2,40}›$"),
    ("menu", "t", r"this entry was posted in .{0,80}bookmark the permalink"),
    ("menu", "dfh", r"(?:diễn đàn|forums?|home)(?: ?[>›»] ?[^>›»]{2,60}){1,5}$"),
    ("comments", "bvh", r"(?:bạn|vui lòng|hãy) (?:phải |cần )?đăng nhập\b.{0,40} để "
             r"(?:trả lời|bình luận|gửi|viết)\b.{0,60}$"),
    ("comments", "gvthc", r"(?:gửi|viết) (?:bình luận|ý kiến|câu hỏi|nhận xét|đánh giá|phản hồi)"
             r"(?: của bạn)?$|trả lời hủy$|hủy trả lời$|chưa có bình luận(?: nào)?\.?$"),
    ("pager", "t", r"trang \d+ ?(?:/|trên|của) ?\d+(?:[ |]+(?:\d+|…|\.\.\.))*"
          r"(?:[ |]+(?:trước|sau|tiếp|đầu|cuối|next|prev))*[ |]*[>»›]*$"),
    ("pager", "b", r"bài (?:viết )?(?:trước|sau|kế tiếp|tiếp theo)(?: đó)? ?: .{3,150}$"),
    ("pager", "đtcb", r"(?:điều hướng bài viết|(?:trang|chương|bài) (?:trước|sau|tiếp theo))$"),
    ("banner", "đ", r"đẩy mạnh (?:việc )?học tập và làm theo (?:tư tưởng|tấm gương).{0,80}!$"),
    # What the programs behind blogs, forums, wikis, shops, lists and archives write themselves.
    ("menu", "bvy", r"(?:bạn đang ở(?: đây)?|vị trí (?:hiện tại|của bạn)|you are here)"
             r" ?: ?.{2,160}$"),
    ("counter", "slđ", r"(?:số lần|(?:số )?lượt|đã) (?:xem|đọc|tải|nghe)(?: về| xuống)? ?:? ?"
                r"[\d.,]+ ?[km]?(?: lần| lượt)?$"),
    ("comments", "0", r"[\d.,]+ (?:đánh giá cho|reviews? for) (?!thấy\b|rằng\b).{3,150}$"),
    ("share_bar", "bnc", r"(?:bấm|nhấn|nhấp|click)(?: chuột)?(?: vào đây| vào)? (?:để |to )?"
                  r"(?:chia sẻ|share|gửi|email|in|print)\b.{0,90}(?:cửa sổ mới|new window)\)?$"),
    ("banner", "ctw", r"(?:chúng tôi|trang(?: web)? này|website(?: này)?) (?:có )?(?:sử dụng|dùng) "
               r"cookies?\b.{0,160}\b(?:đồng ý|chấp nhận|tiếp tục)\b"),
    ("footer", "ltn", r"lấy từ [\"“]?https?://|trang này được sửa đổi lần cuối|thể loại ẩn ?: |"
               r"nội dung được phát hành theo giấy phép\b"),
    ("pager", "pnm", r"(?:previous|next) message ?: |messages sorted by ?: "),
    ("banner", "t0", r"the wayback machine - https?:|[\d,.]+ captures$"),
)  # fmt: skip
"""Rule, the characters that such a line begins with (any, where there are none), its pattern."""
_RULES = tuple(rule for rule, *_ in _PATTERNS)
RULES = tuple(sorted(set(_RULES)))
"""The names of the certain rules."""
_NUMBERS = tuple(RULES.index(rule) for rule in _RULES)
_MENU, _SHARE_BAR = RULES.index("menu"), RULES.index("share_bar")
_ENDS = frozenset("0123456789.›")
"""What the lines end in that may begin with any character."""


@cache
def _beginning_with(char: str) -> tuple[re.Pattern[str] | None, tuple[int, ...]]:
    """Return what lines that begin so are matched with, and the rule of each of its groups.

    With an empty `char`, what matches lines that begin with anything.
    """
    numbers = [number for number, (_, first, _) in enumerate(_PATTERNS)
               if (char in first if char else not first)]  # fmt: skip
    if not numbers:
        return None, ()
    whole = "|".join(f"({_PATTERNS[number][2]})" for number in numbers)
    return re.compile(whole), (-1, *(_NUMBERS[number] for number in numbers))


_FIRSTS = frozenset(char for _, first, _ in _PATTERNS for char in first)
_REQUIRED = re.compile(r"[^\W\d_][^.!?*{}=;]{1,58}(?:\(\*\)|\*)\s?:?$")
_SEPARATOR = re.compile(r"[|›»•·/]| - ")
_ACTION = re.compile(
    r"(?:in|lưu|gửi|tải|chia sẻ|trả lời|trích dẫn|báo xấu|báo cáo|thích|like|share|print|e-?mail)"
    r"(?: [^\W\d]+){0,2}$"
)
"""What a button under a text does, in three words at most."""
_NO_LINK = KINDS.index("function")
_NO_LINKS = (_NO_LINK, KINDS.index("meta"), KINDS.index("slogan"))
_FACT = re.compile(r"[^\W\d_][^:.!?>»|]{1,32} ?: ?[^\s/].{0,90}$|[^\t]{2,60}\t[^\t]{1,60}$")
_DOTS = frozenset(".)")
_ITEM = re.compile(r"[-–—+•\ue000-\uf8ff]\s|\[\d{1,3}\]|\d{1,2}[.)]\s|[a-zđ][.)]\s")
_OTHERS_HEADING = re.compile(
    r"(?:(?:các |những )?(?:tin|bài)(?: tức| viết| bài)? (?:liên quan|khác|cùng (?:chuyên mục|loại|"
    r"chủ đề)|mới(?: nhất| hơn)?|cũ hơn|nổi bật|đã (?:đăng|đưa)|xem nhiều|đọc nhiều)|"
    r"(?:xem|đọc) (?:thêm|nhiều(?: nhất)?)|có thể bạn quan tâm|đừng bỏ lỡ|(?:.{2,40})?xem tất cả)"
    r"\s?[:»›]*$"
)
_HEADS = frozenset("cntbxđ")
"""What a heading of other articles begins with, unless it holds `xem tất cả`."""
_TAG_LIST = re.compile(r"(?:từ kh(?:óa|oá)|tags?|thẻ|nhãn)\s?:")
_FORMULA = re.compile(
    r"\W*cộng h(?:òa|oà) xã hội chủ nghĩa việt nam\W*$|\W*độc lập ?[-–—.]? ?tự do ?[-–—.]? ?"
    r"hạnh phúc\W*$|\W*đảng cộng sản việt nam\W*$"
)
"""What stands at the head of a Vietnamese official paper."""
_SIGNED = re.compile(r"\s*\(?(?:đã ký|ký tên|ký,? (?:và )?ghi rõ họ tên|đã ký tên)\b.{0,40}$")


FIELD, ITEM, SIGNATURE, FORMULA, HEADING, TAGS, FACT = (1 << number for number in range(7))
"""The flags of a line: a required field of a form; an entry of a list; a signature; what stands at
the head of an official paper; the heading of a list of other articles; a list of tags; a name and
what it is (`Phiên bản: 4.2`), or two cells."""


class PatternMatches(NamedTuple):
    """Which patterns lines match, whatever stands around them."""

    rule: NDArray[np.int8]
    """The number of the certain rule in `RULES`, or -1."""
    flags: NDArray[np.int8]
    """The sum of the flags that a line has."""

    def select(self, lines: Any) -> PatternMatches:
        """Return those of some of the lines."""
        return PatternMatches(self.rule[lines], self.flags[lines])

    def lines_with(self, flag: int) -> NDArray[np.int64]:
        """Return the numbers of the lines that have a flag."""
        return np.flatnonzero(self.flags & flag)


def match_patterns(distinct: DistinctLines) -> PatternMatches:
    """Match the patterns against each line; a line that is repeated is read once.

    >>> from vnclean.boilerplate.distinct_lines import distinct_lines
    >>> lines = ["Nội dung:(*)", "Nội dung cuộc họp", ">> Xem thêm: Mùa gặt"]
    >>> found = match_patterns(distinct_lines(lines))
    >>> [RULES[rule] if rule >= 0 else "" for rule in found.rule.tolist()]
    ['form', '', 'article_list']
    """
    pairs = map(_match_line, distinct.lines, distinct.lower_lines)
    found = np.array([number for pair in pairs for number in pair], dtype=np.int8).reshape(-1, 2)
    return PatternMatches(*found[distinct.ids].T)


def _match_line(line: str, low: str) -> tuple[int, int]:
    """Return the certain rule of a line, or -1, and its flags; `low` is it as it was read."""
    size = len(line)
    flags = ITEM if _may_be_item(line) and _ITEM.match(line) else 0
    if size > _LONGEST:
        return _MENU if size < _LONGEST_MENU and _is_menu(line) else -1, flags
    if size > HEAD + TAIL:
        low = line.lower()
    first, last = low[0], low[-1]
    if last in "*):" and _REQUIRED.match(line):
        flags |= FIELD
    if size < _SHORT:
        if "ký" in low and _SIGNED.match(low):
            flags |= SIGNATURE
        if ("tự do" in low or "việt nam" in low) and _FORMULA.match(low):
            flags |= FORMULA
        if first in "tn" and _TAG_LIST.match(low):
            flags |= TAGS
        if (
            size <= _HEADING_SIZE
            and (first in _HEADS or "xem tất cả" in low)
            and _OTHERS_HEADING.match(low)
        ):
            flags |= HEADING
        if (":" in line or "\t" in line) and _FACT.match(line):
            flags |= FACT
    key = "0" if first.isdigit() else first
    rule = _certain(low, key) if key in _FIRSTS else -1
    if rule < 0 and last in _ENDS:
        rule = _certain(low, "")
    if rule < 0 and size < _BAR and is_bar(low):
        rule = _SHARE_BAR
    if rule < 0 and (
        ("](" in line and _are_links(line, low)) or (low.startswith(_HOMES) and _is_main_menu(low))
    ):
        rule = _MENU
    return rule, flags


def _may_be_item(line: str) -> bool:
    second = line[1:2]
    return second.isspace() or second in _DOTS or line[2:3] in _DOTS or line[0] == "["


def _certain(low: str, first: str) -> int:
    """Return the certain rule of a line in small letters, among those for how it begins; or -1."""
    pattern, numbers = _beginning_with(first)
    found = pattern.match(low) if pattern is not None else None
    return numbers[found.lastindex or 0] if found is not None else -1


def is_bar(line: str) -> bool:
    """Say whether a line is a row of buttons and links between separators, and nothing else.

    The line is in small letters.
    """
    if not _SEPARATOR.search(line):
        return False
    parts = [part.strip(" :\t") for part in _SEPARATOR.split(line)]
    if len(parts) > 1 and all(_ACTION.match(part) for part in parts):
        return True
    known = [part for part in parts if phrases().get(part, _NO_LINK) not in _NO_LINKS]
    return len(parts) > 1 and len(known) > 1 and len(known) >= 0.7 * len(parts)


def _are_links(line: str, low: str) -> bool:
    """Say whether a line of Markdown is nothing but links: several, or one known by its text."""
    if _LINKS.fullmatch(line) is None:
        return False
    known = phrases().get(_LINK_TEXT.findall(low)[0].strip(), _NO_LINK)
    return line.count("](") > 1 or known not in _NO_LINKS


_LINKS = re.compile(r"(?:[*+\-] )?(?:!?\[[^\[\]]{0,80}\]\([^()\s]{0,300}\)[\s|·•,/>»-]*)+")
_LINK_TEXT = re.compile(r"\[([^\[\]]*)\]\(")


def _is_main_menu(low: str) -> bool:
    """Say whether a line in small letters is the main menu in one line: it begins with its home."""
    if _SENTENCE.search(low) or low[-1] in ".,;:?!…":
        return False
    return len(_entries(low)) >= _MAIN_ENTRIES


_HOMES = ("trang chủ ", "trang nhất ", "home ")
_MAIN_ENTRIES = 3
"""Entries of menus that such a line names, its home among them, at least."""


def _is_menu(line: str) -> bool:
    """Say whether a long line is a menu in one line, or what a generator reads of a page."""
    if line.startswith("---"):
        return len(_KEY.findall(line)) >= 4 and line.endswith("---")
    if _SENTENCE.search(line):
        return False
    return len(_entries(line.lower())) >= _MENU_ENTRIES


def _entries(low: str) -> set[str]:
    """Return the entries of menus that a line in small letters names."""
    known = phrases()
    return {hit for hit in phrase_pattern().findall(" " + low) if known[hit] in _ENTRIES}


_LONGEST_MENU = 4000
_MENU_ENTRIES = 6
"""Entries of menus that a long line without punctuation names, at least."""
_KEY = re.compile(r"(?<!\S)[a-z]\w{2,20}:(?!\S)")
_SENTENCE = re.compile(r"[.,;:?!…]\s")
_ENTRIES = frozenset(KINDS.index(kind) for kind in ("nav", "related", "footer", "share"))
