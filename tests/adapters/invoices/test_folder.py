"""The folder with the invoices: the right file is found, and whatever is doubtful or hostile is refused in words."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from papers import pdf

from responder.adapters.invoices import (
    Found,
    InvoiceFolder,
    InvoiceSettings,
    Missing,
    Refused,
    RefusedCode,
    TextReader,
    opening,
)

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
ORDER = "305-1234567-7654321"
OTHER = "306-7654321-1234567"
Open = Callable[..., InvoiceFolder]


@pytest.fixture(scope="module")
def reader() -> Iterator[TextReader]:
    """One process that reads PDFs, for all tests of this file."""
    with TextReader() as made:
        yield made


@pytest.fixture
def opened(tmp_path: Path, reader: TextReader) -> Open:
    """Open the test's folder with some settings."""

    def made(**settings: object) -> InvoiceFolder:
        return InvoiceFolder(InvoiceSettings(folder=tmp_path, **settings), reader)  # type: ignore[arg-type]

    return made


def put(path: Path, content: bytes, at: datetime = LONG_AGO) -> Path:
    """Write a file that was last changed at a time."""
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def refusal(folder: InvoiceFolder, now: datetime = NOW) -> tuple[RefusedCode, str]:
    """Return why the order's file is refused."""
    found = folder.find(ORDER, now)
    assert isinstance(found, Refused), found
    return found.code, found.words


def test_the_invoice_of_the_order_is_found(tmp_path: Path, opened: Open) -> None:
    """Its bytes are those of the file, and its hash is theirs."""
    content = pdf.invoice(ORDER)
    put(tmp_path / f"{ORDER}_invoice.PDF", content)
    put(tmp_path / f"{OTHER}.pdf", pdf.invoice(OTHER))
    found = opened().find(ORDER, NOW)
    assert isinstance(found, Found)
    assert (found.name, found.size, found.content) == (f"{ORDER}_invoice.PDF", len(content), content)
    assert len(found.sha256) == 64


def test_an_order_without_a_file_is_told_with_the_name_expected(tmp_path: Path, opened: Open) -> None:
    """Another order's file, a longer number and a hidden file are none."""
    for name in (f"{OTHER}.pdf", "305-1234567-76543210.pdf", f"x{ORDER}.pdf", f".{ORDER}.pdf", f"{ORDER}.pdf.part"):
        put(tmp_path / name, pdf.invoice(ORDER))
    assert opened().find(ORDER, NOW) == Missing(f"{ORDER}.pdf")


@pytest.mark.parametrize(
    "order_id",
    ["../../etc/passwd", f"{ORDER}\n", "３05-1234567-7654321", f"{ORDER}/../x", f"{ORDER}\0", "", "*", f"{ORDER}*"],
)
def test_what_is_no_order_number_is_not_looked_for(opened: Open, order_id: str) -> None:
    """Such a number is a fault of ours: it never reaches the file system."""
    with pytest.raises(ValueError, match="no order number"):
        opened().find(order_id, NOW)


def test_a_link_is_refused_wherever_it_leads(tmp_path: Path, opened: Open) -> None:
    """To a file outside, to a good invoice beside it, or to nowhere."""
    good = put(tmp_path / "kept.pdf", pdf.invoice(ORDER))
    name = tmp_path / f"{ORDER}.pdf"
    for target in (Path("/etc/passwd"), good, tmp_path / "nothing"):
        name.symlink_to(target)
        code, words = refusal(opened())
        assert (code, words) == (RefusedCode.NOT_A_FILE, f"{ORDER}.pdf: it is a link; put the file itself there")
        name.unlink()


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path, opened: Open) -> None:
    """Opening a FIFO to read waits for ever, unless asked not to."""
    os.mkfifo(tmp_path / f"{ORDER}.pdf")
    assert refusal(opened())[0] is RefusedCode.NOT_A_FILE


