"""Derive `corpus/raw` from `corpus/clean`: the recipe of which damage and furniture goes where.

    python corpus/make_raw.py            # write corpus/raw
    python corpus/make_raw.py --check    # say whether corpus/raw is what the recipes give

Everything is deterministic. Damage comes from `vnclean.channels`, the codecs of
`vnclean.charsets` and plain replacements below; each recipe fails where its text is not found, so
it can't rot unseen. The furniture is what such pages carry, in words of our own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import quopri
import re
import sys
import unicodedata
from collections.abc import Callable
from html.entities import codepoint2name
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import vnclean.charsets  # noqa: E402, F401  registers the codecs of legacy charsets
from vnclean import channels  # noqa: E402
from vnclean.language.alphabet import COMBINING_TONES, compose, decompose  # noqa: E402
from vnclean.language.tone_placement import other_style  # noqa: E402

Damage = Callable[[str], str]

NBSP, ZWSP, SOFT_HYPHEN, THIN, ZWNJ, BOM = "\u00a0\u200b\u00ad\u2009\u200c\ufeff"

# --- where ------------------------------------------------------------------------------------


def swap(text: str, old: str, new: str) -> str:
    """Replace the one place where `old` occurs."""
    if text.count(old) != 1:
        raise SystemExit(f"{old!r} occurs {text.count(old)} times, it must occur once")
    return text.replace(old, new)


def swaps(text: str, pairs: dict[str, str]) -> str:
    """Replace several phrases, each of which occurs once."""
    for old, new in pairs.items():
        text = swap(text, old, new)
    return text


def damage(text: str, phrase: str, *by: Damage) -> str:
    """Put one phrase through channels, one after the other; the rest stays."""
    hurt = phrase
    for channel in by:
        hurt = channel(hurt)
    return swap(text, phrase, hurt)


def line(text: str, start: str, *by: Damage) -> str:
    """Put the one line that begins with `start` through channels."""
    found = [this for this in text.split("\n") if this.startswith(start)]
    if len(found) != 1:
        raise SystemExit(f"{len(found)} lines begin with {start!r}, there must be one")
    return damage(text, found[0], *by)


def between(text: str, first: str, last: str, *by: Damage) -> str:
    """Put the text from the phrase `first` up to the phrase `last` through channels."""
    start = text.index(first)
    return damage(text, text[start : text.index(last, start)], *by)


def after(text: str, start: str, furniture: str) -> str:
    """Set furniture under the one line that begins with `start`."""
    return line(text, start, lambda found: f"{found}\n{furniture}")


# --- damage that is no channel ----------------------------------------------------------------


def as_cp1252(data: bytes) -> str:
    """Show bytes as windows-1252 does; bytes it leaves undefined stay as C1 controls."""
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in data
    )


def legacy(charset: str) -> Damage:
    """Text of a legacy charset, its bytes shown as windows-1252."""
    return lambda text: as_cp1252(text.encode(charset))


def to_hop(text: str) -> str:
    """UniKey's "tổ hợp": precomposed base vowel, then the combining tone."""
    parts = map(decompose, text)
    return "".join(vowel + COMBINING_TONES[tone] for vowel, tone in parts)


def nfd(text: str) -> str:
    """Everything decomposed, as macOS names files."""
    return unicodedata.normalize("NFD", text)


def tone_first(text: str) -> str:
    """Decomposed with the tone before the quality mark, an order that NFC can't mend."""
    return re.sub("([\u0302\u0306\u031b])([\u0300\u0301\u0303\u0309\u0323])", r"\2\1",
                  unicodedata.normalize("NFD", text))  # fmt: skip


def pdf_horn(text: str) -> str:
    """The ƣ and Ƣ that PDF text layers write for ư and Ư, alone and under a tone."""
    out = []
    for letter in text:
        vowel, tone = decompose(letter)
        hurt = {"ư": "ƣ", "Ư": "Ƣ"}.get(vowel)
        out.append(letter if hurt is None else hurt + COMBINING_TONES[tone])
    return "".join(out)


