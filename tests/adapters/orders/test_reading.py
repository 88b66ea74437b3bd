"""Report files from the disk: what they are, whatever they were saved as, and what is said of those that are none."""

import gzip
import io
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fuzz.invariants import catalogue
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.builders import (
    CONFIRMATION,
    FEEDBACK,
    ORDER,
    Rated,
    Returned,
    Sold,
    all_orders,
    confirmation,
    feedback,
    order_id,
    order_report,
    performance,
    returns,
    table,
    unshipped,
)

from responder.adapters.catalogue import load, order_reports
from responder.adapters.orders import BadLine, Report, ReportError, ReportKind, ReportLine, open_report, streams
from responder.adapters.orders.streams import MAX_LINE
from responder.errors import ConfigError

BOUGHT_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
REPORTED_AT = datetime(2026, 11, 26, tzinfo=UTC)
NUMBER = order_id(1)


def opened(source: Path | bytes, **more: Any) -> Report:
    """Return a file as a report made on 26 November 2026."""
    given = {"default_zone": ZoneInfo("Europe/Berlin"), "reported_at": REPORTED_AT} | more
    return open_report(source, order_reports(), catalogue(), **given)


def sold(number: int = 1, **more: Any) -> Sold:
    """Return an order that shipped."""
    given = {"purchased_at": BOUGHT_AT, "shipped_at": datetime(2026, 11, 21, tzinfo=UTC)} | more
    return Sold(order_id=order_id(number), **given)


def good(report: Report) -> list[ReportLine]:
    """Return a report's lines, of which none is bad."""
    lines = list(report.lines())
    assert not [line for line in lines if isinstance(line, BadLine)]
    return [line for line in lines if isinstance(line, ReportLine)]


def bad(raw: bytes, **more: Any) -> dict[int, str]:
    """Return the lines that were not read, and why."""
    return {line.number: line.problem for line in opened(raw, **more).lines() if isinstance(line, BadLine)}


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (unshipped([sold()]), ReportKind.UNSHIPPED),
        (order_report([sold()]), ReportKind.ORDER),
        (all_orders([sold()]), ReportKind.ALL_ORDERS),
        (confirmation([sold()]), ReportKind.SHIPMENT_CONFIRMATION),
        (feedback([Rated(order_id=NUMBER, date="26.11.2026")]), ReportKind.FEEDBACK),
        (returns([Returned(order_id=NUMBER, date="26-Nov-2026")]), ReportKind.RETURNS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_report_is_recognised_and_read(raw: bytes, kind: ReportKind) -> None:
    """By its headers alone; its one line is of the order, at its own place in the file."""
    report = opened(raw)
    (line,) = good(report)
    assert (report.kind, report.unknown, report.reported_at) == (kind, (), REPORTED_AT)
    assert (line.number, line.facts.order_id) == (2, NUMBER)
    assert report.position == report.size == len(raw)
    assert [each.facts for each in good(report)] == [line.facts]  # read a second time, from the beginning


def test_a_performance_report_has_figures_and_no_lines() -> None:
    """It is known by its content, with or without a byte order mark."""
    for raw in (performance({"amazon.de": "BAD"}), b"\xef\xbb\xbf " + performance({"amazon.de": "BAD"})):
        report = opened(raw)
        assert report.performance is not None
        assert [store.messaging_abuse for store in report.performance.stores] == [True]
        assert (report.kind, list(report.lines())) == (ReportKind.PERFORMANCE, [])


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "name", "found"),
    [
        ("utf-8", "Zoë Müller-Lüdenscheidt 花子", "utf-8"),
        ("utf-8-sig", "Zoë Müller", "utf-8"),
        ("utf-16", "Zoë 花子", "utf-8"),
        ("cp1252", "Zoë Müller – “Söhne”", "cp1252"),
        ("latin-1", "Çağ Ñandú ÄÖÜß", "cp1252"),
        ("cp932", "ハナコ やまだ ｱｲｳ", "cp932"),
        ("cp932", "山田花子", "cp932"),
    ],
)
def test_a_file_is_read_as_it_was_saved(encoding: str, name: str, found: str, newline: str, zipped: bool) -> None:
    """Whatever its encoding and its line ends, packed or not, the buyer's name is the same letters."""
    name = name if encoding != "latin-1" else name.replace("ğ", "g")
    order = sold(buyer_name=name, marketplace="amazon.co.jp")
    report = opened(order_report([order, sold(2)], encoding=encoding, newline=newline, zipped=zipped))
    first, second = good(report)
    assert (report.encoding, first.facts.buyer_name, second.number) == (found, name, 3)


