"""Which charset bytes are in, told by the Vietnamese that each reading gives.

UTF-8 and UTF-16 are recognised by their form. For every Vietnamese charset a sample is decoded and
its words are weighed (`scoring`); what is not Vietnamese in any of them is left to chardet. A
sample is taken from all over the data, where bytes outside ASCII stand, so an English head of any
length does no harm and large files cost little.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable

from vnclean.caches import late_pattern
from vnclean.charsets.scoring import CharsetScore, Detection, weigh
from vnclean.charsets.table import CHARSETS, Charset, charset_called
from vnclean.charsets.table_codec import decode_table
from vnclean.charsets.truecase import raise_case
from vnclean.charsets.undecoded.search import find_legacy
from vnclean.charsets.undecoded.viqr_search import read_viqr, weigh_viqr

__all__ = ["Detection", "decode", "detect", "detect_text", "read_bytes"]

_RARE_ODDS = 0.1
"""How much less likely a rare charset is than another of the same evidence."""
_CLEAR_WIN = 4.0
"""Points by which a charset must be better than the one it extends."""

_SAMPLE = 6_000
_PLACES = 24
_HIGH = late_pattern(rb"[\x80-\xff]")
# Markup, and the colour codes of game scripts, which stick to the words after them.
_TAG = late_pattern(rb"<[^<>\n]{0,400}>|&[#a-zA-Z0-9]{2,8};|#(?:c[0-9a-fA-F]{6}|[A-Z])")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect(data: bytes | bytearray | memoryview | str) -> Detection | None:
    """Name the charset of bytes, or the legacy charset that a text was wrongly read from.

    For bytes: UTF-8, UTF-16, UTF-32, the Vietnamese charsets, else what chardet says of them. For
    a str: the legacy charset that sits in it undecoded, or None where it is ordinary text. None
    also where nothing can be told. Short fields are guessed from few words: look at the
    confidence.

    >>> detect("Cộng hoà xã hội chủ nghĩa".encode("vni")).encoding
    'vni'
    >>> detect("Độc lập – Tự do – Hạnh phúc".encode()).encoding
    'utf-8'
    >>> detect("§éc lËp – Tù do").encoding, detect("Độc lập – Tự do")
    ('tcvn3', None)
    """
    if isinstance(data, str):
        return detect_text(data)
    _need_bytes(data)
    return _detect_bytes(bytes(data))


def detect_text(text: str) -> Detection | None:
    """Name the legacy charset that sits undecoded in a text; see `vnclean.detect`."""
    words = find_legacy(text)
    if not words:
        return weigh_viqr(text.encode("ascii", "replace"))
    counts = Counter(word.misreading for word in words)
    misreading, most = counts.most_common(1)[0]
    bits = max(word.bits for word in words if word.misreading == misreading)
    evidence = {"words": float(most), "bits": bits}
    charset = misreading.charset
    others = Counter(
        word.misreading.charset.public_name
        for word in words
        if word.misreading.charset is not charset
    )
    confidence = round((1 - 2.0 ** -max(0.5, bits / 3)) * most / len(words), 4)
    alternatives = tuple((other, count / len(words)) for other, count in others.most_common())
    return Detection(charset.public_name, confidence, alternatives, evidence)


def _detect_bytes(data: bytes) -> Detection | None:
    if not data:
        return None
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Detection(name, 1.0, evidence={"bom": 1.0})
    if b"\0" in data:
        wide = _detect_wide(data)
        if wide is not None:
            return wide
    if not _HIGH.search(data):
        return _detect_ascii(data)
    utf8 = _detect_utf8(data)
    if utf8 is not None and utf8.confidence > 0.9:
        return utf8
    sample = _sample(data)
    ranked = _rank(sample)
    best = _verdict(ranked)
    if best is not None:
        return best
    return utf8 or _ask_chardet(sample if len(data) > len(sample) else data)


def _detect_wide(data: bytes) -> Detection | None:
    """Recognise UTF-16 and UTF-32 without a mark by where their zero bytes stand."""
    head = data[: _SAMPLE * 2 // 4 * 4]
    zeros = [head[start::4].count(0) for start in range(4)]
    quarter = len(head) / 4
    if quarter < 1:
        return None
    if len(data) % 4 == 0 and min(zeros[2:]) > 0.97 * quarter and zeros[0] < 0.5 * quarter:
        name = "utf-32-le"
    elif len(data) % 4 == 0 and min(zeros[:2]) > 0.97 * quarter and zeros[3] < 0.5 * quarter:
        name = "utf-32-be"
    elif zeros[1] + zeros[3] > max(0.6 * quarter, 5 * (zeros[0] + zeros[2])):
        name = "utf-16-le"
    elif zeros[0] + zeros[2] > max(0.6 * quarter, 5 * (zeros[1] + zeros[3])):
        name = "utf-16-be"
    else:
        return None
    try:
        text = head.decode(name, "strict" if len(head) == len(data) else "ignore")
    except UnicodeDecodeError:
        return None
    control = sum(letter < " " and letter not in "\t\n\r\f" for letter in text)
    evidence = {"zeros": float(sum(zeros)), "controls": float(control)}
    return None if control > 0.02 * len(text) else Detection(name, 0.99, evidence=evidence)


def _detect_utf8(data: bytes) -> Detection | None:
    """Recognise UTF-8, some damage allowed; a chance match of a short text is held against it."""
    try:
        text = data.decode("utf-8")
        invalid = 0
    except UnicodeDecodeError:
        if len(data) > 4 * _SAMPLE:
            data = b"".join(piece for piece in _pieces(data, _SAMPLE))
        text = data.decode("utf-8", "replace")
        invalid = text.count("\ufffd")
    beyond = sum(letter > "\x7f" for letter in text) - invalid
    if beyond < 20 * invalid or not beyond:
        # Half of the sequences may be broken where the others are Vietnamese beyond doubt.
        found = weigh(text)
        if beyond < invalid or found.distinct < 3 or found.share < 0.5:
            return None
        return Detection("utf-8", 0.9, evidence={"invalid": invalid, **_counts(found)})
    if beyond <= 4:
        found = weigh(text)
        if found.bad > found.good:
            return Detection("utf-8", 0.8, evidence={"invalid": invalid, **_counts(found)})
    confidence = 0.999 if not invalid else 0.97
    return Detection("utf-8", confidence, evidence={"sequences": beyond, "invalid": invalid})


def _pieces(data: bytes, size: int) -> Iterable[bytes]:
    """Yield pieces around bytes outside ASCII from all over the data, `size` bytes in all."""
    each = max(400, size // _PLACES)
    stride = max(1, len(data) // _PLACES)
    at = 0
    for place in range(_PLACES):
        start = _HIGH.search(data, max(at, place * stride))
        if start is None:
            return
        begin = max(at, start.start() - 60)
        # Whole words only: a cut inside one would be held against every reading.
        while begin and begin > at and data[begin - 1] not in b" \n\r\t>,":
            begin -= 1
            if start.start() - begin > 200:
                break
        at = min(len(data), begin + each)
        end = at
        while end < len(data) and data[end] not in b" \n\r\t<," and end - at < 60:
            end += 1
        yield data[begin:end] + b"\n"
        at = end


def _sample(data: bytes) -> bytes:
    if len(data) > 2 * _SAMPLE:
        data = b"".join(_pieces(data, _SAMPLE))
    return _TAG.sub(b" ", data)


def _rank(sample: bytes) -> list[tuple[Charset, CharsetScore]]:
    """Weigh the sample in every Vietnamese charset, the best first."""
    ranked = [
        (charset, weigh(decode_table(sample, charset.table), charset.case_lost))
        for charset in CHARSETS
        if charset.in_bytes
    ]
    ranked.sort(key=_merit, reverse=True)
    first, score = ranked[0]
    if first.extends:
        # Dashes and quotes of code page 1252 are capitals in TCVN 5712-1.
        near = next(entry for entry in ranked if entry[0].name == first.extends)
        if score.points < near[1].points + _CLEAR_WIN:
            ranked.remove(near)
            ranked.insert(0, near)
    return ranked


def _merit(entry: tuple[Charset, CharsetScore]) -> float:
    return entry[1].points


def _counts(found: CharsetScore) -> dict[str, float]:
    return {
        "good": found.good,
        "bad": found.bad,
        "plain": float(found.plain),
        "foreign": float(found.foreign),
    }


def _verdict(ranked: list[tuple[Charset, CharsetScore]]) -> Detection | None:
    """Decide whether the best reading is Vietnamese, and how sure that is."""
    charset, best = ranked[0]
    context = best.plain - 0.5 * best.foreign
    weight = best.good - 3 * best.bad + max(-4.0, min(2.0, 0.5 * context))
    if best.good < 1 or best.share < 0.7 or weight <= 0:
        return None
    if best.distinct < 3 and best.foreign > best.plain + 1:
        return None
    if best.good < 4 and best.foreign > 1.5 * (best.plain + best.good):
        return None  # one or two marked words of another language that Vietnamese has too
    odds = 1.0
    alternatives = []
    for other, found in ranked[1:]:
        if (
            not found.good
            or found.share < 0.7
            or charset.name == other.extends
            or other.name == charset.extends
        ):
            continue
        likely = 2.0 ** (1.5 * (found.points - best.points)) * (_RARE_ODDS if other.rare else 1.0)
        odds += likely
        alternatives.append((other.public_name, likely))
    doubt = 2.0 ** -(weight + 1)
    confidence = (1 - doubt) / odds
    others = tuple(
        (other, round(likely * (1 - doubt) / odds, 4))
        for other, likely in sorted(alternatives, key=_second, reverse=True)
        if likely / odds > 0.001
    )
    return Detection(charset.public_name, round(confidence, 4), others, _counts(best))


def _second(entry: tuple[str, float]) -> float:
    return entry[1]


def _detect_ascii(data: bytes) -> Detection | None:
    found = weigh_viqr(data)
    if found is not None:
        return found
    if b"\x1b" in data or b"~{" in data:
        return _ask_chardet(data)
    return Detection("ascii", 1.0)


def _ask_chardet(data: bytes) -> Detection | None:
    """Return chardet's answer for what is not Vietnamese."""
    import chardet

    answer = chardet.detect(data)
    name = answer["encoding"]
    if name is None:
        return None
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return Detection(name.lower(), round(float(answer["confidence"]), 4), (), {"chardet": 1.0})


