"""Parsing: every mail becomes a value, within its limits, whatever the bytes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail import builders

from responder.core.addresses import addresses
from responder.core.charsets import decoded
from responder.core.markup import plain_text, pre_wrapped
from responder.core.message import Address, parse
from responder.core.words import clean, clean_body, decoded_words


def mail(*lines: str, body: str = "Hi") -> bytes:
    """Return a mail of these header lines."""
    return "\r\n".join([*lines, "", body]).encode("utf-8", "surrogateescape")


def test_a_plain_mail_is_read_in_full() -> None:
    """Every field of an ordinary mail arrives in its place."""
    raw = mail(
        "Return-Path: <Bounce@Example.NET>",
        'From: "Doe, Jane" <Jane@Example.ORG>',
        "To: a@example.com, Bee <b@example.com>",
        "Cc: c@example.com",
        "Reply-To: d@example.com",
        "Sender: e@example.com",
        "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= und mehr",
        "Date: Fri, 25 Dec 2026 10:00:00 +0100",
        "Message-ID: <one@example.org>",
        "In-Reply-To: <zero@example.org>",
        "References: <a@example.org>",
        "\t<zero@example.org>",
    )
    message = parse(raw)
    assert message.from_ == (Address("Doe, Jane", "Jane@example.org"),)
    assert [address.spec for address in message.to] == ["a@example.com", "b@example.com"]
    assert message.to[1].name == "Bee"
    assert (message.cc[0].spec, message.reply_to[0].spec, message.sender[0].spec) == (
        "c@example.com",
        "d@example.com",
        "e@example.com",
    )
    assert message.subject == "Grüße und mehr"
    assert message.date_at == datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
    assert message.message_id == "<one@example.org>"
    assert message.in_reply_to == ("<zero@example.org>",)
    assert message.references == ("<a@example.org>", "<zero@example.org>")
    assert message.return_path == "Bounce@example.net"
    assert (message.text, message.html, message.content_type) == ("Hi", "", "text/plain")
    assert message.size == len(raw)
    assert not message.truncated
    assert not message.defects
    assert message.header("SUBJECT") == "=?utf-8?q?Gr=C3=BC=C3=9Fe?= und mehr"


def test_the_beginning_of_a_mail_knows_it_was_cut() -> None:
    """The server's size wins over the bytes we asked for, and nothing is called broken because of it."""
    message = parse(builders.buyer_message()[:-50], size=9_000_000)
    assert (message.size, message.truncated, message.defects) == (9_000_000, True, ())


def test_plain_text_is_preferred_to_html() -> None:
    """Of two versions of one text the plain one is kept as text, and the HTML beside it."""
    raw = mail(
        'Content-Type: multipart/alternative; boundary="b"',
        body="--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b\r\n\r\nplain\r\n--b--",
    )
    message = parse(raw)
    assert (message.text, message.html) == ("plain", "<p>rich</p>")


def test_html_alone_is_stripped_to_text() -> None:
    """A mail without a plain part still has text."""
    raw = mail(
        "Content-Type: text/html; charset=utf-8", body="<style>p{}</style><p>a &amp; b<br>c</p><script>no()</script>"
    )
    assert parse(raw).text == "a & b\nc"


