"""
The bodies Amazon writes around a buyer's words: as text with markers, and as HTML with the one `<pre>` block.

The HTML is the same in every language; the text needs words, which are known for the languages of `TEMPLATES`.
"""

from html import escape

from mail.stores import STORES, TEMPLATES

SURVEY = "https://www.amazon.com/survey?customAttribute1Value=BBC_MESSAGE_SENT_TO_MERCHANT&x=1"


def no_response_link(marketplace: str, host: str | None = None) -> str:
    """Return the synthetic "no response needed" link of a store's template."""
    return (
        f"https://{host or f'sellercentral.{marketplace}'}/messaging/no-response-needed?t=SYNTHETIC&m=SYNTHETIC"
        f"&mp={STORES[marketplace][0]}&c=A1SYNTHETIC&h={'0' * 40}&s=1"
    )


def report_link(case_id: str) -> str:
    """Return the footer's link to the conversation, which repeats its case id."""
    return f"https://sellercentral.amazon.com/messaging/inbox?fi=caseId&ss={case_id}&cc={case_id}"


def order_block(order_id: str | None) -> str:
    """Return what the template says of the order, nothing before an order."""
    return f"\n# {order_id}:\n1 / Synthetic lamp [ASIN: B000000000]\n" if order_id else ""


def message_text(language: str, words: str, order_id: str | None, link: str, case_id: str | None = None) -> str:
    """Return the text part of a buyer message with the markers of `language`."""
    intro, begin, end, resolve = TEMPLATES[language]
    case = f"\n{report_link(case_id)}" if case_id else ""
    return (
        f"{intro}\n{order_block(order_id)}\n{begin}\n\n{words}\n\n{end}\n\n{resolve}: {link}{case}\n{SURVEY}\n"
        "SPC-EUAmazon-1\n"
    )


def message_page(words: str, order_id: str | None, link: str, case_id: str | None = None) -> str:
    """Return the HTML part of a buyer message: its only anchor is the style of the block with the words."""
    case = f'<a href="{escape(report_link(case_id))}">z</a>' if case_id else ""
    return (
        '<html><body><p>synthetic intro</p><pre style="white-space: -moz-pre-wrap; white-space: -o-pre-wrap;">'
        f'{escape(words)}</pre><p>{order_block(order_id)}</p><a href="{escape(link)}">x</a>{case}'
        f'<a href="{SURVEY}">y</a></body></html>'
    )