def eth(text: str) -> str:
    """The eth of Icelandic for đ."""
    return text.replace("đ", "ð").replace("Đ", "Ð")


def named(text: str) -> str:
    """HTML entities with names, where HTML has one."""
    names = codepoint2name
    return "".join(f"&{names[ord(c)]};" if ord(c) in names else c for c in text)


def decimal(text: str) -> str:
    """Decimal character references."""
    return text.encode("ascii", "xmlcharrefreplace").decode()


def hexadecimal(text: str) -> str:
    """Hexadecimal character references."""
    return "".join(c if ord(c) < 128 else f"&#x{ord(c):X};" for c in text)


def escaped_twice(text: str) -> str:
    """References whose ampersand was escaped again."""
    return decimal(text).replace("&", "&amp;")


def backslash(text: str) -> str:
    """The escapes of JSON, Java and JavaScript."""
    return "".join(c if ord(c) < 128 else f"\\u{ord(c):04x}" for c in text)


def bare_u(text: str) -> str:
    """The same after a database that ate the backslashes."""
    return backslash(text).replace("\\u", "u")


def quoted_printable(text: str) -> str:
    """The body of a mail, its transfer encoding not undone."""
    return quopri.encodestring(text.encode()).decode().replace("=\n", "")


def new_style(text: str) -> str:
    """The new tone style in every open oa, oe, uy."""
    return re.sub(r"\w+", lambda found: other_style(found[0]) or found[0], text)


def strewn(mark: str, every: int = 9) -> Damage:
    """An invisible character inside every n-th word, after its first letter."""

    def strew(text: str) -> str:
        words = text.split(" ")
        for at in range(every - 1, len(words), every):
            if len(words[at]) > 2 and words[at].isalpha():
                words[at] = words[at][:1] + mark + words[at][1:]
        return " ".join(words)

    return strew


def spaced(space: str, every: int = 7) -> Damage:
    """Another space, or a run of spaces, instead of every n-th one."""

    def widen(text: str) -> str:
        first, *rest = text.split(" ")
        return first + "".join(
            (space if at % every == every - 1 else " ") + word for at, word in enumerate(rest)
        )

    return widen


def blank_lines(text: str) -> str:
    """Gaps of a page: lines that hold a blank or a no-break space, and runs of blank lines."""
    gaps = ["\n \n", "\n\n\n", f"\n{NBSP}\n", "\n\n", " \n\n"]
    first, *rest = text.split("\n\n")
    return first + "".join(gaps[at % len(gaps)] + part for at, part in enumerate(rest))


# --- furniture --------------------------------------------------------------------------------

COMMENT_FORM = """\
Viết bình luận

Họ tên:(*)
Số điện thoại:
Tiêu đề:(*)
Nội dung:(*)
Mã xác nhận:         L?y l?i m\ufffd b?o m?t
"""

SHARE = "Chia sẻ: Facebook Twitter Zalo | In trang | Gửi email | Cỡ chữ: A- A A+"

# --- the recipes ------------------------------------------------------------------------------


def bao_chi_khanh_thanh_cau(text: str) -> str:
    """A press page: menu, share bar, tags, related articles, empty comments, footer."""
    text = swaps(text, {
        "khai thác hiệu quả công trình": "khai thác hiệu qủa công trình",
        "phải di dời hoàn toàn": "phải di dời hòan tòan",
        "UBND huyện Tân Hòa": f"UBND{NBSP}huyện Tân Hoà",
        "ấp Thuận Hòa": "ấp Thuận Hoà",
        "chợ Phú Lộc": f"chợ{NBSP}Phú Lộc",
    })  # fmt: skip
    text = line(text, "Cầu Vàm Xáng dài", spaced("  "))
    text = line(text, "Theo Ban Quản lý dự án", strewn(ZWSP))
    text = line(text, "Chủ đò Nguyễn Văn Bé", spaced(NBSP), strewn(SOFT_HYPHEN, 11))
    text = line(text, "Cũng trong sáng nay", channels.utf8_as_cp1252)
    text = after(text, "Thứ bảy, 18/09/2021", SHARE)
    menu = "Trang chủ\nThời sự\nKinh tế\nVăn hóa - Xã hội\nThể thao\nBạn đọc\nĐăng nhập\n\n"
    tail = """
Từ khóa: cầu Vàm Xáng, huyện Tân Hòa, hạ tầng giao thông

Tin liên quan
Thông xe kỹ thuật cầu Rạch Gỗ (02/08/2021)
Huyện Tân Hòa giải ngân vốn đầu tư công đạt 71% (15/07/2021)
Xem thêm >>

Ý kiến bạn đọc (0)
Gửi bình luận
Vui lòng nhập bình luận có dấu

Bản quyền © 2021 Báo điện tử Tin Đồng Bằng. Giữ toàn quyền.
Ghi rõ nguồn khi phát hành lại thông tin từ website này.
"""
    return menu + text + tail