def test_attachments_are_listed_and_never_decoded() -> None:
    """A photo is a name, a type and about a size; an attached mail or text does not become the buyer's words."""
    raw = mail(
        "Content-Type: multipart/mixed; boundary=b",
        body="\r\n".join(
            [
                "--b",
                "Content-Type: text/plain",
                "",
                "see photo",
                "--b",
                "Content-Type: image/jpeg",
                "Content-Transfer-Encoding: base64",
                'Content-Disposition: attachment; filename="=?utf-8?q?caf=C3=A9?=.jpg"',
                "",
                "QUJD" * 100,
                "--b",
                "Content-Type: text/plain; name=notes.txt",
                "",
                "attached",
                "--b",
                "Content-Type: message/rfc822",
                "",
                "Subject: inner",
                "",
                "inner",
                "--b--",
            ]
        ),
    )
    message = parse(raw)
    assert message.text == "see photo"
    assert [(found.name, found.content_type) for found in message.attachments] == [
        ("café.jpg", "image/jpeg"),
        ("notes.txt", "text/plain"),
        ("", "message/rfc822"),
    ]
    assert message.attachments[0].size == 300


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", "caf=C3=A9 =\r\nau lait", "café au lait"),
        ("base64", "Y2Fmw6k=", "café"),
        ("base64", "Y2Fm w6k", "café"),
        ("base64", "Y2Fmw6k===@@=", "café"),
        ("base64", "Y", ""),
        ("BASE64", "Y2Fmw6k=", "café"),
        ("x-unknown", "plain", "plain"),
        ("8bit", "café", "café"),
    ],
)
def test_transfer_encodings_are_read_leniently(encoding: str, body: str, text: str) -> None:
    """Broken base64 gives what it can; an unknown encoding is taken as it stands (RFC 2045 section 6)."""
    assert parse(mail(f"Content-Transfer-Encoding: {encoding}", body=body)).text == text


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("iso-8859-1", b"caf\xe9 \x80", "café €"),
        ("ISO-8859-15", b"\xa4", "€"),
        ("windows-1252", b"\x80", "€"),
        ("shift_jis", "注文".encode("cp932"), "注文"),
        ("iso-2022-jp", "注文".encode("iso2022_jp"), "注文"),
        ("gb2312", "订单".encode("gb18030"), "订单"),
        ("utf-8", b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("us-ascii", "é".encode(), "é"),
    ],
)
def test_known_charsets_are_decoded(charset: str, raw: bytes, text: str) -> None:
    """A declared charset on the list is used, broken bytes become replacement characters."""
    message = parse(b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + raw)
    assert message.text == text
    assert not message.defects


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("cp1252", "cp1252", "café €"),
        ("CP1250", "cp1250", "čaj"),
        ("ISO8859-1", "cp1252", "café"),
        ("iso_8859-1:1987", "cp1252", "café"),
        ("Latin-1", "cp1252", "café"),
        ("l1", "cp1252", "café"),
        ("iso-ir-100", "cp1252", "café"),
        ("ISO8859_2", "iso8859-2", "čaj"),
        ("iso-8859-9", "cp1254", "ağaç"),
        ("iso-8859-8-i", "iso8859-8", "שלום"),
        ("x-mac-roman", "mac_roman", "café"),
        ("koi8-u", "koi8_u", "лампа"),
        ("x-sjis", "cp932", "注文①"),
        ("MS_Kanji", "cp932", "注文"),
        ("Windows-31J", "cp932", "注文"),
        ("csISO2022JP", "iso2022_jp", "注文"),
        ("gb_2312-80", "gb18030", "订单"),
        ("ks_c_5601-1987", "cp949", "주문 똠"),
        ("cp950", "cp950", "訂單碁"),
        ("ANSI_X3.4-1968", "ascii", "plain"),
        ("utf_8", "utf-8", "é"),
        ("'utf-8'", "utf-8", "é"),
        ('"utf-8;format=flowed"', "utf-8", "é"),
    ],
)
def test_a_charset_is_known_by_its_other_names(charset: str, codec: str, text: str) -> None:
    """Whatever name a mail program writes, the words are read and the mail is not called broken."""
    message = parse(b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + text.encode(codec))
    assert (message.text, message.defects) == (text, ())


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b$B-!0lHV\x1b(B ok", "①一番 ok"),
        (b"\x1b$B-!0lHV\nnext", "①一番\nnext"),
        (b"\x1b(I1\x1b(B\x1b$@Cm\x1b(Jx", "ｱ注x"),
        (b"\x1b$By!|q0\x1b(B!", "纊ⅰ!"),
    ],
)
def test_japanese_mail_may_have_the_characters_of_nec_and_ibm(raw: bytes, text: str) -> None:
    """Circled numbers and half-width katakana, which programs put into ISO-2022-JP, are read as they were meant."""
    assert decoded(raw, "iso-2022-jp") == text


