"""PDFs are read in a process of its own: what a file does to it, it does not do to the daemon."""

import functools
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from papers import pdf

from responder.adapters.invoices import TextReader, exchange
from responder.adapters.invoices.reading import NoText
from responder.core.invoice_text import Named

ORDER = "305-1234567-7654321"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


@pytest.fixture(scope="module")
def reader() -> Iterator[TextReader]:
    """One process for the files that do it no harm."""
    with TextReader() as made:
        yield made


def numbers(reader: TextReader, content: bytes) -> frozenset[str]:
    """Return the orders that a readable file names."""
    found = reader.numbers(content)
    assert isinstance(found, Named), found
    return found.numbers


def words(reader: TextReader, content: bytes) -> str:
    """Return why a file cannot be read."""
    found = reader.numbers(content)
    assert isinstance(found, NoText)
    assert not found.passing
    return found.words


@functools.cache
def endless() -> bytes:
    """Return 30 kB that pypdf reads for many minutes: a million words, each looked at with all before it."""
    return pdf.pages([b"BT /F1 1 Tf " + b"1 0 Td (a) Tj " * 1_000_000 + b"ET"])


def broken_form() -> bytes:
    """Return a page that names the order, and shows a form whose filter nobody knows."""
    entries = b"/Type /XObject /Subtype /Form /Filter /Secret /Resources << /Font << /F1 4 0 R >> >>"
    form = pdf.stream(b"(306-7654321-1234567)", entries, compress=False)
    resources = b"<< /Font << /F1 4 0 R >> /XObject << /X 6 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /Resources %s /Contents 5 0 R >>" % resources
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    content = pdf.stream(pdf.text_page([f"Order {ORDER}"]) + b" /X Do")
    return pdf.document([CATALOGUE, ONE_PAGE, page, font, content, form])


def long_table() -> bytes:
    """Return 30 kB with a font's table of 10 million lines: pypdf makes a list of them."""
    page = b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    content = pdf.stream(pdf.text_page([f"Order {ORDER}"]))
    return pdf.document([CATALOGUE, ONE_PAGE, page, content, font, pdf.stream(b"ab\n" * 10_000_000)])


def test_pages_and_forms_are_read(reader: TextReader) -> None:
    """Every page, and what was filled into fields, as some programs make invoices."""
    assert numbers(reader, pdf.invoice(ORDER)) == {ORDER}
    last = pdf.pages([pdf.text_page(["Terms"]), pdf.text_page([f"Order {ORDER}"])])
    assert numbers(reader, last) == {ORDER}
    assert numbers(reader, pdf.form({"order": ORDER})) == {ORDER}


def test_what_was_written_onto_a_page_is_read(reader: TextReader) -> None:
    """A text box that a viewer added is shown and printed with the page: it may name the order, and another one."""
    assert numbers(reader, pdf.annotated(["Invoice 42"], f"Amazon {ORDER}")) == {ORDER}
    other = ORDER.replace("305", "306")
    assert numbers(reader, pdf.annotated([f"Order {ORDER}"], f"Order {other}")) == {ORDER, other}


def test_a_number_that_a_program_spaced_is_read(reader: TextReader) -> None:
    """Kerning, character spacing and a second text object break a number; its characters stay in order."""
    kerned = b"BT /F1 10 Tf 50 700 Td [(305-12) -250 (34567-) 120 (7654321)] TJ ET"
    spaced = b"BT /F1 10 Tf 4 Tc 50 700 Td (305-1234567-7654321) Tj ET"
    assert numbers(reader, pdf.pages([kerned])) == {ORDER}
    assert numbers(reader, pdf.pages([spaced])) == {ORDER}


def test_a_scan_has_no_text(reader: TextReader) -> None:
    """It can be read, and nothing stands in it."""
    found = reader.numbers(pdf.scan())
    assert isinstance(found, Named)
    assert found.empty


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n", "cannot be read as a PDF"),
        (b"%PDF-" + bytes(range(256)) * 400, "cannot be read as a PDF"),
        (pdf.document([CATALOGUE, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]), "cannot be read as a PDF"),
        (pdf.pages([b""] * 201), "more than 200 pages"),
    ],
)
def test_a_broken_file_is_refused_in_words(reader: TextReader, content: bytes, said: str) -> None:
    """Garbage, a tree of pages that is a circle, a book."""
    assert said in words(reader, content)