def cong_dang_so_ket(text: str) -> str:
    """A party portal: article list, comment form with a lossy last line, typos, blank gaps."""
    text = swaps(text, {
        "xây dựng và ban hành Kế hoạch công tác": "xây dựng và bàn hành Kế hoạch công tác",
        "làm tốt công tác tuyên truyền": "làm tốt công tác tuyền truyền",
        "khắc phục hậu quả": "khắc phục hậu qủa",
        "các đồng chí Ủy viên": "các đồng chí Uỷ viên",
        "Trung ương, Tỉnh ủy": "Trung ương, Tỉnh uỷ",
        "bí thư, phó bí thư 34": "bí thư,  phó bí thư 34",
    })  # fmt: skip
    text = line(text, "Ủy ban Kiểm tra", to_hop)
    text = line(text, "Bốn là, tăng cường", channels.cp1252_bestfit)
    text = blank_lines(text)
    top = "Đẩy mạnh học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh!\n\n"
    tail = """

Các bài mới đăng

Các bài đã đăng :

Bài viết Xem
"""
    return top + text + tail + COMMENT_FORM


def thong_bao_cat_nuoc(text: str) -> str:
    """A notice of a commune, parts of it pasted from .VnTime and VNI documents."""
    text = swaps(text, {
        "ỦY BAN NHÂN DÂN XÃ TÂN THẠNH": f"ỦY BAN NHÂN DÂN XÃ{NBSP}TÂN THẠNH",
        "Toàn thể bà con": "Tòan thể bà con",
    })  # fmt: skip
    text = line(text, "Thực hiện kế hoạch bảo trì", legacy("tcvn3"))
    text = line(text, "3. Đề nghị các hộ dân", legacy("tcvn3"))
    text = line(text, "Nhân dịp này", legacy("vni"))
    text = line(text, "Mọi thắc mắc", spaced(NBSP, 5))
    text = line(text, "- Ấp Tân Phú", channels.utf8_as_latin1)
    top = "Trang chủ » Thông tin tuyên truyền » Thông báo\nLượt xem: 1.204\n\n"
    tail = """
Các tin khác
Thông báo lịch tiếp công dân tháng 6 năm 2020 (01/06/2020)
Kết quả bình xét hộ nghèo năm 2020 (28/05/2020)

Trang 1 2 3 4 5 Tiếp theo
Thống kê truy cập
Đang online: 14
Tổng lượt truy cập: 388.102
"""
    return top + text + tail


