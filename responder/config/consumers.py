"""
The values each part of the program takes, made from a configuration that was loaded without a problem.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from responder.adapters import catalogue, credentials, languages
from responder.adapters.invoices import InvoiceSettings
from responder.adapters.invoices.values import MEGABYTE
from responder.config.loaded import Loaded
from responder.config.model import Account, Config, Server
from responder.core import compose, plan
from responder.core.acknowledge import AcknowledgePolicy
from responder.core.amazon import Catalogue
from responder.core.breaker import Limits
from responder.core.deadlines import AnswerPolicy
from responder.core.detecting import Detector
from responder.core.feedback_values import FeedbackPolicy
from responder.core.orders import Channel
from responder.core.waking import Waking


def answer_policy(config: Config) -> AnswerPolicy:
    """Return how long an answer may take."""
    section = config.deadlines
    return AnswerPolicy(
        answer_within=section.answer_within,
        a_to_z=section.a_to_z,
        acknowledgement_counts=section.acknowledgement_counts,
        chargeback=section.chargeback,
        return_request=section.return_request,
        cancellation_request=section.cancellation_request,
    )


def waking_of(config: Config) -> Waking | None:
    """Return when the operator may be told; None: at any time."""
    hours = config.operator.waking_hours
    return Waking(hours, config.timezone) if hours else None


def acknowledge_policy(config: Config, template_languages: Collection[str], account: Account) -> AcknowledgePolicy:
    """Return when a buyer of this account gets an acknowledgement."""
    section = config.acknowledgements
    return AcknowledgePolicy(
        enabled=section.enabled,
        when=frozenset(section.when),
        once_per=section.once_per,
        delay=section.delay,
        max_age=section.max_age,
        answer_margin=section.answer_margin,
        per_buyer_per_day=config.limits.per_buyer_per_day,
        languages=frozenset(template_languages),
        fallback_language=None,  # a language that is missing is no reason to write in another: `check` names it
        marketplaces=frozenset(account.seller.marketplaces),
    )


def feedback_policy(config: Config, account: Account) -> FeedbackPolicy:
    """Return which buyers of this account are asked for feedback, and when."""
    section = config.feedback
    return FeedbackPolicy(
        enabled=section.enabled,
        days_after_delivery=section.days_after_delivery,
        transit_days=section.transit_days,
        invoice=section.invoice,
        send_between=section.send_between,
        per_day=section.per_day,
        invoice_at_shipping=config.invoices.mail == "at_shipping",
        after_invoice_mail=section.after_invoice_mail,
        marketplaces=frozenset(account.seller.marketplaces),
        excluded_channels=frozenset(map(Channel, section.exclude.channels)),
        excluded_marketplaces=frozenset(section.exclude.marketplaces),
        excluded_skus=section.exclude.skus,
        orders_before=section.exclude.orders_before,
    )


def limits_of(config: Config) -> Limits:
    """Return how many mails to buyers may leave before sending stops, and how many one buyer gets."""
    limits = config.limits
    return Limits(
        per_hour=limits.acknowledgements_per_hour,
        per_day=limits.acknowledgements_per_day,
        per_buyer=limits.per_buyer_per_day,
        requests=2 * config.feedback.per_day,
    )


def invoice_settings(loaded: Loaded, account: Account) -> InvoiceSettings:
    """Return where this account's invoices are and which are good."""
    section = loaded.config.invoices
    return InvoiceSettings(
        folder=loaded.folder / section.folder,
        name=section.name,
        max_size=section.max_megabytes * MEGABYTE,
        unchanged_for=section.unchanged_for,
        image_only="accept" if section.image_only == "accept" else "hold",
        subfolder=account.name,
    )


def catalogue_of(loaded: Loaded) -> Catalogue:
    """Return Amazon's formats, the seller's own rows first."""
    return catalogue.load(loaded.formats)


def languages_of(loaded: Loaded) -> frozenset[str]:
    """Return the languages buyers of the configured marketplaces are written to in, of some in several."""
    known = catalogue_of(loaded)
    named = (known.by_name(name) for account in loaded.config.accounts for name in account.seller.marketplaces)
    return frozenset(language for each in named if each for language in each.texts)


def languages_needed(loaded: Loaded, kind: str) -> frozenset[str]:
    """Return the languages in which mail of this kind is sent or drafted: none where the seller sends none."""
    config = loaded.config
    asks = config.feedback.enabled
    sent = {
        compose.ACKNOWLEDGEMENT: config.acknowledgements.enabled,
        compose.FEEDBACK_REQUEST: asks,
        compose.INVOICE: asks and config.invoices.mail != "never",
        plan.TEMPLATE: False,  # for Amazon, which reads English everywhere
    }
    return languages_of(loaded) if sent.get(kind, True) else frozenset()


def detector_of(config: Config) -> Detector | None:
    """Return what guesses the language of a buyer's words, where the seller wants that."""
    return languages.load() if config.acknowledgements.language == "detected" else None


def password_of(server: Server, folder: Path, environ: Mapping[str, str]) -> str:
    """Return the password of a mail server, read anew at every call."""
    if server.password is None:  # the loader refuses it
        raise AssertionError(server.host)
    return credentials.secret(server.password, folder, environ)
