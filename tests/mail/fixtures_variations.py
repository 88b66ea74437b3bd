"""
The same buyer message as other stations leave it: charsets, dashes, display names, envelopes, results of our server.
"""

from dataclasses import replace

from mail.builders import ORDER, SELLER, buyer_message, no_response_link
from mail.fixture import ALIAS, Fixture, buyer
from mail.templates import SURVEY, message_page, message_text

from responder.core.kinds import Authentic

UK = "amazon.co.uk"


def _in_charset(language: str, store: str, words: str, charset: str) -> Fixture:
    """Return a buyer message whose body is in another charset than UTF-8."""
    return buyer(f"{language}-charset-{charset}", store, words, "RFC 2045: the charset is the part's", charset=charset)


CHARSETS = [
    _in_charset("it", "amazon.it", "La lampada è arrivata, però è rotta.", "iso-8859-1"),
    _in_charset("de", "amazon.de", "Wo ist meine Lampe? Sie kostet 39 €.", "iso-8859-15"),
    _in_charset("fr", "amazon.fr", "Où est-elle ? L’abat-jour coûte 39 €…", "windows-1252"),
    _in_charset("pl", "amazon.pl", "Gdzie jest żarówka?", "iso-8859-2"),
    _in_charset("tr", "amazon.com.tr", "Lambanın ışığı çok güçlü.", "iso-8859-9"),
    _in_charset("ja", "amazon.co.jp", "ランプはいつ届きますか。", "iso-2022-jp"),
    _in_charset("ja", "amazon.co.jp", "ランプはいつ届きますか。", "shift_jis"),
    _in_charset("ar", "amazon.eg", "متى يصل المصباح؟", "windows-1256"),
]


def _rewritten(name: str, store: str, language: str, words: str, old: str, new: str, note: str) -> Fixture:
    """Return a buyer message in whose template `old` became `new` on the way."""
    body = message_text(language, words, ORDER, no_response_link(store))
    assert old in body
    return buyer(f"{language}-{name}", store, words, note, body=body.replace(old, new))


UNKNOWN_MARKERS = (
    "Je hebt een bericht ontvangen.\n\n------------- Bericht: -------------\n\nWaar blijft de lamp?\n\n"
    f"------------- Einde bericht -------------\n\n{no_response_link('amazon.nl')}\n{SURVEY}\n"
)
MARKERS = [
    _rewritten("em-dashes", "amazon.it", "it", "Dov'è?", "-------------", "—————",
               "other dashes, as a client writes them"),
    _rewritten("no-break-space", "amazon.fr", "fr", "Où est-elle ?", "Message:", "Message\N{NO-BREAK SPACE}:",
               "a no-break space before the colon"),
    _rewritten("upper-case", UK, "en", "Where is it?", "End message", "END MESSAGE", "case does not matter"),
    _rewritten("no-blank-lines", "amazon.com.br", "pt", "Onde está?", "\n\n", "\n", "a gateway dropped blank lines"),
    _rewritten("unknown-end", UK, "en", "Where is it?", "End message", "Slut",
               "S: with a begin and no known end, the next dashed marker is the end"),
    _rewritten("one-blank-in-begin", "amazon.com.br", "pt", "Onde está?", "Mensagem:  -", "Mensagem: -",
               "P: the template has two blanks there; a gateway leaves one"),
    buyer("en-quotes-inside-the-template", UK, "You wrote:\n> it leaves tomorrow\nIt did not, on 25/12/2026.",
          "what the buyer quotes inside the markers is the buyer's own"),
    buyer("nl-unknown-markers-with-page", "amazon.nl", "Waar blijft de lamp?",
          "S: the words of the markers are not known: the <pre> block of the HTML beside them is the anchor",
          buyer_name="Sanne", body=UNKNOWN_MARKERS,
          page=message_page("Waar blijft de lamp?", ORDER, no_response_link("amazon.nl"))),
    buyer("nl-unknown-markers", "amazon.nl", "Waar blijft de lamp?",
          "W: text alone and words that nobody knows: what stands between two dashed markers",
          buyer_name="Sanne", body=UNKNOWN_MARKERS),
    buyer("ja-line-breaks-in-page", "amazon.co.jp", "一\n二 & <三>", "S: <br> and references inside the <pre> block",
          page=message_page("一\n二 & <三>", ORDER, no_response_link("amazon.co.jp")).replace("一\n", "一<br>")),
    buyer("sv-empty-text-part", "amazon.se", "Var är lampan?", "an empty text part beside the HTML",
          body="\n", page=message_page("Var är lampan?", ORDER, no_response_link("amazon.se"))),
]  # fmt: skip