def dien_dan_sua_xe(text: str) -> str:
    """A forum: buttons under each post, a pager, entities, real question marks beside lost ones."""
    text = swaps(text, {
        "“Xăng tụt” là sao": "&ldquo;X&#259;ng t&#7909;t&rdquo; l&agrave; sao",
        "cao su chai hết rồi": f"cao{NBSP}{NBSP}su chai hết rồi",
    })  # fmt: skip
    text = line(text, "Bác kiểm tra lại le gió", channels.utf8_as_cp1252)
    text = line(text, "Báo cáo các bác", channels.cp1252_nbsp_as_space)
    text = damage(text, "Cảm ơn mọi người, diễn đàn mình dễ thương quá.", channels.cp1252_replace)
    text = damage(text, "Tiết kiệm được 1tr755 để đi ăn bún mắm.", hexadecimal)
    posts = text.split("\n\n")
    posts[1:] = [
        post if number in (1,) else post.rstrip("\n") + "\nTrả lời | Trích dẫn | Thích | Báo xấu"
        for number, post in enumerate(posts[1:])
    ]
    top = "Diễn đàn > Kỹ thuật > Hỏi đáp sửa chữa\nTrang 1 / 2   1 2 Sau >\n\n"
    tail = "\n\nTrang 1 / 2   1 2 Sau >\nBạn phải đăng nhập hoặc đăng ký để trả lời tại đây.\n"
    return top + "\n\n".join(posts) + tail


def cua_hang_noi_dat(text: str) -> str:
    """A shop: cart, similar products, newsletter; text that came through JSON and a database."""
    text = line(text, "Thông số:", lambda found: found + NBSP)
    text = line(text, "Hướng dẫn dùng lần đầu", backslash)
    text = line(text, "Vì là hàng làm tay", escaped_twice)
    text = damage(text, "Không tráng men, không sơn phủ", bare_u)
    text = line(text, "- Đường kính miệng", spaced(THIN, 3))
    text = swap(text, "hơi nóng tỏa đều", "hơi nóng toả đều")
    text = after(text, "Tình trạng:", "Số lượng: - 1 +\nThêm vào giỏ hàng\nMua ngay")
    top = "Trang chủ / Đồ bếp / Nồi đất\n\n"
    tail = """
Đánh giá sản phẩm (0)
Hãy là người đầu tiên đánh giá sản phẩm này

Sản phẩm tương tự
Thố đất có quai 0,8 lít
95.000 đ
Thêm vào giỏ hàng
Khuôn bánh căn đất nung
120.000 đ
Thêm vào giỏ hàng

Đăng ký nhận tin khuyến mãi
Nhập email của bạn
"""
    return top + text + tail


def quy_che_cho(text: str) -> str:
    """A legal document: each chapter with another Unicode form or look-alike; no furniture."""
    text = between(text, "Chương I\n", "Chương II\n", pdf_horn)
    text = between(text, "Chương II\n", "Điều 5. ", nfd)
    text = between(text, "Điều 5. ", "Điều 6. ", to_hop)
    text = between(text, "Điều 6. ", "Chương III", tone_first)
    text = between(text, "Chương III", "Điều 8. ", eth)
    return BOM + line(text, "Quy chế này có hiệu lực", spaced("  ", 4))


def cong_thuc_canh_chua(text: str) -> str:
    """A recipe in entities of every kind; breadcrumb, rating, print button."""
    text = line(text, "Mùa nước nổi", named)
    text = line(text, "1. Ướp cá", decimal)
    text = line(text, "2. Dằm me", hexadecimal)
    text = line(text, "3. Đổ 1,5 lít", escaped_twice)
    text = line(text, "- 2 trái cà chua", named)
    text = line(text, "Mẹo nhỏ", quoted_printable)
    text = swaps(text, {
        "Nước mắm, đường, muối": "Nước mắm,&nbsp;đường,&nbsp;muối",
        "xã Mỹ Hòa": "xã Mỹ Hoà",
    })  # fmt: skip
    text = after(
        text, "Chuẩn bị: 20 phút", "★★★★★ 4,8/5 (36 lượt đánh giá)\nIn công thức | Lưu lại"
    )
    top = "Trang chủ » Món canh » Canh chua cá lóc bông súng\n\n"
    tail = "\nCó thể bạn quan tâm\nLẩu mắm miền Tây\nCá kho tộ\nXem thêm...\n"
    return top + text + tail


def tho_ben_song(text: str) -> str:
    """Verse, the whole of it UTF-8 read as Latin-1: C1 controls, U+0085 and NBSP are letters."""
    return channels.utf8_as_latin1(text)