def test_japanese_is_the_same_by_either_reader() -> None:
    """The own reader of ISO-2022-JP agrees with Python's about every character of JIS X 0208."""
    rows = (bytes([row, cell]) for row in range(0x21, 0x75) for cell in range(0x21, 0x7F))
    for pair in rows:
        raw = b"\x1b$B" + pair
        try:
            known = raw.decode("iso2022_jp")
        except UnicodeDecodeError:
            continue
        # Microsoft's table has other code points for a few marks, "~" and "-" among them.
        assert decoded(raw + b"\x1b$B-!", "iso-2022-jp")[0] in (known, *"＼～∥－￠￡￢"), pair


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"caf\xe9 cr\xe8me", "café crème"),
        (b"caf\xe9 \xc3\xa0 la cr\xe8me", "café Ã\xa0 la crème"),
        ("été à la crème".encode() + b"\xff", "été à la crème\ufffd"),
        ("注文".encode()[:-1], "注\ufffd"),
        ("é".encode()[:-1], "\ufffd"),
    ],
)
def test_what_says_utf8_and_is_not_is_read_by_what_most_of_it_is(raw: bytes, text: str) -> None:
    """A mislabelled Windows-1252 text is readable; one damaged byte changes nothing around it."""
    assert decoded(raw, "utf-8") == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (b'<html><head><meta charset="shift_jis"></head>' + "注文".encode("cp932"), "注文"),
        (b"<META http-equiv=Content-Type content='text/html; charset=windows-1251'>" + "да".encode("cp1251"), "да"),
        (b"<meta charset=iso-2022-jp>" + "注文".encode("iso2022_jp"), "注文"),
        (b"<meta charset=shift_jis>" + "注文".encode(), "注文"),
        (b"<meta charset=utf-7>+ADw-caf\xe9", "+ADw-café"),
        (b" " * 1_100 + b"<meta charset=windows-1251>caf\xe9", "café"),
        (b"charset=windows-1251 caf\xe9", "charset=windows-1251 café"),
    ],
)
def test_a_page_may_name_its_charset_itself(page: bytes, text: str) -> None:
    """Where no header names one, the page's own word counts: at its beginning, from the list, unless it is UTF-8."""
    assert parse(b"Content-Type: text/html\r\n\r\n" + page).text == text
    declared = parse(b"Content-Type: text/html; charset=iso-8859-1\r\n\r\n<meta charset=windows-1251>caf\xe9")
    assert declared.text == "café"


def test_undeclared_eight_bit_text_is_utf8_or_windows_1252() -> None:
    """A mail that names no charset is still readable."""
    assert parse(b"\r\ncaf\xc3\xa9").text == "café"
    assert parse(b"\r\ncaf\xe9").text == "café"


@pytest.mark.parametrize(
    ("written", "specs"),
    [
        ("a@example.org", ["a@example.org"]),
        ("A B <a@Example.ORG>", ["a@example.org"]),
        ("a@example.org (Jane)", ["a@example.org"]),
        ('"x" <a+b-1@example.org>, b@example.org', ["a+b-1@example.org", "b@example.org"]),
        ("Team: a@example.org, b@example.org;", ["", ""]),  # RFC 6854 allows a group in From: nobody's mail
        ("Team: a@example.org;, b@example.org", ["", "b@example.org"]),
        ("Team:;, b@example.org", ["b@example.org"]),
        ("undisclosed-recipients:;", []),
        ("", []),
        ("<>", [""]),
        ("Jane", [""]),
        ('"a@marketplace.amazon.de"@example.net', [""]),
        ('"a b"@example.org', [""]),
        ("a@b@example.org", [""]),
        ("a@example.org.", [""]),
        ("a@marketplace.аmazon.de", [""]),
        ("a@localhost", [""]),
        ("a@[192.0.2.1]", [""]),
        ("a@example.org)b@example.net", [""]),
        ("<a@example.org><b@example.net>", [""]),
        ("<a@example.org> b@example.net", [""]),
        ("=?utf-8?q?x=40marketplace.amazon.de=2C?= <evil@example.net>", ["evil@example.net"]),
        (".a@example.org", [""]),
        ("a..b@example.org", [""]),
    ],
)
def test_an_address_is_plain_or_nothing(written: str, specs: list[str]) -> None:
    """Anything but one strict `local@domain` gives an empty spec; nobody can be answered there."""
    assert [address.spec for address in addresses(written)] == specs


def test_a_display_name_is_one_clean_line() -> None:
    """An encoded line break in a name cannot become a header line."""
    found = addresses("=?utf-8?q?a=0D=0ABcc=3A_evil=40x?= <b@marketplace.amazon.de>")
    assert found == (Address("a Bcc: evil@x", "b@marketplace.amazon.de"),)


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("ok\r\n<0>kernel panic", "ok <0>kernel panic"),
        ("\x1b[2J\x1b]0;pwn\x07hi", "[2J]0;pwnhi"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\0b", "ab"),
        ("  a \t b\u2028c ", "a b c"),
        ("e\u0301", "é"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\ud800lone", "lone"),
        ("x" * 500, "x" * 200),
    ],
)
def test_cleaned_text_is_one_harmless_line(dirty: str, tidy: str) -> None:
    """Nothing that could start a line, move a cursor or turn the reading direction is left."""
    assert clean(dirty) == tidy


