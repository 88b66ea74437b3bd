"""What the digest says of orders: which file is missing until when, what must be uploaded, what was not read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from responder.core.digest import (
    DigestFacts,
    Items,
    LacksInvoice,
    OrderNews,
    ToUpload,
    UnreadReport,
    content,
    shown_reports,
    shown_uploads,
    upload_by,
)

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)  # a Thursday, 7:30 in Berlin
DAY = timedelta(days=1)
ORDER = "305-1234567-7654321"


def facts(**news: object) -> DigestFacts:
    """A Thursday morning on which only orders have something to say."""
    return DigestFacts(
        now=NOW,
        since_at=NOW - DAY,
        zone=ZONE,
        number=3,
        version="1.2.0",
        orders=OrderNews(**news),  # type: ignore[arg-type]
        next_digest_at=NOW + DAY,
        hosts={"amazon.de": "sellercentral.amazon.de"},
    )


def section(found: DigestFacts) -> Items:
    """Return the section about orders."""
    (only,) = content(found).sections
    assert isinstance(only, Items)
    assert only.title == "Orders"
    return only


@pytest.mark.parametrize(
    ("shipped", "by"),
    [
        ("2026-11-25 10:00", "2026-11-26 23:59"),  # Wednesday: Thursday
        ("2026-11-27 00:10", "2026-11-30 23:59"),  # Friday: Monday
        ("2026-11-28 23:50", "2026-11-30 23:59"),  # Saturday: Monday
        ("2026-11-29 12:00", "2026-11-30 23:59"),  # Sunday: Monday
        ("2026-12-24 12:00", "2026-12-25 23:59"),  # Christmas Day is a holiday, and a Friday
        ("2026-03-27 12:00", "2026-03-30 23:59"),  # over the change of the clocks
    ],
)
def test_an_invoice_is_due_at_the_end_of_the_next_business_day(shipped: str, by: str) -> None:
    """Monday to Friday; public holidays move nothing. The day is that of the marketplace's clock."""
    at = datetime.fromisoformat(shipped).replace(tzinfo=ZONE)
    found = upload_by(at.astimezone(UTC), "amazon.de", ZONE)
    assert found is not None
    assert f"{found.astimezone(ZONE):%Y-%m-%d %H:%M}" == by


def test_the_day_is_the_marketplaces_own() -> None:
    """Half past midnight in Berlin is still Thursday in London."""
    at = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    berlin, london = (upload_by(at, "amazon.de", ZoneInfo(f"Europe/{city}")) for city in ("Berlin", "London"))
    assert (berlin, london) == (
        datetime(2026, 11, 30, 22, 59, tzinfo=UTC),
        datetime(2026, 11, 27, 23, 59, tzinfo=UTC),
    )


def test_where_amazon_measures_nothing_there_is_no_deadline() -> None:
    """The order is told all the same: the buyer gets no invoice by mail."""
    assert upload_by(NOW, "amazon.com", ZONE) is None
    assert upload_by(NOW, None, ZONE) is None
    (group,) = section(facts(to_upload=(ToUpload(1, ORDER, "amazon.com", NOW, None),))).groups
    assert (group.items[0].when, group.items[0].left) == ("Upload it", "")


def test_a_missing_invoice_is_told_with_the_file_expected_and_until_when() -> None:
    """The name is in the folder as the configuration writes it; the link goes to the order."""
    lacking = LacksInvoice(ORDER, "amazon.de", NOW + 3 * DAY, expected=f"{ORDER}.pdf")
    found = section(facts(lacking=(lacking,), lacking_in_all=1, folder="papers"))
    ((item,),) = (group.items for group in found.groups)
    assert (item.when, item.left, item.urgency) == ("Sun 07:30", "3 d left", "later")
    assert item.title == f"Order {ORDER}"
    assert (item.details, item.note) == (("amazon.de",), f"expected: papers/{ORDER}.pdf")
    assert [link.href for link in item.links] == [f"https://sellercentral.amazon.de/orders-v3/order/{ORDER}"]


def test_a_refused_invoice_is_told_with_the_reason() -> None:
    """And what ends before the next digest is urgent."""
    words = "Its invoice cannot be used: x.pdf: its text does not name the order."
    lacking = LacksInvoice(ORDER, None, NOW + DAY / 2, refused=words)
    ((item,),) = (group.items for group in section(facts(lacking=(lacking,), lacking_in_all=1)).groups)
    assert (item.note, item.details, item.urgency) == (words, ("marketplace unknown",), "soon")


def test_the_subject_and_the_first_lines_do_not_say_all_clear() -> None:
    """Whoever reads only the subject knows that something is to be done."""
    upload = ToUpload(1, ORDER, "amazon.de", NOW, NOW + DAY)
    lacking = LacksInvoice(ORDER, "amazon.de", NOW + DAY, expected="x.pdf")
    report = UnreadReport(1, "a.txt", "no report")
    found = content(facts(lacking=(lacking,), lacking_in_all=7, to_upload=(upload,), reports=(report,))).subject
    assert found == "Nothing to answer · 7 invoices missing · 1 invoice to upload · 1 report not read · Thu 26 Nov"
    assert content(facts()).subject.startswith("All clear")


def test_a_long_list_is_cut_and_says_where_the_rest_is() -> None:
    """What is not shown is not told: it comes again; the most urgent uploads are shown."""
    lacking = tuple(LacksInvoice(ORDER, "amazon.de", NOW + DAY, expected="x.pdf") for _ in range(30))
    uploads = tuple(ToUpload(n, ORDER, "amazon.de", NOW, NOW + (40 - n) * DAY) for n in range(40))
    reports = tuple(UnreadReport(n, f"{n}.txt", "no report") for n in range(8))
    long = facts(lacking=lacking, lacking_in_all=1_000, to_upload=uploads, reports=reports)
    found = section(long)
    assert [len(group.items) for group in found.groups] == [20, 15, 5]
    assert found.count == "1048"
    assert found.more == (
        "and 980 invoices more: responder orders --feedback held · and 25 more to upload: responder orders --business"
        " · and 3 reports more"
    )
    assert [each.id for each in shown_uploads(long)] == list(range(39, 24, -1))
    assert [each.id for each in shown_reports(long)] == [0, 1, 2, 3, 4]


def test_names_from_files_are_cleaned() -> None:
    """A file's name is anybody's words."""
    report = UnreadReport(1, "a\x1b[31m\n.txt", "line 3:\x00 no date", partly=True)
    found = replace(facts(reports=(report,)), hosts={})
    ((item,),) = (group.items for group in section(found).groups)
    assert (item.when, item.title, item.note) == ("Rows left out", "a[31m .txt", "line 3: no date")
