"""Text of our own for the benchmarks: columns of cells, and lines whose question marks are real.

All of it is composed of the lists below, with a fixed seed: the same in every run.
"""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["columns", "question_lines"]

_SURNAMES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đoàn Trịnh Mai Cao Tô "
    "Lương Vương Đinh Tạ Hà Thái Châu Quách Lâm Kiều Nghiêm La Ông Mạc Tống Triệu Viên Khuất Giáp"
).split()
_MIDDLE = (
    "Thị Văn Minh Thanh Hữu Đức Ngọc Quốc Kim Xuân Bá Đình Gia Khánh Bảo Hồng Thu Mỹ Công Quang "
    "Diệu Phương Tuấn Nhật Trung Hoài Thúy Tường Việt Anh Hải Thế Cẩm Duy Phúc Như Tấn Viết"
).split()
_GIVEN = (
    "Hiền Tuyết Hạnh Dũng Hưởng Thảo Phượng Quyền Tùng Nghĩa Lộc Thủy Huệ Nga Đạt Cường Hằng Yến "
    "Loan Oanh Trí Hậu Vĩnh Khôi Nhàn Thắm Sơn Lĩnh Quỳnh Uyên Bích Giang Hiếu Khải Luyến Mận "
    "Nhung "
    "Phấn Quý Rạng Sửu Thoại Tươi Ước Vượng Xuyến Ý Ẩn Đào Điệp Đượm Cẩn Chiến Cúc Dậu Diễm Duyên"
).split()
_STREETS = (
    "Trần Hưng Đạo|Lê Lợi|Nguyễn Huệ|Hai Bà Trưng|Lý Thường Kiệt|Phan Đình Phùng|Nguyễn Trãi|"
    "Điện Biên Phủ|Cách Mạng Tháng Tám|Võ Thị Sáu|Bùi Thị Xuân|Hoàng Hoa Thám|Ngô Quyền|"
    "Lê Thánh Tôn|Phạm Ngũ Lão|Đề Thám|Tôn Đức Thắng|Nguyễn Văn Cừ|Hùng Vương|Quang Trung|"
    "Đinh Tiên Hoàng|Mạc Đĩnh Chi|Trường Chinh|Âu Cơ|Lạc Long Quân|Xô Viết Nghệ Tĩnh|Hàng Buồm|"
    "Thống Nhất|Giải Phóng|Nguyễn Đình Chiểu|Trương Định|Huỳnh Thúc Kháng"
).split("|")
_WARDS = (
    "Bến Thủy|Phước Mỹ|Tân Định|Hưng Lộc|Đông Vĩnh|Trường Thi|An Hải|Thượng Lý|Vĩnh Niệm|Đằng "
    "Giang|"
    "Cầu Ông Lãnh|Bình Hưng Hòa|Linh Chiểu|Hiệp Bình Phước|Phú Nhuận|Xuân Khánh|Cái Khế|Thới Bình|"
    "Mỹ Phước|Lộc Thọ|Vĩnh Hải|Phước Long|Quỳnh Lôi|Khương Thượng|Ngọc Khánh|Yết Kiêu|Đồng Nhân|"
    "Thủy Vân|Hương Sơ|Phú Hậu|Kim Long|Vỹ Dạ"
).split("|")
_TOWNS = (
    "huyện Kỳ Sơn, tỉnh Nghệ An|thành phố Hải Phòng|quận Bình Thủy, Cần Thơ|thị xã Hồng Lĩnh, Hà "
    "Tĩnh|"
    "huyện Đắk Glong, Đắk Nông|thành phố Biên Hòa, Đồng Nai|quận Liên Chiểu, Đà Nẵng|"
    "huyện Thủy Nguyên, Hải Phòng|thành phố Thủ Đức|huyện Phú Lộc, Thừa Thiên Huế|"
    "thành phố Vị Thanh, Hậu Giang|huyện Mường Ảng, Điện Biên|thị xã Quảng Yên, Quảng Ninh|"
    "quận Hoàn Kiếm, Hà Nội|huyện Giồng Riềng, Kiên Giang|thành phố Tuy Hòa, Phú Yên"
).split("|")
_GOODS = (
    "Nồi cơm điện|Máy lọc nước|Quạt đứng|Ghế gỗ|Tủ quần áo|Bàn học sinh|Đèn ngủ|Ấm siêu tốc|"
    "Nước mắm cá cơm|Bột ngọt|Cà phê rang xay|Trà ướp sen|Bánh đậu xanh|Mứt gừng|Kẹo dừa|Gạo nếp "
    "cái|"
    "Dầu gội thảo dược|Kem dưỡng da|Xà phòng giặt|Nước rửa chén|Áo sơ mi|Váy liền thân|Giày thể "
    "thao|"
    "Balo chống nước|Tã giấy|Sữa tươi tiệt trùng|Thước kẻ|Vở kẻ ngang|Bút chì gỗ|Giấy vệ sinh"
).split("|")
_MAKES = (
    "loại lớn|cỡ vừa|màu đỏ đô|màu trắng sữa|hộp giấy|chai thủy tinh|không đường|ít béo|cho trẻ em|"
    "cao cấp|hàng xuất khẩu|gói tiết kiệm|bảo hành hai năm|gỗ sồi|vải lụa|dây đeo chéo|vị truyền "
    "thống|"
    "hương hoa bưởi|nắp kín|bán theo bộ"
).split("|")
_SIZES = "500 g|1 lít|2 kg|350 ml|12 cái|hộp 24 viên|cỡ 39|1,8 m|lốc 4 hộp|40 × 60 cm".split("|")
_SUBJECTS = (
    "Báo cáo|Kế hoạch|Quy chế|Hướng dẫn|Biên bản|Danh sách|Thông báo|Tờ trình|Đề án|Quyết định|"
    "Phụ lục|"
    "Bảng tổng hợp|Mẫu đơn|Hợp đồng|Phiếu khảo sát|Nghị quyết|Chương trình|Kết quả"
).split("|")
_VERBS = (
    "tuyển dụng|thanh lý|khen thưởng|kiểm kê|bảo trì|phòng cháy chữa cháy|tiếp công dân|nghiệm thu|"
    "bồi dưỡng|tuyên truyền|đấu thầu|cấp phát|giám sát|luân chuyển|hỗ trợ|nâng cấp|điều động|"
    "quản lý"
).split("|")
_OBJECTS = (
    "cán bộ|thiết bị trường học|nguồn vốn|hộ nghèo|đường nội thị|chợ đầu mối|hồ chứa nước|tài "
    "sản công|"
    "giáo viên hợp đồng|khu dân cư|lực lượng dân quân|hội viên|rừng phòng hộ|bệnh viện tuyến huyện|"
    "thư viện|nước sạch nông thôn|chất thải rắn|di tích lịch sử"
).split("|")
_WHEN = (
    "năm học mới|quý một|đợt hai|sáu tháng đầu năm|giai đoạn tới|tháng chín|sau bão lũ|dịp Tết|"
    "nhiệm kỳ này|mùa khô"
).split("|")