def bang_gia_nong_san(text: str) -> str:
    """Tables whose single cells were damaged in single ways, beside whole ones."""
    text = damage(text, "Xoài cát Hòa Lộc loại 1", channels.utf8_as_cp1252)
    text = damage(text, "Sầu riêng Ri 6", channels.cp1252_bestfit)
    text = damage(text, "Rau muống nước", channels.cp1252_replace)
    text = damage(text, "Chôm chôm nhãn", to_hop)
    text = damage(text, "Khoai lang tím Nhật", decimal)
    text = damage(text, "Cá lóc nuôi", channels.utf8_as_cp1250)
    text = damage(text, "Lượng hàng về chợ (tấn)", channels.utf8_as_cp1252)
    text = damage(text, "chưa tính công bốc vác", channels.cp1252_bestfit)
    return line(text, "Nguồn: ", new_style)


def doi_thoai_tren_tau(text: str) -> str:
    """A dialogue: mojibake twice over and half lost, eths, dashes, question marks that stay."""
    text = line(text, "Tàu rời ga", channels.utf8_as_cp1252, channels.utf8_as_cp1252)
    text = line(text, "– Họ có hỏi đâu", channels.utf8_as_latin1)
    text = line(text, "– Lái tàu biển mà", eth)
    text = line(text, "Đêm đã khuya", channels.cp1252_undef_dropped)
    text = line(text, "– Rớt thì thi lại", channels.cp1252_quotes_straightened)
    text = line(text, "Không ai nói gì nữa", channels.cp1252_nbsp_as_space)
    text = line(text, "– Chứ sao nữa?", spaced(THIN, 4))
    return line(text, "– Cháu vào Quy Nhơn", strewn(ZWNJ, 3))


def hoi_dap_suc_khoe(text: str) -> str:
    """Questions and answers: lost letters as `?` in some lines, real questions in all others."""
    text = line(text, "Hỏi: Đo tay nào", channels.cp1252_bestfit)
    text = line(text, "Đáp: Lần đầu nên đo", channels.utf8_as_cp1258)
    text = line(text, "Hỏi: Uống cà phê", channels.ascii_qmark_nfd)
    text = line(text, "Đáp: Cà phê có thể", channels.cp1252_replace)
    text = line(text, "Đáp: Phần lớn người bệnh", channels.cp1258_as_cp1252)
    text = line(text, "Hỏi: Ba mẹ tôi", new_style)
    form = """
Gửi câu hỏi của bạn
Họ tên:(*)
Email:(*)
Nội dung:(*)
Mã xác nhận:
Gửi  Nhập lại
"""
    return text + form


def huong_dan_dat_ten_tep(text: str) -> str:
    """A tutorial: its code, escapes and URLs are as they should be, its prose is not."""
    text = line(text, "Khi chép dữ liệu", channels.utf8_as_cp1252)
    text = line(text, "Bước 3. Chạy thử", channels.utf8_as_macroman)
    text = line(text, "Bước 4. Nếu kết quả", channels.utf8_as_cp437)
    text = line(text, "Câu hỏi thường gặp", strewn(ZWSP, 6))
    text = swap(text, "thêm hàm chuẩn hóa", "thêm hàm chuẩn hoá")
    tail = "\nBài trước: Sao lưu dữ liệu bằng rsync\nBài sau: Lên lịch chạy tự động với cron\n"
    return text + tail + SHARE + "\n"


def bien_ban_hop_phu_huynh(text: str) -> str:
    """Minutes that were typed in VNI, with heads in .VnTimeH and a few slips of the hand."""
    text = line(text, "BIÊN BẢN HỌP", lambda found: legacy("tcvn3")(vn_time_h(found)))
    text = line(text, "1. Cô chủ nhiệm báo cáo", legacy("vni"))
    text = line(text, "- Ông Mai Xuân Trường", legacy("vni"))
    text = line(text, "Cuộc họp kết thúc", legacy("vni"))
    text = line(text, "- Bà Đỗ Thị Hằng", legacy("tcvn3"))
    return swaps(text, {
        "lập kế hoạch và dự trù kinh phí": "lập kế hoặch và dự trù kinh phí",
        "nắm thông tin kịp thời": "nắm thông tin kip thời",
        "ủy viên phụ trách quỹ": "uỷ viên phụ trách qũy",
    })  # fmt: skip


