"""The transform that removes page furniture from plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from vnclean.boilerplate.inline import may_hold_inline
from vnclean.language.identify import LanguageIdentifier
from vnclean.transform import Edit, Safety, Transform, choice, register

if TYPE_CHECKING:
    from vnclean.scan import Scan

__all__ = ["Boilerplate"]


@register
@dataclass(frozen=True)
class Boilerplate(Transform):
    """Remove what a web page put around its text: menus, forms, article lists, share bars, footers.

    A classifier judges each line by its words, its form and the lines around it. Danger: a
    page that is a list (a directory, a price list, a table of contents) looks much like a menu;
    raise `threshold` where that matters, and do not use it on text that never was a page.

    Furniture beside a sentence on one line (`Chia sẻ | In bài`, `>> Xem thêm: ...`) is cut out.

    `metadata` says what becomes of titles, dates, bylines, captions, credits and datelines: "keep"
    or "drop". (`vnclean.boilerplate.metadata.extract_metadata` reads them from a text.)
    `threshold` is the probability from which a line goes (between 0.5 and 1); lines between 0.5
    and it are suggestions. Raises ConfigError for other values.

    >>> story = "Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân nhà bà Tư."
    >>> Boilerplate()("Trang chủ\\nTin tức\\nLiên hệ\\nĐăng nhập\\n\\n" + story) == story
    True
    """

    metadata: str = "keep"
    threshold: float = 0.65

    name: ClassVar[str] = "boilerplate"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        "boilerplate.menu": "a menu, a breadcrumb or a link of the page's frame",
        "boilerplate.article_list": "the heading or an entry of a list of other articles",
        "boilerplate.pager": "links to the pages or articles before and after",
        "boilerplate.share_bar": "buttons to share, print, mail or enlarge",
        "boilerplate.comments": "the invitation to comment and what belongs to it",
        "boilerplate.form": "the fields and buttons of a form: comment, search, log-in",
        "boilerplate.shop": "a shop's buttons, cart and offers",
        "boilerplate.footer": "the imprint: copyright, licence, address, telephone",
        "boilerplate.counter": "a counter of views, visitors or posts",
        "boilerplate.tags": "the list of tags",
        "boilerplate.banner": "a banner: date of the visit, slogan, advertisement",
        "boilerplate.repeated": "a line that the page repeats",
        "boilerplate.block": "a line within a block of furniture",
        "boilerplate.metadata": "title, date, byline, caption or credit, where they are dropped",
    }

    def __post_init__(self) -> None:
        choice(self.metadata, ("keep", "drop"), "metadata")
        if not 0.5 <= self.threshold <= 1:
            choice(str(self.threshold), ("a number from 0.5 to 1",), "threshold")

    def concerns(self, scan: Scan) -> bool:
        """Say whether there are lines, or one with furniture inside."""

        return "\n" in scan or self.metadata != "keep" or may_hold_inline(scan.text)

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield one edit for each line that goes; removal is repeated until nothing changes."""
        text = scan.text
        drop_metadata = self.metadata != "keep"
        # numpy: not at import
        from vnclean.boilerplate.classifier import AskedLines, find_furniture
        from vnclean.boilerplate.line_network import load_networks

        asked = AskedLines(text)
        if not (drop_metadata or asked.may_be_page()):
            return
        if not LanguageIdentifier(text).is_document_vietnamese:
            return  # code, data or another language: the model knows Vietnamese pages only
        yield from find_furniture(text, load_networks(), self.threshold, drop_metadata, asked)