def test_a_body_keeps_its_lines_and_its_scripts() -> None:
    """Line ends become LF; Arabic and emoji joins stay, direction overrides and control characters go."""
    assert clean_body("a\r\nb\rc\u2028d\x00\x1b\u202e\u200f\u200de", 100) == "a\nb\nc\nd\u200f\u200de"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?b?Y2Fmw6k=?=", "café"),
        ("=?utf-8*fr?q?caf=C3=A9?=", "café"),
        ("=?iso-8859-1?q?caf=E9?= =?utf-8?q?_au?=", "café au"),
        ("=?utf-7?q?+ADw-?=", "+ADw-"),
        ("=?utf-8?b?Y?=", None),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_read_or_left(written: str, read: str | None) -> None:
    """A broken encoded word stays as it was written (RFC 2047 section 6.2)."""
    assert decoded_words(written) == (written if read is None else read)


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 1 Jan 99999 99:99:99 +9999",
        "Mon, 1 Jan 2026 10:00:00 +2400",
        "1 " * 4000,
        "",
        "Fri, 31 Dec 9999 23:00:00 -1200",
    ],
)
def test_an_impossible_date_is_no_date(date: str) -> None:
    """The sender's date is a claim; one that cannot be is ignored."""
    assert parse(mail(f"Date: {date}")).date_at is None


@pytest.mark.parametrize(
    ("written", "read"), [("<>", ""), ("", None), ("<a@b.example>", "a@b.example"), ("nonsense", None)]
)
def test_the_null_sender_is_not_the_missing_one(written: str, read: str | None) -> None:
    """`Return-Path: <>` marks a bounce; no Return-Path marks nothing."""
    assert parse(mail(f"Return-Path: {written}")).return_path == read


@pytest.mark.parametrize("ids", ["", "no brackets@x", "<no-at>", "<a@b c>", "<a@b\x00>", "<" + "a." * 8000 + "@x>"])
def test_a_message_id_is_well_formed_or_missing(ids: str) -> None:
    """Only `<left@right>` can be answered to."""
    assert parse(mail(f"Message-ID: {ids}")).message_id is None


def test_the_same_mail_has_the_same_key_wherever_it_lies() -> None:
    """Delivery headers do not change the key; another text or Message-ID does."""
    raw = builders.buyer_message()
    again = b"Received: from x by y; Fri, 25 Dec 2026 10:00:09 +0000\r\nX-Folder: 2\r\n" + raw
    assert parse(raw).dedup_key == parse(again).dedup_key
    assert parse(raw).dedup_key != parse(builders.buyer_message(text="other", message_id="<x@y.example>")).dedup_key
    assert parse(b"").dedup_key != parse(b"From: a\r\n\r\n").dedup_key


def test_line_ends_and_separators_of_mail_files_are_understood() -> None:
    """LF line ends and an mbox separator line read as the wire format does."""
    wire = builders.buyer_message()
    for raw in (wire.replace(b"\r\n", b"\n"), b"From x@y Fri Dec 25 10:00:00 2026\n" + wire.replace(b"\r\n", b"\n")):
        message = parse(raw)
        assert message.text == parse(wire).text
        assert message.from_ == parse(wire).from_
        assert not message.defects


def test_a_text_without_a_header_is_kept_as_text() -> None:
    """A file that is no mail is shown whole, and said to be none."""
    message = parse(b"hello\r\n\r\nworld")
    assert message.text.split() == ["hello", "world"]
    assert message.defects


