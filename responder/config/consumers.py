"""
The values each part of the program takes, made from a configuration that was loaded without a problem.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from responder.adapters import catalogue, closures, credentials, holidays
from responder.config.load import Loaded
from responder.config.model import Account, Config, Server
from responder.core.acknowledge import AcknowledgePolicy
from responder.core.amazon import Catalogue
from responder.core.calendars import Calendar, Holiday, WorkingHours
from responder.core.deadlines import AnswerPolicy


def calendar_of(loaded: Loaded, years: Iterable[int]) -> Calendar:
    """Return the seller's calendar; the public holidays are those of `years`."""
    section = loaded.config.working_hours
    zone = section.timezone or loaded.config.timezone
    public: Mapping[date, Holiday] = {}
    if section.holidays.country:
        public = holidays.public_holidays(section.holidays.country, section.holidays.subdivision, years)
    files = [closures.load(loaded.calendars / name) for name in section.holidays.calendars]
    return Calendar(
        WorkingHours(ZoneInfo(zone.key), dict.fromkeys(section.days, tuple(sorted(section.hours)))),
        public,
        tuple(closure for closed, _ in files for closure in closed),
        tuple(day for _, extra in files for day in extra),
    )


def answer_policy(config: Config) -> AnswerPolicy:
    """Return how long an answer may take."""
    section = config.deadlines
    return AnswerPolicy(section.answer_within, section.a_to_z, section.acknowledgement_counts)


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
        per_hour=config.limits.acknowledgements_per_hour,
        per_day=config.limits.acknowledgements_per_day,
        languages=frozenset(template_languages),
        fallback_language=None,  # a language that is missing is no reason to write in another: `check` names it
        marketplaces=frozenset(account.seller.marketplaces),
    )


def catalogue_of(loaded: Loaded) -> Catalogue:
    """Return Amazon's formats, the seller's own rows first."""
    return catalogue.load(loaded.formats)


def languages_of(loaded: Loaded) -> frozenset[str]:
    """Return the languages buyers of the configured marketplaces are written to in."""
    known = catalogue_of(loaded)
    named = (known.by_name(name) for account in loaded.config.accounts for name in account.seller.marketplaces)
    return frozenset(each.language for each in named if each)


def password_of(server: Server, folder: Path, environ: Mapping[str, str]) -> str:
    """Return the password of a mail server, read anew at every call."""
    if server.password is None:  # the loader refuses it
        raise AssertionError(server.host)
    return credentials.secret(server.password, folder, environ)
