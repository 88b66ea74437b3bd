"""
PDFs as the tests need them: invoices that name an order, and files no invoice should be (ISO 32000-1).

Written by hand, so that a test says byte for byte what stands in its file.
"""

import zlib
from collections.abc import Mapping, Sequence

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def document(objects: Sequence[bytes], *, trailer: bytes = b"", header: bytes = HEADER) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    body, offsets = bytearray(header), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(body)


def stream(content: bytes, entries: bytes = b"", *, compress: bool = True) -> bytes:
    """Return a stream object."""
    if compress:
        content, entries = zlib.compress(content), entries + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def string(text: str) -> bytes:
    """Return a string object in WinAnsiEncoding, as programs for invoices write them."""
    escaped = text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    return b"(" + escaped + b")"


def text_page(lines: Sequence[str]) -> bytes:
    """Return the content of a page that shows these lines, one below the other."""
    shown = b"\n".join(b"%s Tj T*" % string(line) for line in lines)
    return b"BT /F1 10 Tf 50 780 Td 14 TL\n" + shown + b"\nET"


def pages(contents: Sequence[bytes], *, catalogue: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    """Return a PDF with one page for each content stream; `more` are objects after them."""
    first = 4
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(contents):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects += [page + b" /Contents %d 0 R >>" % (first + 2 * number + 1), stream(content)]
    return document([*objects, *more])


def invoice(order_id: str, *lines: str, size: int = 0) -> bytes:
    """Return a one-page invoice that names the order; `size` pads it, after its end, to so many bytes."""
    shown = ["Maison Exemple", "Invoice 2026-0042", f"Amazon order: {order_id}", "1 x Lamp    119,00 EUR", *lines]
    made = pages([text_page(shown)])
    return made + b"\n" * max(size - len(made), 0)


def scan() -> bytes:
    """Return a page that is one image, without any text."""
    image = stream(
        bytes(64 * 64),
        b"/Type /XObject /Subtype /Image /Width 64 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>",
        stream(b"q 500 0 0 700 40 40 cm /I Do Q"),
        image,
    ]
    return document(objects)


def annotated(shown: Sequence[str], onto: str) -> bytes:
    """Return a page that shows these lines, with a text that somebody wrote onto it with a viewer."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R /Annots [6 0 R] >>",
        stream(text_page(shown)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Annot /Subtype /FreeText /Rect [50 700 300 720] /DA (/F1 10 Tf) /Contents %s >>" % string(onto),
    ]
    return document(objects)


def form(fields: Mapping[str, str]) -> bytes:
    """Return a page whose words stand in the fields of a form alone."""
    numbers = range(6, 6 + len(fields))
    refs = b" ".join(b"%d 0 R" % number for number in numbers)
    made = [
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [50 700 300 720] /T %s /V %s >>"
        % (string(name), string(value))
        for name, value in fields.items()
    ]
    return pages([b""], catalogue=b"/AcroForm << /Fields [%s] >>" % refs, more=made)
