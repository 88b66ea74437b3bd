"""
The declaration of the sections about orders: their reports, their invoices, and when their buyers are asked.
"""

from datetime import time, timedelta
from typing import Annotated

from pydantic import Field

from responder.config import values
from responder.config.section import Section
from responder.config.values import one_of


class Excluded(Section):
    """Orders whose buyers are never asked."""

    channels: tuple[Annotated[str, one_of("merchant", "amazon")], ...] = ()
    """By who ships: merchant (you), or amazon (FBA)."""
    marketplaces: tuple[values.Text, ...] = ()
    """By marketplace, such as [amazon.de]."""
    skus: tuple[values.Text, ...] = ()
    """By SKU, where * stands for anything, such as ["SPARE-*"]: an order with one such item is left out."""
    orders_before: values.Day | None = None
    """Orders bought before this day, on the marketplace's clock, such as 2026-01-01."""


class Feedback(Section):
    """Asking for feedback on orders, once for each; docs/feedback.md says when, and why not."""

    enabled: values.Flag = False
    """Whether feedback is asked for, and invoices are sent. What waits to be sent is taken back when this is false."""
    days_after_delivery: Annotated[values.Count, Field(ge=5, le=30)] = 7
    """Days after delivery; Amazon allows 5 to 30."""
    transit_days: dict[values.Destination, values.Count] = Field({"default": 4, "FR": 2})
    """
    Working days from shipment to delivery, by country of destination, with its weekends and public holidays left out;
    for orders whose delivery no report names. default: every other country.
    """
    invoice: Annotated[str, one_of("required", "optional", "none")] = "required"
    """
    Whether the mail carries the invoice: required (it waits for it), optional (it goes without where there is none), or
    none. Amazon Business orders: never, since an e-mailed invoice does not count there.
    """
    send_between: values.DayHours = (time(9), time(19))
    """Hours in which it may be sent, on the marketplace's clock."""
    per_day: Annotated[values.Count, Field(ge=1)] = 100
    """
    How many such mails, requests and invoices together, an account writes in 24 hours; what is above waits. Twice as
    many in 24 hours can only be a fault: the next one stops all sending to buyers, as the limits below do.
    """
    after_invoice_mail: values.Flag = False
    """
    Whether the buyer is asked although the invoice was sent in a mail of its own (invoices.mail). false: one mail
    about an order is all there is.
    """
    exclude: Excluded = Excluded()
    """Orders whose buyers are never asked."""


class Orders(Section):
    """Amazon's order reports; docs/orders.md says how to get each."""

    folder: values.Text = "orders/"
    """
    Where order reports are dropped, beside this file; with several accounts each may have a folder of its name in it.
    A file that was read is moved to done/ there, one that cannot be read to failed/, with the reason beside it.
    """
    check_every: values.Duration = timedelta(minutes=1)
    """How often the folder is looked at; 10s to 1h."""
    unchanged_for: values.Duration = timedelta(seconds=30)
    """How long a file must have been left alone: it may still be written to. 5s to 1h."""
    warn_ship_by: values.Duration = timedelta(hours=4)
    """
    How much working time before the last moment at which an order can ship in time an alert comes, and another one once
    it is late; 0s: neither. 0s to 5d; docs/late-orders.md says what is counted.
    """


class Invoices(Section):
    """The invoices that go with a mail about an order; docs/invoices.md says what is checked."""

    folder: values.Text = "invoices/"
    """
    Where invoices are, beside this file; with several accounts each may have a folder of its name in it. They are only
    read, never moved or changed.
    """
    name: values.InvoiceName = "{order_id}*.pdf"
    """
    What an order's invoice is called, with * for anything and ? for one character. The order number is never a part of
    a longer one.
    """
    max_megabytes: Annotated[values.Count, Field(ge=1, le=7)] = 5
    """The largest invoice that is sent, 1 to 7: Amazon takes 10 MB a mail, and in a mail a file grows by a third."""
    unchanged_for: values.Duration = timedelta(seconds=30)
    """How long a file must have been left alone: it may still be written to. 5s to 1h."""
    image_only: Annotated[str, one_of("hold", "accept")] = "hold"
    """
    What is done with a PDF that holds no text, such as a scan: nothing in it shows whose invoice it is. hold: it is not
    sent, and the digest says so. accept: its file name decides.
    """
    mail: Annotated[str, one_of("never", "at_shipping")] = "never"
    """
    Whether the invoice is sent in a mail of its own: never, or at_shipping (as soon as the order is shipped and the
    invoice is there). That mail is then the one mail about the order that Amazon allows: see feedback.
    """