def test_a_protected_file_is_refused(reader: TextReader) -> None:
    """Even one that opens without a password: what Amazon makes of it, nobody knows."""
    protection = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
        b"0" * 64,
        b"0" * 64,
    )
    locked = pdf.document([CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>"], trailer=protection)
    assert "it is protected" in words(reader, locked)


def test_what_pypdf_leaves_out_makes_the_whole_unreadable(reader: TextReader) -> None:
    """
    Where it cannot read a part, pypdf logs a line and returns the rest: another order may stand in that part.

    The first line shows it; the second that here such a text is none.
    """
    assert pypdf.PdfReader(io.BytesIO(broken_form())).pages[0].extract_text().strip() == f"Order {ORDER}"
    assert "a part of it cannot be read" in words(reader, broken_form())


def test_pypdf_raises_what_is_no_error_of_its_own() -> None:
    """A few kilobytes of brackets end it with RecursionError: who catches its own errors only, falls."""
    deep = pdf.document([CATALOGUE, b"[" * 30_000 + b"]" * 30_000])
    with pytest.raises(RecursionError):
        _ = pypdf.PdfReader(io.BytesIO(deep)).pages[0]
    with TextReader() as reader:
        assert "too large or too deep" in words(reader, deep)
        assert numbers(reader, pdf.invoice(ORDER)) == {ORDER}  # and the next file is read


def test_a_file_that_takes_too_long_is_tried_once_more_and_then_refused() -> None:
    """The machine may have slept the first time. The file after it is read as if nothing had been."""
    with TextReader(seconds=1) as reader:
        first = reader.numbers(endless())
        assert isinstance(first, NoText)
        assert first.passing
        assert "too long or too much memory" in words(reader, endless())
        assert reader.numbers(endless()) is reader.numbers(endless())  # remembered: it costs no second more


def test_a_file_that_eats_memory_is_refused_and_the_next_one_read() -> None:
    """The process may have 256 MB: the daemon shares 512 with it, and would be ended together with it."""
    with TextReader() as reader:
        assert "too large or too deep" in words(reader, long_table())
        assert numbers(reader, pdf.invoice(ORDER)) == {ORDER}


def test_a_process_that_somebody_ended_is_replaced(reader: TextReader) -> None:
    """By hand, by the kernel for want of memory: the next file starts another."""
    numbers(reader, pdf.invoice(ORDER, "before"))
    process = reader._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert numbers(reader, pdf.invoice(ORDER, "again")) == {ORDER}


def test_what_was_read_is_remembered() -> None:
    """A held order is looked at each hour: its file is not read each time, even when the process has gone."""
    with TextReader() as reader:
        first = reader.numbers(pdf.invoice(ORDER))
        reader.rest()
        reader.rest()
        assert reader._process is None
        assert reader.numbers(pdf.invoice(ORDER)) is first
        assert reader._process is None


def test_a_process_that_is_not_needed_ends() -> None:
    """It holds memory for files that seldom come; one that was used since the last call stays."""
    with TextReader() as reader:
        reader.numbers(pdf.invoice(ORDER))
        process = reader._process
        assert process is not None
        reader.rest()
        assert process.poll() is None
        reader.rest()
        assert process.returncode == -signal.SIGKILL


def test_closing_ends_the_process_even_while_it_reads() -> None:
    """No file keeps the daemon from stopping, no zombie stays, and afterwards nothing is started any more."""
    reader = TextReader(seconds=60)
    reader.numbers(pdf.invoice(ORDER))
    process = reader._process
    assert process is not None
    answers: list[object] = []
    reading = threading.Thread(target=lambda: answers.append(reader.numbers(endless())))
    reading.start()
    while not reader._lock.locked():
        pass
    reader.close()
    reading.join()
    assert process.returncode == -signal.SIGKILL
    assert isinstance(answers[0], NoText)
    assert answers[0].passing
    assert reader.numbers(pdf.invoice(ORDER, "later")) == NoText("the daemon is ending", passing=True)


def test_the_process_knows_no_secret_and_writes_no_file() -> None:
    """Passwords may be in the environment, and it reads what others wrote; core dumps would keep their invoices."""
    os.environ["IMAP_PASSWORD"] = "canary"
    try:
        with TextReader() as reader:
            reader.numbers(pdf.invoice(ORDER))
            assert reader._process is not None
            about = Path(f"/proc/{reader._process.pid}")
            told, limits = (about / "environ").read_bytes(), (about / "limits").read_text()
    finally:
        del os.environ["IMAP_PASSWORD"]
    assert b"canary" not in told
    assert b"PATH=" in told
    rows = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()[1:]}
    assert (rows["Max file size"], rows["Max core file size"], rows["Max address space"]) == (
        "0",
        "0",
        str(256 * 2**20),
    )


def test_the_process_ends_with_its_parent() -> None:
    """A daemon that was killed leaves none behind: the pipe closes, and the kernel's alarm ends a long read."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "responder.adapters.invoices.worker", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    exchange.send(worker.stdin, endless())
    worker.stdin.close()
    assert exchange.reply(worker.stdout) is None
    worker.stdout.close()
    assert worker.wait() == -signal.SIGALRM


def test_the_daemon_never_loads_the_library() -> None:
    """Its defects, and its memory, stay in the other process."""
    program = "import sys, responder.adapters.invoices; print('pypdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"False\n"
