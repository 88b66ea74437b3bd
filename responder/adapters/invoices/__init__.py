"""
Invoices in a folder, by order: found, checked, or refused with the reason.
"""

from responder.adapters.invoices.folder import InvoiceFolder
from responder.adapters.invoices.reading import TextReader
from responder.adapters.invoices.values import Found, Invoice, InvoiceSettings, Missing, Refused, RefusedCode

__all__ = [
    "Found",
    "Invoice",
    "InvoiceFolder",
    "InvoiceSettings",
    "Missing",
    "Refused",
    "RefusedCode",
    "TextReader",
]
