"""
Files that are no text of Amazon's at all, known by their first bytes, each with the way out.
"""

from responder.core.order_reports import ReportError

_AS_TEXT = "download the report as text (.txt) and do not save it with a spreadsheet program"
_SHEET = "this is a spreadsheet"
_MARKS = (
    (b"PK\x03\x04", f"{_SHEET} or a zip archive, and no text", _AS_TEXT),
    (b"\xd0\xcf\x11\xe0", f"{_SHEET} (.xls), and no text", _AS_TEXT),
    (b"%PDF-", "this is a PDF, and no report", "an invoice belongs into the folder of the invoices"),
)
_TAGS = (
    (b"<!doctype html", "this is a web page, and no report", "sign in at Seller Central and download it again"),
    (b"<html", "this is a web page, and no report", "sign in at Seller Central and download it again"),
    (b"<", "this is XML, which is not read", "download the tab-delimited report, or the V2 performance report"),
)


def refuse_strangers(start: bytes) -> None:
    """Raise `ReportError` when a file begins like something else than text."""
    if not start.strip():
        raise ReportError("the file is empty", "wait until the download is finished, or download it again")
    for mark, problem, hint in _MARKS:
        if start.startswith(mark):
            raise ReportError(problem, hint)
    text = start[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, problem, hint in _TAGS:
        if text.startswith(mark):
            raise ReportError(problem, hint)
    if b"\0" in start[:4096].partition(b"\n")[0]:  # in a later line it is that line's damage
        raise ReportError("this is no text: it holds NUL bytes", _AS_TEXT)