def _named(name: str, shown: str, expected: str | None, note: str) -> Fixture:
    """Return a buyer message with this From, and the name to greet with."""
    made = buyer(
        f"fr-name-{name}", "amazon.fr", "Bonjour !", note, from_header=f"{shown} <{ALIAS}@marketplace.amazon.fr>"
    )
    return replace(made, buyer_name=expected)


NAMES = [
    _named("old-suffix", '"Camille - Amazon Marketplace"', "Camille", "S: the old template's suffix is no name"),
    _named("with-comma", '"Martin, Camille"', "Martin, Camille", "a quoted comma does not end an address"),
    _named("accents", "Zoé Łęcka", "Zoé Łęcka", "encoded words in the phrase alone"),
    _named("none", "", None, "no display name: nobody is greeted by name"),
    _named("link", '"See https://evil.example"', None, "a link is no name"),
    _named("shop-other-case", '"MAISON EXEMPLE"', None, "S: our own name, in capitals"),
]


def _arrived(name: str, note: str, *results: str, **extra: str) -> Fixture:
    """Return a genuine buyer message with these results of our server and more of what transport adds."""
    top = "".join(f"Authentication-Results: {value}\r\n" for value in results)
    fields = {key.replace("_", "-"): value for key, value in extra.items()}
    made = buyer(f"fr-{name}", "amazon.fr", "Bonjour, où est mon colis ?", note)
    raw = top.encode() + buyer_message(auth=None if results else "pass", extra_headers=fields)
    return replace(made, raw=raw)


ARRIVALS = [
    _arrived("signed-twice", "two signatures: Amazon's mail service and the store; the aligned one counts",
             "mx.example.com; dkim=pass header.d=amazonses.com; dkim=pass header.d=amazon.fr"),
    _arrived("results-of-many-methods", "comments, properties and methods beside those that count",
             'mx.example.com; dkim=pass header.i=@amazon.fr header.s=s1 header.b="a/b+c=";\r\n '
             "spf=pass (mx.example.com: domain of 0102@eu-west-1.amazonses.com designates 192.0.2.1) "
             "smtp.mailfrom=0102@eu-west-1.amazonses.com;"
             "\r\n dmarc=pass (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from=marketplace.amazon.fr"),
    _arrived("results-above-others", "ours is topmost; what stands below does not count",
             "mx.example.com; dmarc=pass header.from=marketplace.amazon.fr", "relay.example.net; dmarc=fail"),
    _arrived("bounce-address-as-envelope", "W: the relay's envelope sender is Amazon's machinery, no sign of a robot",
             Return_Path="<bounces-1@bounces.amazon.com>"),
    _arrived("list-post-no", "Auto-Submitted: no is a person's", Auto_Submitted="no"),
    _arrived("forwarded-to-us", "Delivered-To and the like are ordinary", Delivered_To=SELLER, X_Original_To=SELLER),
]  # fmt: skip
ONLY_SES = replace(
    _arrived("signed-by-the-service-alone", "anybody may send through the mail service: no proof of the store",
             "mx.example.com; dkim=pass header.d=amazonses.com; spf=pass smtp.mailfrom=0102@eu-west-1.amazonses.com"),
    authentic=Authentic.UNKNOWN,
)  # fmt: skip

VARIATIONS: list[Fixture] = [*CHARSETS, *MARKERS, *NAMES, *ARRIVALS, ONLY_SES]
