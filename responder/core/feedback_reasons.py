"""
Why an order's buyer is asked for feedback or not: stable codes, and each as a sentence.
"""

from enum import StrEnum

from responder.core.speech import kept, noted


class FeedbackReason(StrEnum):
    """Stable codes; scripts and stored decisions rely on them. docs/feedback.md lists them in this order."""

    ASKED = "asked"
    CANCELLED_BY_YOU = "cancelled_by_you"
    DISABLED = "disabled"

    NOT_AMAZON = "not_amazon"
    MARKETPLACE_NOT_OURS = "marketplace_not_ours"
    EXCLUDED_MARKETPLACE = "excluded_marketplace"
    EXCLUDED_CHANNEL = "excluded_channel"
    EXCLUDED_SKU = "excluded_sku"
    EXCLUDED_DATE = "excluded_date"

    CANCELLED = "cancelled"
    CHARGED_BACK = "charged_back"
    CLAIMED = "claimed"
    REFUNDED = "refunded"
    RETURNED = "returned"
    CANCELLATION_REQUESTED = "cancellation_requested"
    NEGATIVE_FEEDBACK = "negative_feedback"
    FEEDBACK_GIVEN = "feedback_given"

    SHIPPED_LATE = "shipped_late"
    DELIVERED_LATE = "delivered_late"
    NOT_SHIPPED_IN_TIME = "not_shipped_in_time"

    SUPPRESSED = "suppressed"
    THREAD_OVERDUE = "thread_overdue"
    ONE_PROACTIVE_MAIL = "one_proactive_mail"
    BUSINESS_INVOICE = "business_invoice"
    NO_SHIPMENT_KNOWN = "no_shipment_known"
    INVOICE_NEVER_CAME = "invoice_never_came"
    TOO_LATE = "too_late"

    NOT_SHIPPED = "not_shipped"
    TOO_SOON = "too_soon"
    OUTSIDE_HOURS = "outside_hours"
    THREAD_OPEN = "thread_open"
    DAILY_CAP = "daily_cap"
    IN_OUTBOX = "in_outbox"

    IN_OUTBOX_HELD = "in_outbox_held"
    NOT_WRITTEN = "not_written"
    MESSAGING_FLAGGED = "messaging_flagged"
    MARKETPLACE_UNKNOWN = "marketplace_unknown"
    NO_ADDRESS = "no_address"
    INVOICE_MISSING = "invoice_missing"
    INVOICE_REFUSED = "invoice_refused"
    INVOICE_USED = "invoice_used_for_another_order"


INVOICE_REASONS = frozenset(
    {FeedbackReason.INVOICE_MISSING, FeedbackReason.INVOICE_REFUSED, FeedbackReason.INVOICE_USED}
)
"""The request waits for the invoice, and for nothing else."""

PASSING = frozenset({FeedbackReason.OUTSIDE_HOURS, FeedbackReason.THREAD_OPEN, FeedbackReason.DAILY_CAP})
"""What passes by itself, without a report or a person."""

FOR_EVER = frozenset(
    {
        FeedbackReason.ASKED,
        FeedbackReason.CANCELLED_BY_YOU,
        FeedbackReason.CANCELLED,
        FeedbackReason.CHARGED_BACK,
        FeedbackReason.CLAIMED,
        FeedbackReason.REFUNDED,
        FeedbackReason.RETURNED,
        FeedbackReason.CANCELLATION_REQUESTED,
        FeedbackReason.NEGATIVE_FEEDBACK,
        FeedbackReason.FEEDBACK_GIVEN,
    }
)
"""What happened does not unhappen: no later report and no change of the configuration makes us ask after all."""

SENTENCES = {
    FeedbackReason.ASKED: "The buyer was asked",
    FeedbackReason.CANCELLED_BY_YOU: "You cancelled the mail",
    FeedbackReason.DISABLED: "Requests for feedback are switched off",
    FeedbackReason.NOT_AMAZON: "It was not sold on Amazon",
    FeedbackReason.MARKETPLACE_NOT_OURS: "The account does not sell on its marketplace",
    FeedbackReason.EXCLUDED_MARKETPLACE: "Its marketplace is excluded",
    FeedbackReason.EXCLUDED_CHANNEL: "Who ships it is excluded",
    FeedbackReason.EXCLUDED_SKU: "One of its SKUs is excluded",
    FeedbackReason.EXCLUDED_DATE: "It is older than the orders that are asked about",
    FeedbackReason.CANCELLED: "It was cancelled",
    FeedbackReason.CHARGED_BACK: "The payment was disputed",
    FeedbackReason.CLAIMED: "The buyer opened an A-to-z claim",
    FeedbackReason.REFUNDED: "It was refunded",
    FeedbackReason.RETURNED: "It came back, or the buyer asked to return it",
    FeedbackReason.CANCELLATION_REQUESTED: "The buyer asked to cancel it",
    FeedbackReason.NEGATIVE_FEEDBACK: "The buyer gave negative feedback",
    FeedbackReason.FEEDBACK_GIVEN: "The buyer gave feedback already",
    FeedbackReason.SHIPPED_LATE: "It was shipped after its ship-by day",
    FeedbackReason.DELIVERED_LATE: "It was delivered after the promised day",
    FeedbackReason.NOT_SHIPPED_IN_TIME: "Its ship-by day is over, and no shipment is known",
    FeedbackReason.SUPPRESSED: "Nothing is written to this buyer or about this order",
    FeedbackReason.THREAD_OVERDUE: "A message of this buyer was not answered in time",
    FeedbackReason.ONE_PROACTIVE_MAIL: "The buyer had a mail about this order already: one is all there is",
    FeedbackReason.BUSINESS_INVOICE: "An invoice for Amazon Business counts only when it is uploaded at Amazon",
    FeedbackReason.NO_SHIPMENT_KNOWN: "No shipping date became known",
    FeedbackReason.INVOICE_NEVER_CAME: "Its invoice did not come in time",
    FeedbackReason.TOO_LATE: "The time in which Amazon allows it is over",
    FeedbackReason.NOT_SHIPPED: "No shipping date is known yet",
    FeedbackReason.TOO_SOON: "It is too soon after the delivery",
    FeedbackReason.OUTSIDE_HOURS: "It is outside the hours for sending",
    FeedbackReason.THREAD_OPEN: "A message of this buyer waits for an answer",
    FeedbackReason.DAILY_CAP: "As many mails as allowed were written in 24 hours",
    FeedbackReason.IN_OUTBOX: "The mail is written and waits to be sent",
    FeedbackReason.IN_OUTBOX_HELD: "The mail is written and held: responder outbox --held",
    FeedbackReason.NOT_WRITTEN: "The mail could not be written",
    FeedbackReason.MESSAGING_FLAGGED: noted("Amazon's performance report warns of the messages to buyers"),
    FeedbackReason.MARKETPLACE_UNKNOWN: noted("No report says on which marketplace it was sold"),
    FeedbackReason.NO_ADDRESS: noted("No report and no message names the buyer's relay address"),
    FeedbackReason.INVOICE_MISSING: "Its invoice is missing",
    FeedbackReason.INVOICE_REFUSED: "Its invoice cannot be used",
    FeedbackReason.INVOICE_USED: "Its invoice went to another order",
}


def words(reason: str, detail: str = "") -> str:
    """Return a kept reason as one plain sentence; a code that is not known here is shown as it is."""
    known = reason in set(FeedbackReason)
    sentence = kept(SENTENCES[FeedbackReason(reason)]) if known else reason
    return f"{sentence}: {detail}." if detail else f"{sentence}."