def test_japanese_without_any_word_of_amazon_is_known_by_its_letters() -> None:
    """Feedback in kana has no store's name in it; the same bytes are no Windows-1252."""
    rated = Rated(order_id=NUMBER, date="2026/11/26", comment="とても良い商品でした", address="")
    (line,) = good(opened(feedback([rated], encoding="cp932")))
    assert line.events[0].detail["comment"] == "とても良い商品でした"


def test_one_western_letter_after_many_lines_changes_the_encoding_of_all() -> None:
    """The evidence of the whole file decides: a name in line 6,002 is the first that is not ASCII."""
    headers, line = order_report([sold()]).splitlines(keepends=True)
    last = order_report([sold(2, buyer_name="Müller")], encoding="cp1252").splitlines(keepends=True)[1]
    report = opened(headers + line * 6_000 + last)
    assert report.encoding == "cp1252"
    *_, found = report.lines()
    assert isinstance(found, ReportLine)
    assert (found.number, found.facts.buyer_name) == (6_002, "Müller")


def test_a_damaged_letter_in_a_utf8_file_leaves_the_others() -> None:
    """One broken byte among sound letters: that name is not kept, its order is, and no other name changes."""
    orders = [sold(number, buyer_name="Müller") for number in range(1, 5)]
    whole = order_report(orders)
    at = whole.index("ü".encode(), whole.rindex(order_id(4).encode()))
    report = opened(whole[:at] + whole[at + 1 :])
    lines = good(report)
    assert report.encoding == "utf-8"
    assert [line.facts.buyer_name for line in lines] == ["Müller", "Müller", "Müller", None]
    assert lines[-1].facts.order_id == order_id(4)


def test_quotes_are_letters() -> None:
    """Amazon's files quote nothing: a title may begin with one."""
    row = {"order-id": NUMBER, "purchase-date": "2026-11-20", "sku": '"A', "product-name": 'Screen 24" "new"'}
    (line,) = good(opened(table(ORDER, [row])))
    assert (line.items[0].sku, line.items[0].title) == ('"A', 'Screen 24" "new"')


def test_local_dates_are_read_as_the_whole_file_is_written() -> None:
    """One date of 13 April decides about all, also those above it; without any the seller's stores do, or nothing."""
    first, thirteenth = Rated(order_id=NUMBER, date="03/04/2026"), Rated(order_id=NUMBER, date="13/04/2026", rating=4)
    american = Rated(order_id=NUMBER, date="04/13/2026", rating=3)

    def days(*rated: Rated, **more: Any) -> list[str]:
        return [line.events[0].source.split(":")[2] for line in good(opened(feedback(rated), **more))]

    assert days(first, thirteenth) == ["2026-04-03", "2026-04-13"]
    assert days(first, thirteenth, day_first=False) == ["2026-04-03", "2026-04-13"]
    assert days(first, american) == ["2026-03-04", "2026-04-13"]
    assert days(first, day_first=True) == ["2026-04-03"]
    for rated, more in (((first,), {}), ((first, thirteenth, american), {"day_first": True})):
        problems = bad(feedback(rated), **more)
        assert list(problems) == [2]
        assert "'03/04/2026' can be two days" in problems[2]


def test_a_line_that_is_not_whole_is_bad_and_the_others_count() -> None:
    """Too many cells, too few, a NUL, no order's number: each is said with its line; blank lines are counted."""
    row = ["2026-11-26", "5", "Good", "", NUMBER, ""]
    lines = [row, ["x"], [*row, "more"], [*row, "", ""], [*row[:2], "a\0b", *row[3:]], [""], [*row[:4], "305", ""]]
    raw = table(FEEDBACK, lines)
    found = list(opened(raw).lines())
    assert [line.number for line in found if isinstance(line, ReportLine)] == [2, 5]
    assert {line.number: line.problem.split(":")[0] for line in found if isinstance(line, BadLine)} == {
        3: "1 cells under 6 headers",
        4: "7 cells under 6 headers",
        6: "holds a NUL byte",
        8: "'305' is no order number",
    }


def test_a_last_line_that_is_cut_off_is_bad() -> None:
    """A file that is still being written ends in the middle of a cell: a shorter date would be another day."""
    raw = feedback([Rated(order_id=NUMBER, date="2026-11-26"), Rated(order_id=NUMBER, date="2026-11-25")])
    problems = bad(raw[: raw.rindex(NUMBER.encode())])
    assert list(problems) == [3]
    assert "cut off" in problems[3]


def test_a_file_for_confirming_shipments_may_leave_out_its_last_cells() -> None:
    """Excel leaves out the tabs behind a line's last cell; a line without its end is cut off all the same."""
    rows = [[NUMBER, "40000000000001", "1", "2026-11-26", "DHL"]]
    raw = table(CONFIRMATION, rows)
    (line,) = good(opened(raw))
    assert (line.facts.carrier, line.facts.tracking) == ("DHL", None)
    assert list(bad(raw.rstrip())) == [2]