def read_bytes(data: bytes, encoding: str) -> str:
    """Decode bytes in a known charset as a reader of the text would: capitals of TCVN3 restored."""
    if encoding.startswith("viqr"):
        return read_viqr(data.decode("ascii", "replace"))
    charset = charset_called(encoding)
    text = data.decode(charset.name if charset else encoding, "replace")
    return raise_case(text) if charset and charset.case_lost else text


def _need_bytes(data: object) -> None:
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(
            f"Bytes are wanted, not {type(data).__name__}: open files with 'rb', as "
            "vnclean.decode(path.read_bytes())."
        )


def decode(data: bytes | bytearray | memoryview) -> str:
    """Detect the charset of bytes and return the text; lines in another charset are told apart.

    What can't be told is read as UTF-8, undecodable bytes as U+FFFD.

    >>> decode("Cộng hoà xã hội chủ nghĩa".encode("vps"))
    'Cộng hoà xã hội chủ nghĩa'
    """
    _need_bytes(data)
    data = bytes(data)
    found = _detect_bytes(data)
    if b"\n" in data:
        charset = charset_called(found.encoding) if found else None
        if charset is not None:
            return _decode_lines(data, charset)
        if found is None or found.evidence.get("chardet") or found.evidence.get("invalid"):
            mixed = _decode_mixed(data, found)
            if mixed is not None:
                return mixed
    return read_bytes(data, found.encoding) if found else data.decode("utf-8", "replace")