def test_a_folder_and_a_socket_are_no_invoices(tmp_path: Path, opened: Open) -> None:
    """Neither has bytes to send."""
    name = tmp_path / f"{ORDER}.pdf"
    name.mkdir()
    assert refusal(opened()) == (RefusedCode.NOT_A_FILE, f"{ORDER}.pdf: it is a folder; put the file itself there")
    name.rmdir()
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.open(tmp_path, os.O_RDONLY)
        bound.bind(f"/proc/self/fd/{here}/{name.name}")  # a socket's path may have 107 bytes only
        os.close(here)
        assert refusal(opened())[0] is RefusedCode.NOT_A_FILE


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a device")
def test_a_device_is_refused(tmp_path: Path, opened: Open) -> None:
    """/dev/zero never ends."""
    try:
        os.mknod(tmp_path / f"{ORDER}.pdf", 0o20644, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("no devices may be made here")
    assert refusal(opened())[0] in {RefusedCode.NOT_A_FILE, RefusedCode.UNREADABLE}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_nobody_may_read_is_told(tmp_path: Path, opened: Open) -> None:
    """The reason is the system's."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER)).chmod(0)
    assert refusal(opened())[0] is RefusedCode.UNREADABLE


def test_several_files_that_fit_are_named(tmp_path: Path, opened: Open) -> None:
    """Which one is the right one is for a person."""
    for number in range(6):
        put(tmp_path / f"{ORDER}_{number}\x1b.pdf", pdf.invoice(ORDER))
    code, words = refusal(opened())
    assert code is RefusedCode.SEVERAL
    assert f"{ORDER}_0.pdf, {ORDER}_1.pdf" in words
    assert words.endswith("and 2 more; leave one")


def test_a_file_of_two_orders_by_its_name_goes_to_neither(tmp_path: Path, opened: Open) -> None:
    """Even where its text names this order alone."""
    put(tmp_path / f"{ORDER}_{OTHER}.pdf", pdf.invoice(ORDER))
    assert refusal(opened())[0] is RefusedCode.OTHER_ORDER


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, opened: Open) -> None:
    """One byte more is too much; exactly as much is not."""
    content = pdf.invoice(ORDER, size=100_000)
    put(tmp_path / f"{ORDER}.pdf", content)
    assert refusal(opened(max_size=99_999)) == (
        RefusedCode.TOO_LARGE,
        f"{ORDER}.pdf: it is larger than 0.099999 MB (invoices.max_megabytes)",
    )
    assert isinstance(opened(max_size=100_000).find(ORDER, NOW), Found)


@pytest.mark.parametrize("content", [b"", b"%PDF", b"PK\x03\x04 a spreadsheet", b"\0" * 2000 + b"%PDF-1.7"])
def test_what_is_no_pdf_is_refused_whatever_its_name(tmp_path: Path, opened: Open, content: bytes) -> None:
    """Its first bytes decide."""
    put(tmp_path / f"{ORDER}.pdf", content)
    assert refusal(opened())[0] is RefusedCode.NO_PDF


def test_a_mark_before_the_pdf_is_allowed(tmp_path: Path, opened: Open) -> None:
    """Some programs write one, and every viewer opens such a file."""
    put(tmp_path / f"{ORDER}.pdf", b"\xef\xbb\xbf\r\n" + pdf.invoice(ORDER))
    assert isinstance(opened().find(ORDER, NOW), Found)


def test_a_file_must_have_been_left_alone(tmp_path: Path, opened: Open) -> None:
    """It may still be growing; half a minute later it is taken."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER), NOW - timedelta(seconds=29))
    folder = opened()
    assert refusal(folder) == (RefusedCode.CHANGING, f"{ORDER}.pdf: it is still being written")
    assert isinstance(folder.find(ORDER, NOW + timedelta(seconds=1)), Found)


def test_a_file_of_tomorrow_is_taken_once_it_was_seen_unchanged(tmp_path: Path, opened: Open) -> None:
    """Another machine's clock is wrong: what counts then is how long it stays the same."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER), NOW + timedelta(days=1))
    folder = opened()
    assert refusal(folder)[0] is RefusedCode.CHANGING
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER), NOW + timedelta(days=2))
    assert refusal(folder, NOW + timedelta(seconds=30))[0] is RefusedCode.CHANGING
    assert isinstance(folder.find(ORDER, NOW + timedelta(seconds=60)), Found)


def test_a_file_that_changes_while_it_is_read_gives_no_bytes() -> None:
    """What was read is then not what is there: /proc has files that hold more than they say."""
    here = os.open("/proc/self", os.O_RDONLY | os.O_DIRECTORY)
    try:
        look, content = opening.read(here, "status", 1_000_000)
    finally:
        os.close(here)
    assert (look.size, content) == (0, None)


def test_reading_stops_at_the_largest_size() -> None:
    """A file that grows without end fills no memory: /proc/kallsyms says 0 bytes and holds millions."""
    here = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        _, content = opening.read(here, "kallsyms", 1_000)
    finally:
        os.close(here)
    assert content is None


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((f"see also {OTHER}",), RefusedCode.OTHER_ORDER),
        ((f"see also {OTHER[:12]}", OTHER[12:]), RefusedCode.OTHER_ORDER),  # across two lines
        (("see also 306-7654321-123456",), None),
        (("paid with 30676543211234567",), None),
    ],
)
def test_another_orders_number_in_the_text_is_a_refusal(
    tmp_path: Path, opened: Open, lines: tuple[str, ...], code: RefusedCode | None
) -> None:
    """An invoice of two orders would tell one buyer about the other."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER, *lines))
    found = opened().find(ORDER, NOW)
    assert (found.code if isinstance(found, Refused) else None) is code


def test_the_invoice_of_another_order_under_this_name_is_refused(tmp_path: Path, opened: Open) -> None:
    """The text decides: a name is quickly mistyped. The words name the other order."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(OTHER))
    assert refusal(opened()) == (RefusedCode.OTHER_ORDER, f"{ORDER}.pdf: it names another order: {OTHER}")


def test_a_text_without_the_number_is_refused(tmp_path: Path, opened: Open) -> None:
    """It may be anybody's."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice("42"))
    assert refusal(opened())[0] is RefusedCode.NO_ORDER_NUMBER


def test_a_scan_is_held_or_goes_by_its_name(tmp_path: Path, opened: Open) -> None:
    """Nothing in it shows whose it is; the seller decides what that means."""
    put(tmp_path / f"{ORDER}.pdf", pdf.scan())
    assert refusal(opened())[0] is RefusedCode.IMAGE_ONLY
    assert isinstance(opened(image_only="accept").find(ORDER, NOW), Found)


def test_a_pdf_that_cannot_be_read_is_not_taken_for_a_scan(tmp_path: Path, opened: Open) -> None:
    """`accept` is for files without text, not for files whose text is hidden."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER)[:400])
    assert refusal(opened(image_only="accept"))[0] is RefusedCode.UNREADABLE


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, reader: TextReader) -> None:
    """It is a refusal like any other, so the order is held and the digest says why; and nothing counts as gone."""
    folder = InvoiceFolder(InvoiceSettings(folder=tmp_path / "nowhere"), reader)
    code, words = refusal(folder)
    assert code is RefusedCode.FOLDER
    assert words == f"the folder {tmp_path / 'nowhere'} cannot be read: No such file or directory"
    assert folder.changed() == frozenset()


def test_each_account_may_have_its_own_folder(tmp_path: Path, opened: Open) -> None:
    """Where it exists, the files outside it are not the account's; else the folder itself is."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER))
    assert isinstance(opened(subfolder="main").find(ORDER, NOW), Found)
    (tmp_path / "main").mkdir()
    assert isinstance(opened(subfolder="main").find(ORDER, NOW), Missing)
    put(tmp_path / "main" / f"{ORDER}.pdf", pdf.invoice(ORDER))
    assert isinstance(opened(subfolder="main").find(ORDER, NOW), Found)


def test_an_accounts_folder_that_is_a_link_is_refused(tmp_path: Path, opened: Open) -> None:
    """Below the folder that the configuration names no link is followed."""
    outside = tmp_path / "outside"
    outside.mkdir()
    put(outside / f"{ORDER}.pdf", pdf.invoice(ORDER))
    (tmp_path / "main").symlink_to(outside)
    assert refusal(opened(subfolder="main"))[0] is RefusedCode.FOLDER


def test_the_folder_itself_may_be_a_link(tmp_path: Path, reader: TextReader) -> None:
    """Where the invoices are is the seller's own word: often a link to a disk."""
    real = tmp_path / "disk"
    real.mkdir()
    put(real / f"{ORDER}.pdf", pdf.invoice(ORDER))
    (tmp_path / "invoices").symlink_to(real)
    folder = InvoiceFolder(InvoiceSettings(folder=tmp_path / "invoices"), reader)
    assert isinstance(folder.find(ORDER, NOW), Found)


def test_an_invoice_that_arrives_is_found_at_the_next_look(tmp_path: Path, opened: Open) -> None:
    """The names are listed once for each look, not once for ever."""
    folder = opened()
    assert isinstance(folder.find(ORDER, NOW), Missing)
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER))
    assert isinstance(folder.find(ORDER, NOW + timedelta(minutes=1)), Found)
    (tmp_path / f"{ORDER}.pdf").unlink()
    assert isinstance(folder.find(ORDER, NOW + timedelta(minutes=2)), Missing)