def vn_time_h(text: str) -> str:
    """Write upper-case marked letters as lower-case ones, which an upper-case font shows."""
    return "".join(
        compose(decompose(c)[0].lower(), decompose(c)[1]) if c.isupper() and not c.isascii()
        and c != "Đ" else c for c in text
    )  # fmt: skip


def du_ky_cu_lao(text: str) -> str:
    """A blog in two tone styles, with soft hyphens and odd spaces; ads, newsletter, comments."""
    text = swaps(text, {
        "Tôi tắt máy luôn cho khỏe": "Tôi tắt máy luôn cho khoẻ",
        "người ta vỗ tay nhiều quá": "người ta vỗ tay nhiều qúa",
    })  # fmt: skip
    text = line(text, "Cù lao dài chừng", channels.latin1_c1_dropped)
    text = line(text, "Buổi tối, cả xóm", spaced("\u3000", 12), new_style)
    text = line(text, "Năm giờ sáng", spaced(NBSP + " ", 8))
    text = line(text, "Trời hửng nắng", strewn("\u2060", 4))
    text = line(text, "Nếu bạn muốn đi", strewn(SOFT_HYPHEN, 5))
    text = after(text, "Ngày thứ hai", "Quảng cáo")
    text = blank_lines(text)
    tail = """

Chia sẻ bài viết này:
Facebook
Twitter
Pinterest

Đăng ký nhận bài mới qua email

3 bình luận
Để lại bình luận
Tên *
Email *
Trang web
Lưu tên của tôi trong trình duyệt này cho lần bình luận kế tiếp của tôi.
"""
    return text + tail


def bong_da_hang_nhat(text: str) -> str:
    """A football report: whole paragraphs lost to question marks and U+FFFD; scores stay."""
    text = line(text, "Bị dẫn trước hai bàn", channels.ascii_qmark_nfd)
    text = line(text, "Phút 54, trong một pha", channels.utf8_bytes_qmark)
    text = line(text, "Bước ngoặt đến từ", channels.cp1252_replace_then_utf8)
    text = line(text, "“Tôi đã chuẩn bị sẵn", channels.cp1258_as_cp1252)
    text = line(text, "Với chiến thắng này", channels.cp1252_bestfit_then_utf8)
    menu = "TRANG CHỦ\nBÓNG ĐÁ TRONG NƯỚC\nBÓNG ĐÁ QUỐC TẾ\nLỊCH THI ĐẤU\nBẢNG XẾP HẠNG\nVIDEO\n\n"
    tail = (
        "\nTags: Sông Hậu FC, hạng Nhất\n\nTin cùng chuyên mục\nLịch thi đấu vòng 16\nXem tiếp »\n"
    )
    return menu + after(text, "Chủ nhật, 14/07/2019", "Like Share 1,2K") + tail


def tuong_niem_thay_hieu_truong(text: str) -> str:
    """A memorial text, its paragraphs pasted from four programs with four wrong code pages."""
    text = line(text, "Hôm nay, tròn mười năm", channels.cp1252_undef_dropped)
    text = line(text, "Thầy ít nói", channels.utf8_as_cp1258)
    text = line(text, "Khi nghỉ hưu", channels.cp1252_undef_fffd)
    text = line(text, "Chúng tôi đứng", channels.utf8_as_macroman)
    return text


def song_ngu_du_lich(text: str) -> str:
    """Three languages: the Vietnamese is hurt, the French and English are not."""
    text = line(text, "Xây dựng năm 1886", nfd)
    text = line(text, "Khách tham quan vui lòng", lambda found: found.replace(" ", NBSP, 3))
    text = damage(text, "cá tai tượng chiên xù", channels.utf8_as_cp1252)
    return damage(text, "Muốn ở lại dùng cơm trưa", channels.cp1252_bestfit)