def test_the_readers_of_html_take_no_tag_for_text() -> None:
    """Tags, comments and scripts vanish, references are resolved, line breaks in <pre> stay."""
    assert (
        plain_text("a<!-- x -->b <b title='<'>c</b><!doctype x> 1 < 2 &lt;d&gt; &#x1F600; &#99999999999999;")
        == "ab c 1 < 2 <d> 😀 \ufffd"
    )
    assert plain_text("<table><tr><td>a</td><td>b</td></tr></table>") == "a b"
    assert (
        pre_wrapped('<pre>no</pre><pre style="white-space: -o-pre-wrap">one\ntwo<br>three</pre>') == "one\ntwo\nthree"
    )
    assert pre_wrapped('<pre style="white-space: -o-pre-wrap"> </pre>') is None
    assert pre_wrapped("İ<PRE style=pre-wrap>İstanbul'a ne zaman?</PRE>x") == "İstanbul'a ne zaman?"
    assert plain_text("İİ<STYLE>x</Style>y") == "İİy"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('<p>see <img alt="a > b" src=x> this</p>', "see  this"),
        ("<p>see <img alt='a < b > c' src=x>this</p>", "see this"),
        ('<b title="never closed>words</b> and <a href="x">more</a>', "words and more"),
        ("<b title=it's>words</b> aren't lost", "words aren't lost"),
        ('<b title="a <b> c">d</b>', 'c">d'),
    ],
)
def test_a_tag_ends_outside_its_quoted_values(page: str, text: str) -> None:
    """What an attribute says is not text; a value that is never closed takes no word with it."""
    assert plain_text(page) == text


@pytest.mark.parametrize(
    "tag", ["section", "article", "header", "footer", "main", "nav", "aside", "figure", "dt", "dd"]
)
def test_blocks_of_a_page_are_lines(tag: str) -> None:
    """The end of one block does not run into the next."""
    assert plain_text(f"<{tag}>one</{tag}><{tag}>two</{tag}>").split() == ["one", "two"]


def test_a_hard_blank_reads_as_a_blank() -> None:
    """A phrase is found whichever blank a page has in it."""
    assert plain_text("<p>&nbsp;End&nbsp;message\xa0now</p>") == "End message now"
    assert pre_wrapped("<pre style=pre-wrap>it&nbsp;is \u202e&#x202e;&#8203;here</pre>") == "it is here"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>new</p><blockquote type=cite>old</blockquote><p>more</p>", "new\n\n> old\n\nmore"),
        ("new<blockquote>a<br><blockquote>b</blockquote>c</blockquote>more", "new\n> a\n>\n> b\n> c\nmore"),
        ("new<blockquote><pre>a\n\n\nb</pre></blockquote>more", "new\n> a\n>\n> b\nmore"),
        ("<blockquote>old</blockquote></blockquote>more", "> old\n\nmore"),
        ("<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n> b"),
        ("new<blockquote></blockquote>more", "new\nmore"),
        ("new<blockquote>never closed<p>old", "new\n> never closed\n> old"),
        ("a\x1db&#29;c", "abc"),
    ],
)
def test_a_quoted_part_of_a_page_is_marked_as_in_plain_text(page: str, text: str) -> None:
    """The lines inside <blockquote> begin with ">", however deep they stand."""
    assert plain_text(page) == text


@pytest.mark.parametrize("invisible", "\u200b\u2060\ufeff\xad")
def test_invisible_characters_split_no_word(invisible: str) -> None:
    """A marker is found although its letters or dashes have something invisible between them."""
    assert clean_body(f"---{invisible}--- Mes{invisible}sage", 100) == "------ Message"
    assert parse(mail("Content-Type: text/html", body=f"End&#{ord(invisible)}; message")).text == "End message"


def parts(kind: str, *each: str) -> bytes:
    """Return a multipart of these parts, each with its own header."""
    body = "".join(f"--b\r\n{part}\r\n" for part in each)
    return mail(f"Content-Type: multipart/{kind}; boundary=b", body=body + "--b--\r\n")


PLAIN, NAMED = "Content-Type: text/plain\r\n\r\nplain", "Content-Type: text/plain; name=a.txt\r\n\r\nnamed"
PAGE, NAMED_PAGE = "Content-Type: text/html\r\n\r\n<p>page", "Content-Type: text/html; name=a.html\r\n\r\n<p>rich"
INLINE = 'Content-Type: text/plain\r\nContent-Disposition: inline; filename="b.txt"\r\n\r\ninline'
ATTACHED = "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nattached"
IMAGE = "Content-Type: image/png; name=a.png\r\n\r\nx"
OTHER = "Content-Type: text/x-amp-html\r\n\r\n<p>other</p>"
NAMED_OTHER = "Content-Type: text/csv; name=a.csv\r\n\r\ncells"