def test_what_changed_since_the_last_look_is_told_once(tmp_path: Path, opened: Open) -> None:
    """New, written again, renamed, gone: each names its orders; a file that fits nobody names none."""
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER))
    put(tmp_path / "notes.pdf", b"")
    folder = opened()
    assert folder.changed() == {ORDER}  # the first look: whatever came while nobody looked
    assert folder.changed() == frozenset()
    put(tmp_path / f"{OTHER}.pdf", pdf.invoice(OTHER))
    assert folder.changed() == {OTHER}
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER), NOW)
    assert folder.changed() == {ORDER}
    (tmp_path / f"{OTHER}.pdf").rename(tmp_path / f"{OTHER}_2.pdf")
    assert folder.changed() == {OTHER}
    (tmp_path / f"{ORDER}.pdf").unlink()
    assert folder.changed() == {ORDER}
    assert folder.changed() == frozenset()


def test_an_order_whose_file_was_still_being_written_is_told_again(tmp_path: Path, opened: Open) -> None:
    """Nothing about the file changes any more: without this nobody would look at it again."""
    folder = opened()
    put(tmp_path / f"{ORDER}.pdf", pdf.invoice(ORDER), NOW)
    assert folder.changed() == {ORDER}
    assert refusal(folder)[0] is RefusedCode.CHANGING
    assert folder.changed() == {ORDER}
    assert isinstance(folder.find(ORDER, NOW + timedelta(minutes=1)), Found)
    assert folder.changed() == frozenset()