def _decode_mixed(data: bytes, whole: Detection | None) -> str | None:
    """Decode data of no one charset by line; None where no line is Vietnamese in a legacy one."""
    lines = data.split(b"\n")
    told: dict[int, str] = {}
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        utf8 = _detect_utf8(line)
        if utf8 is not None and utf8.confidence > 0.95:
            told[index] = "utf-8"
            continue
        here = _verdict(_rank(_sample(line)))
        if here is not None and here.confidence > 0.9 and here.evidence["good"] >= 3:
            told[index] = here.encoding
    counts = Counter(name for name in told.values() if name != "utf-8")
    if not counts:
        return None
    usual = counts.most_common(1)[0][0]
    charset = charset_called(usual)
    assert charset is not None
    texts = []
    for index, line in enumerate(lines):
        name = told.get(index)
        if name is None and not line.isascii():
            # Too short to tell alone: in the charset of the others, if it is Vietnamese in that.
            found = weigh(decode_table(line, charset.table), charset.case_lost)
            name = usual if found.share >= 0.7 else (whole.encoding if whole else "utf-8")
        texts.append(read_bytes(line, name or "ascii"))
    return "\n".join(texts)


def _decode_lines(data: bytes, charset: Charset) -> str:
    """Decode line by line where a line speaks against the charset of the whole."""
    lines = data.split(b"\n")
    strange: dict[int, str] = {}
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        here = weigh(decode_table(line, charset.table), charset.case_lost)
        if here.bad <= 0.5 * here.good:
            continue
        found = _detect_bytes(line)
        if found is None or found.confidence < 0.8:
            continue
        other = charset_called(found.encoding)
        if other is not charset and (other is None or found.evidence["good"] >= 2):
            strange[index] = read_bytes(line, found.encoding)
    if not strange:
        return read_bytes(data, charset.name)
    text = "\n".join(
        strange[index] if index in strange else decode_table(line, charset.table)
        for index, line in enumerate(lines)
    )
    return raise_case(text) if charset.case_lost else text