def test_the_line_above_the_headers_of_amazons_template_is_passed_over() -> None:
    """Sellers upload the file with it."""
    raw = b"TemplateType=OrderFulfillment\tVersion=2011.1102\tThis row for Amazon.com use only\r\n" + confirmation(
        [sold()]
    )
    (line,) = good(opened(raw))
    assert line.number == 3


def test_a_line_of_any_length_is_a_bad_line() -> None:
    """Nothing of it is kept in memory but its beginning, and the next line is read."""
    rows = [["2026-11-26", "5", "x" * (MAX_LINE * 40), "", NUMBER, ""], ["2026-11-26", "5", "y", "", NUMBER, ""]]
    first, second = opened(table(FEEDBACK, rows)).lines()
    assert first == BadLine(2, "longer than 64 KB")
    assert isinstance(second, ReportLine)
    assert second.number == 3


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "the file is empty"),
        (b"\r\n \r\n", "the file is empty"),
        (b"PK\x03\x04rest", "a spreadsheet or a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet (.xls)"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xef\xbb\xbf<!DOCTYPE HTML><html>", "a web page"),
        (b"<?xml version='1.0'?><Report/>", "XML, which is not read"),
        (order_report([sold()], encoding="utf-16-le"), "holds NUL bytes"),
        (order_report([sold()]).replace(b"\t", b";"), "separated by semicolons"),
        (order_report([sold()]).replace(b"\t", b","), "separated by commas"),
        (order_report([sold()]).replace(b"order-id\t", b'"order-id"\t', 1), "in quotes"),
        (b"hello\nworld\n", "no columns"),
        (b"order-id\tpurchase-date\torder_id\n", "the column 'order-id' stands in it twice"),
        (b"Bestellnummer\tpurchase-dat\n", "(order-id); columns nobody knows: 'Bestellnummer', 'purchase-dat' (near"),
        (b"order-id\tnotes\n", "of no report we know; columns nobody knows: 'notes'"),
        (b"\t".join([b"a"] * 300), "more than 250 columns"),
        (b"\t".join(b"column%d" % number for number in range(200)), ", and 188 more"),
        (b"order-id\t" + b"x" * 100_000, "first line is longer than 64 KB"),
        (b'{"a": 1}', "no performanceMetrics"),
        (b'{"a": "' + b"x" * (5 << 20), "a JSON file of more than 4 MB"),
        (order_report([sold()], zipped=True)[:-9], "damaged or cut off"),
        (order_report([sold()], zipped=True)[:30], "damaged or cut off"),
        (b"\x1f\x8bnot at all", "damaged or cut off"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_the_way_out(raw: bytes, words: str) -> None:
    """Before its first line is handed out, in words for whoever put it there."""
    with pytest.raises(ReportError) as caught:
        opened(raw)
    assert words in caught.value.problem
    assert caught.value.hint
    assert caught.value.problem in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a name that is not there, a named pipe nobody writes to: none of them is waited for."""
    os.mkfifo(tmp_path / "pipe")
    for name, words in ((".", "no file"), ("missing.txt", "cannot be read"), ("pipe", "no file"), ("a\0b", "cannot")):
        with pytest.raises(ReportError, match=words):
            opened(tmp_path / name)


def test_a_report_is_as_old_as_its_file(tmp_path: Path) -> None:
    """Where nobody says when it was made; bytes have no age of their own."""
    path = tmp_path / "any name"
    path.write_bytes(all_orders([sold()]))
    os.utime(path, (REPORTED_AT.timestamp(), REPORTED_AT.timestamp()))
    with opened(path, reported_at=None) as report:
        assert report.reported_at == REPORTED_AT
        assert len(good(report)) == 1
    with (
        path.open("rb") as file,
        open_report(file, order_reports(), catalogue(), default_zone=ZoneInfo("UTC")) as again,
    ):
        assert again.reported_at == REPORTED_AT
        again.close()
        assert len(good(again)) == 1  # whoever opened the file closes it
    with pytest.raises(ReportError, match="nobody knows when"):
        opened(path.read_bytes(), reported_at=None)


def test_what_is_added_while_it_is_read_is_left_out(tmp_path: Path) -> None:
    """Nobody looked at its encoding; the next import reads the whole file."""
    path = tmp_path / "report.txt"
    path.write_bytes(all_orders([sold()]))
    with opened(path) as report:
        with path.open("ab") as file:
            file.write(all_orders([sold(2)]).partition(b"\n")[2])
        assert len(good(report)) == 1


def test_a_gzip_bomb_is_refused_in_constant_memory() -> None:
    """Thousands of times its size: it is never in memory at once."""
    raw = gzip.compress(b"order-id\tpurchase-date\n" + b"\n" * 60_000_000, compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(ReportError, match="more than 3,000,000 lines"):
            opened(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 << 20


def test_many_lines_are_read_in_constant_memory() -> None:
    """Four times the lines take no more memory."""
    headers, line = all_orders([sold()]).splitlines(keepends=True)

    def peak(count: int) -> int:
        raw = gzip.compress(headers + line * count)
        tracemalloc.start()
        try:
            assert sum(1 for _ in opened(raw).lines()) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)  # what is loaded once
    assert peak(6_000) < peak(1_500) + (1 << 20)


def test_a_header_in_another_language_is_a_row_of_the_sellers(tmp_path: Path) -> None:
    """The refusal says where; with the row the same file is read."""
    raw = table(["Bestellnummer", "purchase-date"], [[NUMBER, "2026-11-20"]])
    with pytest.raises(ReportError, match=r"formats/order_reports\.yaml"):
        opened(raw)
    row = "order_reports:\n  - {meaning: order_id, headers: [bestellnummer], grade: P, source: our own download}\n"
    (tmp_path / "order_reports.yaml").write_text(row)
    columns = order_reports(tmp_path)
    report = open_report(raw, columns, catalogue(), default_zone=ZoneInfo("UTC"), reported_at=REPORTED_AT)
    assert [line.facts.order_id for line in good(report)] == [NUMBER]
    assert load(tmp_path).marketplaces  # the folder's other readers know the file


def test_a_sellers_row_with_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    """As for every other data file: by both readers."""
    (tmp_path / "order_reports.yaml").write_text(
        "order_reports:\n  - {meaning: order_number, headers: [x], reports: [orders], grade: P, source: us}\n"
    )
    for reader in (load, order_reports):
        with pytest.raises(ConfigError) as caught:
            reader(tmp_path)
        assert [problem.at.rpartition("/")[2] for problem in caught.value.problems] == [
            "order_reports.yaml:2:15",
            "order_reports.yaml:2:52",
        ]


def test_unknown_columns_are_named_once_with_the_nearest_known() -> None:
    """The report is read all the same."""
    report = opened(table(["order-id", "purchase-date", "buyer-emial", "zzz"], [[NUMBER, "", "", ""]]))
    assert [(column.header, column.nearest) for column in report.unknown] == [
        ("buyer-emial", "buyer-email"),
        ("zzz", None),
    ]
    assert len(good(report)) == 1


_BITS = st.sampled_from(
    [
        *(order_report([sold()]), feedback([Rated(order_id=NUMBER, date="03/04/2026")]), confirmation([sold()])),
        *(
            b"order-id",
            b"purchase-date",
            b"\t",
            b"\r\n",
            b"\n",
            b"\r",
            b"\0",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\x1f\x8b",
        ),
        *(b"\x83\x41", "é".encode(), b"\xe9", b"{", b"<", NUMBER.encode(), b"2026-11-26"),
    ]
)


@settings(max_examples=150)
@given(st.lists(_BITS | st.binary(max_size=30), max_size=12).map(b"".join), st.booleans())
def test_any_bytes_are_a_report_or_refused_in_words(raw: bytes, zipped: bool) -> None:
    """Nothing else is raised, by opening or by reading; lines come in their order, once each."""
    try:
        report = opened(gzip.compress(raw) if zipped else raw)
    except ReportError:
        return
    lines = list(report.lines())
    numbers = [line.number for line in lines]
    assert numbers == sorted(set(numbers))
    assert report.position <= report.size


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(1, 40), st.booleans())
def test_lines_are_the_same_however_the_bytes_come(raw: bytes, size: int, cr: bool) -> None:
    """Whatever the size of the blocks: every line that is not empty, with its number."""
    raw = b"x" + raw.replace(b"\x1f", b"\t").replace(b"\xff", b"").replace(b"\xfe", b"")
    raw = raw.replace(b"\n", b"\r") if cr else raw.replace(b"\r", b"\n")
    source = streams.Source(io.BytesIO(raw), block=size)
    wanted = [(number, line) for number, line in enumerate(raw.replace(b"\r", b"\n").split(b"\n"), 1) if line]
    found = list(source.lines())
    assert [(line.number, line.raw) for line in found] == wanted
    assert all(line.whole for line in found)
    assert [raw[: line.ends_at].rstrip(b"\r\n")[-len(line.raw) :] for line in found] == [line.raw for line in found]
