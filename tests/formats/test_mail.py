"""Mail: which parts are text, and how they are written again."""

from __future__ import annotations

import base64
import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from tests.formats.test_spans import rewritten, sample
from vnclean.formats import Field
from vnclean.formats.spans.mail import Mail

BASE64 = (
    "MIME-Version: 1.0\nContent-Type: text/plain; charset={0}\nContent-Transfer-Encoding: {1}\n\n"
)


def texts(data: bytes) -> list[str]:
    found: list[str] = []

    def visit(field: Field) -> str:
        found.append(field.text)
        return field.text

    rewritten(Mail(), data, visit)
    return found


def read(data: bytes) -> tuple[str, str]:
    """Return subject and body as Python's own reader has them."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    return str(message["subject"]), message.get_content()


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1258"])
def test_a_body_is_written_in_its_encoding_where_that_can(transfer, charset):
    body = "Une note déjà lue, café.\nDeux = trois.\n" * 3
    raw = body.encode(charset)
    if transfer == "base64":
        raw = base64.encodebytes(raw)
    elif transfer == "quoted-printable":
        import quopri

        raw = quopri.encodestring(raw)
    data = b"Subject: a\n" + BASE64.format(charset, transfer).encode() + raw
    assert texts(data) == [body.rstrip("\n")]
    new, _ = rewritten(Mail(), data, lambda field: field.text.replace("note", "fête"))
    assert read(new) == ("a", body.replace("note", "fête"))
    assert charset.encode() in new
    assert transfer.encode() in new
    new, _ = rewritten(Mail(), data, lambda field: field.text.replace("note", "ngườ\u1ee3i"))
    assert read(new) == ("a", body.replace("note", "ngườ\u1ee3i"))
    assert (b"charset=utf-8" in new) is (charset != "nothing")


@given(st.text("ạbé =?_\u20ac", min_size=1, max_size=80))
def test_a_subject_is_read_by_others_as_it_was_put(text):
    for form, coded in (("b", "xILDoSBi"), ("q", "=E1=BA=A1_b")):
        data = f"Subject: =?utf-8?{form}?{coded}?=\n\nxong\n".encode()
        change = {True: text.strip() or "x"}
        new, _ = rewritten(
            Mail(), data, lambda f, change=change: f.text if f.text == "xong" else change[True]
        )
        assert read(new)[0].split() == change[True].split()
        assert max(map(len, new.split(b"\n"))) < 90


def test_signed_and_encrypted_parts_and_attachments_stay():
    data = b'Content-Type: multipart/signed; boundary="a"\n\n--a\n\nmot\n--a\n\nhai\n--a--\n'
    assert texts(data) == []
    attached = b"Content-Type: text/plain\nContent-Disposition: attachment\n\nmot\n"
    assert texts(attached) == []


def test_letters_of_a_body_without_a_charset_are_told_by_its_words():
    line = "Cộng hoà xã hội chủ nghĩa Việt Nam, độc lập, tự do, hạnh phúc.\n" * 3
    data = b"Subject: a\nContent-Transfer-Encoding: 8bit\n\n" + line.encode("tcvn3")
    assert texts(data) == [line.rstrip("\n")]


def test_a_body_in_ascii_gets_no_letters_that_nothing_tells_of():
    data = b"Subject: a\n\nmot\n"
    assert rewritten(Mail(), data, lambda field: "mộ") == (data, [])


def test_a_mailbox_is_cut_between_messages():
    data = (sample("damaged", "hop.mbox") + b"\n") * 3
    chunks = list(Mail().split(iter([data[at : at + 7] for at in range(0, len(data), 7)]), 1))
    assert b"".join(chunk.data for chunk in chunks) == data
    assert len(chunks) >= 4
    assert all(chunk.data.startswith(b"From ") for chunk in chunks)


def test_parts_in_each_other_without_end_are_refused():
    head = b"Content-Type: message/rfc822\n\n"
    _, rejects = rewritten(Mail(), head * 50 + b"\n", lambda field: field.text)
    assert [reject.reason for reject in rejects] == ["its parts are nested too deeply"]
