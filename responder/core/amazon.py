"""
Amazon's marketplaces, senders and notification types as values, and the relay addresses of its buyers.

The facts are data (responder/data/*.yaml), each with its source and grade; this module only says how they are read.
A domain is compared label by label from the right: `amazon.com.example.net` is not Amazon.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Marketplace:
    """
    One Amazon store. `written_in`: the languages a buyer is written to in, where one is not enough.

    `eastern_timezone`: the easternmost one in which many buyers live, where that is not `timezone`.
    """

    name: str
    id: str
    relay_domain: str
    language: str
    languages: tuple[str, ...]
    written_in: tuple[str, ...]
    country: str
    timezone: str
    currency: str
    seller_central: str
    source: str
    grade: str
    eastern_timezone: str | None = None

    @property
    def promised_in(self) -> str:
        """The time zone in which a promised day is named: it must not be over for any buyer before it is for us."""
        return self.eastern_timezone or self.timezone

    @property
    def texts(self) -> tuple[str, ...]:
        """The languages of an automatic mail to its buyers, one text after the other."""
        return self.written_in or (self.language,)


@dataclass(frozen=True, slots=True)
class NotificationType:
    """What one value of X-Space-Notification-Type means; `urgent`: a person must confirm that it was seen."""

    name: str
    kind: str
    notice_type: str | None
    source: str
    grade: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SenderRule:
    """
    What a local part at an Amazon domain means when no header says more; no `domains` means every Amazon domain.

    `news`: a newsletter about policies is no policy warning: only wording limited to this sender counts.
    """

    local: str
    domains: tuple[str, ...]
    kind: str
    notice_type: str | None
    settled: bool
    source: str
    grade: str
    urgent: bool = False
    news: bool = False


@dataclass(frozen=True, slots=True)
class SubjectRule:
    """What a subject or a sentence of the body means in a mail from Amazon; no `senders` means every Amazon sender."""

    kind: str
    notice_type: str | None
    language: str | None
    subject: str
    body: str
    senders: tuple[str, ...]
    name_follows: bool
    settled: bool
    source: str
    grade: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Markers:
    """The words around the buyer's own words in one language's template; `bare`: they may stand without dashes."""

    language: str
    intro: tuple[str, ...]
    begin: tuple[str, ...]
    end: tuple[str, ...]
    resolve: tuple[str, ...]
    bare: bool
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class DeadlinePhrase:
    """How a language names a limit: `before`, a number, `days` or `hours`; or a number, `days` or `hours`, `after`."""

    language: str
    before: tuple[str, ...]
    days: tuple[str, ...]
    hours: tuple[str, ...]
    after: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class QuoteMarks:
    """How mail programs of one language introduce the mail that an answer quotes."""

    language: str
    wrote: tuple[str, ...]
    separators: tuple[str, ...]
    first: tuple[str, ...]
    others: tuple[str, ...]
    subject: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class CurrencyMark:
    """A sign that stands for one of these currencies (ISO 4217)."""

    mark: str
    codes: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a value in a notice, or above a column of its table."""

    field: str
    language: str
    labels: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class NoResponsePhrase:
    """How Amazon says that a message needs no answer: in its subject, or in its own words around the buyer's."""

    phrase: str
    where: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """
    How one language says that a claim or a dispute was `granted` to the buyer, or `denied`.

    A sentence with one of `unless` ("if the claim was granted") says neither.
    """

    language: str
    granted: tuple[str, ...]
    denied: tuple[str, ...]
    unless: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class TroubleWords:
    """Words of one language that hint at trouble in a notice of an unknown kind: in its subject, or in its text."""

    language: str
    subject: tuple[str, ...]
    text: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class CancelWords:
    """
    How buyers who write one language ask to cancel an order.

    `asks`: a whole wish ("please cancel"). `cancel` and `order`: they make one where they stand in one sentence.
    `never`: in a sentence with one of these it is no wish to cancel ("do not cancel", "my subscription").
    """

    language: str
    asks: tuple[str, ...]
    cancel: tuple[str, ...]
    order: tuple[str, ...]
    never: tuple[str, ...]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything we know about Amazon's mail."""

    marketplaces: tuple[Marketplace, ...]
    notification_types: tuple[NotificationType, ...]
    senders: tuple[SenderRule, ...]
    subjects: tuple[SubjectRule, ...]
    markers: tuple[Markers, ...]
    deadline_phrases: tuple[DeadlinePhrase, ...]
    quotes: tuple[QuoteMarks, ...]
    currencies: tuple[CurrencyMark, ...]
    labels: tuple[Label, ...]
    link_hosts: tuple[str, ...]
    no_response: tuple[NoResponsePhrase, ...] = ()
    outcomes: tuple[OutcomeWords, ...] = ()
    trouble: tuple[TroubleWords, ...] = ()
    cancelling: tuple[CancelWords, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)  # of Seller Central: what it opens -> the path

    def by_id(self, marketplace_id: str) -> Marketplace | None:
        """Return the store with this SP-API marketplace id."""
        return next((store for store in self.marketplaces if store.id == marketplace_id), None)

    def by_name(self, name: str) -> Marketplace | None:
        """Return the store with this name, "amazon.fr"."""
        return next((store for store in self.marketplaces if store.name == name), None)

    def by_relay_domain(self, domain: str) -> Marketplace | None:
        """Return the store whose buyers write from this domain."""
        return next((store for store in self.marketplaces if store.relay_domain == domain), None)

    def notification_type(self, name: str) -> NotificationType | None:
        """Return what we know of this value of X-Space-Notification-Type."""
        return next((known for known in self.notification_types if known.name == name), None)

    def is_amazon_domain(self, domain: str) -> bool:
        """Return whether `domain` is a store's domain or lies under one."""
        return self.store_of_domain(domain) is not None

    def store_of_domain(self, domain: str) -> Marketplace | None:
        """Return the store whose domain is, or contains, `domain`."""
        return next(
            (store for store in self.marketplaces if domain == store.name or domain.endswith("." + store.name)), None
        )


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """A buyer's address at Amazon's relay. `alias` names the buyer, `full` is where an answer goes."""

    alias: str
    full: str
    case_id: str | None
    marketplace: Marketplace


# Public samples have 15 or 16 characters; one public tool accepts 8 to 32.
_RELAY_LOCAL = re.compile(r"(?P<alias>[a-z0-9]{8,32})(?:\+(?P<case>[a-z0-9-]{8,64}))?", re.ASCII)
_ROBOTS = frozenset({"donotreply", "noresponda", "postmaster", "mailerdaemon"})


def relay_address(spec: str, catalogue: Catalogue) -> RelayAddress | None:
    """Return the relay address `spec` is, or None; `spec` must already be a strict `local@domain`."""
    local, _, domain = spec.rpartition("@")
    store = catalogue.by_relay_domain(domain.lower())
    match = _RELAY_LOCAL.fullmatch(local.lower())
    if store is None or match is None or match["alias"] in _ROBOTS:
        return None
    return RelayAddress(f"{match['alias']}@{store.relay_domain}", f"{local}@{store.relay_domain}", match["case"], store)