def cong_van_tcvn3(text: str) -> bytes:
    """A file of 1998: its bytes are TCVN3."""
    return text.encode("tcvn3")


def tin_van(text: str) -> str:
    """Short news: every second line lost in a way of its own, between whole ones."""
    for start, channel in {
        "Hà Nội": channels.cp1252_replace,
        "Cần Thơ": channels.cp1252_bestfit,
        "Thanh Hóa": channels.ascii_qmark,
        "Lâm Đồng": channels.utf8_bytes_fffd,
        "Đồng Nai": channels.cp1258_as_cp1252,
        "Sóc Trăng": channels.cp1252_undef_dropped,
    }.items():
        found = next(part for part in text.split("\n") if part.startswith(start))
        body = found.split(": ", 1)[1]
        text = damage(text, body, channel)
    return text


def ghi_chep(text: str) -> str:
    """Records: each body in another lossless mojibake, two in other languages left alone."""
    by = {
        "gc-01": channels.utf8_as_cp1250, "gc-02": channels.utf8_as_cp1251,
        "gc-03": channels.utf8_as_cp437, "gc-04": channels.utf8_as_cp850,
        "gc-07": channels.utf8_as_macroman, "gc-08": channels.utf8_as_cp1258,
        "gc-09": decimal, "gc-10": channels.utf8_as_latin1,
    }  # fmt: skip
    out = []
    for row in text.split("\n"):
        if row:
            record = json.loads(row)
            record["text"] = by.get(record["id"], str)(record["text"])
            row = json.dumps(record, ensure_ascii=False)
        out.append(row)
    return "\n".join(out)


RECIPES: dict[str, Callable[[str], str | bytes]] = {
    "bang_gia_nong_san.txt": bang_gia_nong_san,
    "bao_chi_khanh_thanh_cau.txt": bao_chi_khanh_thanh_cau,
    "bien_ban_hop_phu_huynh.txt": bien_ban_hop_phu_huynh,
    "bong_da_hang_nhat.txt": bong_da_hang_nhat,
    "cong_dang_so_ket.txt": cong_dang_so_ket,
    "cong_thuc_canh_chua.txt": cong_thuc_canh_chua,
    "cong_van_tcvn3.txt": cong_van_tcvn3,
    "cua_hang_noi_dat.txt": cua_hang_noi_dat,
    "dien_dan_sua_xe.txt": dien_dan_sua_xe,
    "doi_thoai_tren_tau.txt": doi_thoai_tren_tau,
    "du_ky_cu_lao.txt": du_ky_cu_lao,
    "ghi_chep.jsonl": ghi_chep,
    "hoi_dap_suc_khoe.txt": hoi_dap_suc_khoe,
    "huong_dan_dat_ten_tep.txt": huong_dan_dat_ten_tep,
    "quy_che_cho.txt": quy_che_cho,
    "song_ngu_du_lich.txt": song_ngu_du_lich,
    "tho_ben_song.txt": tho_ben_song,
    "thong_bao_cat_nuoc.txt": thong_bao_cat_nuoc,
    "tin_van.txt.gz": tin_van,
    "tuong_niem_thay_hieu_truong.txt": tuong_niem_thay_hieu_truong,
}


def read(path: Path) -> bytes:
    """Return the content of a file, decompressed."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def write(path: Path, data: bytes) -> None:
    """Write a file, compressed where its name says so; the same bytes every time."""
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def derive(name: str) -> bytes:
    """Return the raw document of a name, from its clean one."""
    raw = RECIPES[name](read(HERE / "clean" / name).decode("utf-8"))
    return raw if isinstance(raw, bytes) else raw.encode("utf-8")


def main() -> int:
    """Write or check `corpus/raw`; the exit status says whether anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    only_check = parser.parse_args().check
    stale = 0
    for name in RECIPES:
        path, data = HERE / "raw" / name, derive(name)
        if path.exists() and read(path) == data:
            continue
        stale += 1
        print(f"{'differs' if only_check else 'written'}: {name}", file=sys.stderr)
        if not only_check:
            write(path, data)
    return 1 if only_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