@pytest.mark.parametrize(
    ("raw", "text", "page", "files"),
    [
        (mail('Content-Type: text/plain; name="a.txt"'), "Hi", "", []),
        (mail("Content-Type: text/html; name=a.html", body="<p>Hi"), "Hi", "<p>Hi", []),
        (mail("Content-Disposition: attachment; filename=a.txt"), "", "", ["a.txt"]),
        (parts("mixed", INLINE), "inline", "", []),
        (parts("mixed", IMAGE, NAMED), "named", "", ["a.png"]),
        (parts("mixed", NAMED, INLINE), "named", "", ["b.txt"]),
        (parts("mixed", PLAIN, NAMED, NAMED_PAGE), "plain", "", ["a.txt", "a.html"]),
        (parts("mixed", NAMED, PLAIN), "named\nplain", "", []),
        (parts("mixed", PAGE, NAMED), "page", "<p>page", ["a.txt"]),
        (parts("mixed", ATTACHED, NAMED), "named", "", [""]),
        (parts("alternative", NAMED, NAMED_PAGE), "named", "<p>rich", []),
        (parts("alternative", NAMED, NAMED_PAGE, INLINE), "named", "<p>rich", ["b.txt"]),
        (parts("alternative", OTHER, PAGE), "page", "<p>page", [""]),
        (parts("mixed", OTHER, IMAGE), "other", "", ["a.png"]),
        (parts("mixed", NAMED_OTHER, IMAGE), "", "", ["a.csv", "a.png"]),
        (parts("mixed", ATTACHED, OTHER), "other", "", [""]),
        (parts("mixed", NAMED_OTHER), "cells", "", []),
    ],
)
def test_a_text_is_an_attachment_only_when_it_says_so_or_follows_another(
    raw: bytes, text: str, page: str, files: list[str]
) -> None:
    """Words are not lost for a file name; a named text behind another one is a file, an attached one always."""
    message = parse(raw)
    assert (message.text, message.html, [each.name for each in message.attachments]) == (text, page, files)


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/enriched", "A <bold>lamp</bold>,\r\n1 << 2 &amp; x", "A lamp,\n1 < 2 &amp; x"),
        ("text/x-amp-html", "<style amp>p{}</style><p>A &amp; b</p>", "A & b"),
        ("text/markdown", "# A\r\n<b>", "# A\n<b>"),
    ],
)
def test_a_text_of_another_type_is_read_when_there_is_no_other(kind: str, body: str, text: str) -> None:
    """Enriched text and pages of other kinds lose their tags, the rest stands as it was written (RFC 1896)."""
    assert parse(mail(f"Content-Type: {kind}", body=body)).text == text


@pytest.mark.parametrize(
    ("parameters", "body", "text"),
    [
        ("format=flowed", "one \r\ntwo \r\nthree.\r\n\r\nSecond.", "one two three.\n\nSecond."),
        ('Format="Flowed"; DelSp=Yes', "これは \r\n長い \r\n文です。", "これは長い文です。"),
        ("format=flowed; delsp=no", "one \r\ntwo", "one two"),
        (
            "format=flowed",
            "Hello, \r\n\r\ntext \r\n> old \r\n> words \r\nnew",
            "Hello, \n\ntext \n> old \n> words \nnew",
        ),
        ("format=flowed", "text \r\n-- \r\nJordan \r\nDoe", "text \n-- \nJordan Doe"),
        ("format=flowed", " From here\r\n > no quote", "From here\n > no quote"),
        ("format=fixed", "one \r\n two", "one \n two"),
    ],
)
def test_flowed_paragraphs_are_one_line(parameters: str, body: str, text: str) -> None:
    """A paragraph wrapped by the mail program is put together again, in Japanese without blanks (RFC 3676)."""
    assert parse(mail(f"Content-Type: text/plain; charset=utf-8; {parameters}", body=body)).text == text


@given(st.text(max_size=300))
def test_cleaning_is_stable(text: str) -> None:
    """Cleaned text cleaned again is the same, and never longer than its limit."""
    once = clean(text, 50)
    assert clean(once, 50) == once
    assert len(once) <= 50


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "shift_jis", "iso-2022-jp", "gb18030", "utf-7", "", "x"]))
def test_decoding_never_raises(raw: bytes, charset: str) -> None:
    """Every byte string is some text in every charset."""
    assert isinstance(decoded(raw, charset or None), str)