def _unlike(make: Callable[[random.Random], str], count: int, seed: str) -> list[str]:
    """Return so many different cells."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[make(chance)] = None
    return list(found)


def _name(chance: random.Random) -> str:
    middle = [chance.choice(_MIDDLE) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    return " ".join((chance.choice(_SURNAMES), *middle, chance.choice(_GIVEN)))


def _address(chance: random.Random) -> str:
    number = f"{chance.randint(1, 480)}{chance.choice(('', '', 'A', '/12', '/7B'))}"
    ward = f"{chance.choice(('phường', 'P.', 'xã'))} {chance.choice(_WARDS)}"
    street = chance.choice(_STREETS)
    place = f"{number} {street}" if chance.random() < 0.8 else f"{number} đường {street}"
    return ", ".join((place, ward, chance.choice(_TOWNS)))


def _product(chance: random.Random) -> str:
    return f"{chance.choice(_GOODS)} {chance.choice(_MAKES)} {chance.choice(_SIZES)}"


def _heading(chance: random.Random) -> str:
    parts = (chance.choice(each) for each in (_SUBJECTS, _VERBS, _OBJECTS, _WHEN))
    text = " ".join(parts)
    return text.upper() if chance.random() < 0.25 else text


def columns(count: int = 200) -> dict[str, list[str]]:
    """Return columns of different cells by what they hold: names, addresses, products, headings.

    >>> {name: len(cells) for name, cells in columns().items()}
    {'names': 200, 'addresses': 200, 'products': 200, 'headings': 200}
    """
    makers = {"names": _name, "addresses": _address, "products": _product, "headings": _heading}
    return {name: _unlike(make, count, name) for name, make in makers.items()}


_ASKS = (
    "{who} {verb} {what} chưa?|{who} có {verb} {what} không?|Sao {who} lại {verb} {what}?|"
    "Bao giờ thì {verb} {what}?|{who} {verb} {what} ở đâu? Tôi hỏi thật.|Ai {verb} {what} vậy?|"
    "{verb} {what} à?|Thế {what} thì sao?|{what} ?|Có phải {who} đã {verb} {what}? Chắc vậy.|"
    "Thật hả ??? {who} {verb} {what} rồi mà|Vì sao phải {verb} {what}?|{what} giá bao nhiêu?"
).split("|")
_CHATS = (
    "ủa {what} đâu r?|ib m hỏi {what} nha??|{who} đi ko? t đợi nè|? {what}|{what} ???|hả?? "
    "{verb} gì cơ|"
    "alo ? {who} ơi|{who} ?|mai {verb} {what} đc k?|??? cái gì vậy {who}"
).split("|")
_CODES = (
    (
        "x = {n} if co_{n} else None  # {what}?|return a ? b : c; // {verb} {what}|"
        "SELECT ten FROM bang WHERE ma = ? AND ngay > ?|https://vidu.vn/tim?q=a{n}&trang={n}|"
        "re.match(r'a?b+?(?:c)?', s)  # {what}|UPDATE hang SET gia=? WHERE ma=?;  -- {verb} {what}|"
        "let v = o?.ten ?? 'không có';|git log -p -- '*.t?t'  # {what}|case '?': in_huong_dan(); "
        "break;|"
        "--mau=[đỏ|xanh|?]   {what}"
    )
    .replace("[đỏ|xanh|?]", "[đỏ/xanh/?]")
    .split("|")
)
_FORMS = (
    "Họ và tên: ? Ngày sinh: ? {what}|{what}: [ ] có  [ ] không  [?] chưa rõ|Ông (bà) ? có {what}|"
    "Số {what}: ?|({n}) {what}? a. có b. không c. ?|Giới tính (nam/nữ/?) - {what}|{what} ... "
    "?/?/20{n}|"
    "Ghi chú (?): {verb} {what}|Trả lời: ? / {n} điểm|Điền vào chỗ trống: {who} ? {what}"
).split("|")
_WHO = "anh chị em bạn cậu mẹ bố ông bà cô chú thầy bác nó họ mình".split()
_DOES = (
    "mua|xem|sửa|nấu|gửi|nhận|mượn|đọc|nghe|vẽ|giặt|chở|bán|đổi|trả|tìm|ký|nộp|thuê|dọn"
).split("|")


def question_lines(count: int = 2000) -> list[str]:
    """Return lines of questions, chat, code and forms, each with question marks that are meant.

    >>> len(question_lines()), all("?" in line for line in question_lines())
    (2000, True)
    """
    chance = random.Random("?")
    patterns = (_ASKS, _CHATS, _CODES, _FORMS)
    found = []
    for number in range(count):
        line = chance.choice(patterns[number % 4]).format(
            who=chance.choice(_WHO),
            verb=chance.choice(_DOES),
            what=chance.choice((*_OBJECTS, *(goods.lower() for goods in _GOODS))),
            n=chance.randint(10, 99),
        )
        found.append(line[0].upper() + line[1:] if number % 4 == 0 else line)
    return found
