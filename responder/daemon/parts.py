"""
The configuration turned into what each task is handed: nobody below the daemon sees the configuration itself.
"""

import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from responder import __version__
from responder.adapters import calendar_data, rules, templates, translations
from responder.adapters.imap import ImapSettings, Role
from responder.adapters.invoices import TextReader
from responder.adapters.smtp import SmtpSettings
from responder.adapters.store import Store, health, meta
from responder.adapters.store.order_news import Place
from responder.adapters.templates import Template
from responder.config.calendars import calendar_of
from responder.config.consumers import (
    acknowledge_policy,
    answer_policy,
    catalogue_of,
    detector_of,
    limits_of,
    password_of,
    waking_of,
)
from responder.config.fingerprint import calendar_fingerprint
from responder.config.loaded import Loaded
from responder.config.model import Account, Server
from responder.config.rates import measured_of
from responder.core.acknowledge import TEMPLATE
from responder.core.amazon import Catalogue
from responder.core.breaker import Limits
from responder.core.calendars import Calendar
from responder.core.classify import OwnAddresses
from responder.core.operator import Operator
from responder.core.resolved import MadeFrom
from responder.core.wording import Sites
from responder.daemon import asking, intaking, listening, watching
from responder.tasks.account_health import Watch
from responder.tasks.ask import Asker
from responder.tasks.calendars import Planner
from responder.tasks.canary import Canaries
from responder.tasks.heartbeat import Heartbeat
from responder.tasks.intake import Intake
from responder.tasks.receive import FolderSettings, Judge, Verifier
from responder.tasks.report import Reporter
from responder.tasks.silence import Listening

YEARS_AHEAD = 3
AFTER_DIGEST = "after_digest"
WORDS = {"none": 0, "short": 140, "full": 1000}
"""Characters of a buyer's words in the digest, by `operator.digest.snippets`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountParts:
    """One account's tasks, ready to start."""

    name: str
    sender: str
    judge: Judge
    asker: Asker
    folders: tuple[FolderSettings, ...]
    smtp: SmtpSettings
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything the daemon runs."""

    accounts: tuple[AccountParts, ...]
    operator: Operator
    reporter: Reporter
    planner: Planner
    watch: Watch
    intake: Intake | None
    reader: TextReader
    started_at: datetime
    loaded: Loaded
    canaries: Canaries
    listening: Listening
    heartbeat: Heartbeat | None


def calendar(loaded: Loaded, now: datetime) -> Calendar:
    """Return the seller's calendar, from the year before `now` to a few years ahead."""
    return calendar_of(loaded, range(now.year - 1, now.year + YEARS_AHEAD + 1))


def own_addresses(accounts: Iterable[Account], *more: str) -> OwnAddresses:
    """Return the addresses these accounts write from, `more` of ours, and the shops' names."""
    ours = {each.lower() for each in more}
    names: set[str] = set()
    for account in accounts:
        ours |= {account.from_.spec.lower(), *(alias.lower() for alias in account.aliases)}
        names |= {account.seller.name, account.from_.name} - {""}
    return OwnAddresses(frozenset(ours), frozenset(names))


def seller_central(catalogue: Catalogue) -> Mapping[str, str]:
    """Return each marketplace's Seller Central host, and the paths behind it."""
    return Sites({each.name: each.seller_central for each in catalogue.marketplaces}, catalogue.paths)


@dataclass(frozen=True, slots=True)
class Office:
    """What the decisions of all accounts rest on alike; reading it takes longer than all the rest of a start."""

    loaded: Loaded
    calendar: Calendar
    texts: Mapping[str, Template]
    own: OwnAddresses
    catalogue: Catalogue

    @property
    def template(self) -> Template:
        """The text of acknowledgements."""
        return self.texts[TEMPLATE]


def office(loaded: Loaded, now: datetime) -> Office:
    """Read the seller's calendar and texts."""
    config = loaded.config
    return Office(
        loaded,
        calendar(loaded, now),
        templates.load(loaded.templates),
        own_addresses(config.accounts, config.operator.email),
        catalogue_of(loaded),
    )


def judge(shared: Office, account: Account, *, first_start_at: datetime, instance: meta.Instance) -> Judge:
    """Return what the decisions of `account` rest on."""
    config = shared.loaded.config
    return Judge(
        account=account.name,
        catalogue=shared.catalogue,
        own=shared.own,
        mine=own_addresses([account]),
        authserv_id=account.authserv_id,
        calendar=shared.calendar,
        answer=answer_policy(config),
        acknowledge=acknowledge_policy(config, frozenset(shared.template.bodies), account),
        template=shared.template,
        rules=rules.load(),
        instance=instance,
        seller_name=account.seller.name,
        from_name=account.from_.name or account.seller.name,
        from_address=account.from_.spec,
        first_start_at=first_start_at,
        warn_before=config.operator.warn_before,
        waking=waking_of(config),
        bcc=account.answers.bcc,
        detector=detector_of(config),
        no_response_keyword=account.answers.no_response_keyword,
        notice_keyword=config.notices.keyword,
        operator=config.operator.email,
        obeys_links=config.operator.digest.actions.enabled,
        accounts=tuple(each.name for each in config.accounts),
    )


def build(
    loaded: Loaded,
    store: Store,
    now: datetime,
    environ: Mapping[str, str] = os.environ,
    *,
    starts: bool = True,
    verifier: Verifier | None = None,
) -> Parts:
    """
    Return what the daemon runs; notes the first start of an account that is new, if this `starts` it.

    Without a `verifier` no DKIM signature is checked; commands that only look need none, and it takes long to import.
    """
    config = loaded.config
    instance = store.run(meta.instance)
    first_starts = {each.account: each.first_start_at for each in store.run(health.health)}
    if starts:
        first_starts |= {each.name: store.run(health.account_started, each.name, now) for each in config.accounts}
    shared, reader = office(loaded, now), TextReader()
    accounts = tuple(
        _account(
            loaded,
            account,
            judge(shared, account, first_start_at=first_starts.get(account.name, now), instance=instance),
            asking.asker(loaded, account, asking.writer(account, shared.texts, shared.catalogue, instance), reader),
            environ,
            verifier,
        )
        for account in config.accounts
    )
    operator = operator_of(loaded, accounts[0].judge)
    return Parts(
        accounts=accounts,
        operator=operator,
        reporter=_reporter(loaded, accounts[0], operator, store.folder),
        planner=_planner(loaded, accounts[0], operator),
        watch=watching.watch(loaded, operator, shared.calendar, shared.texts, shared.catalogue),
        intake=intaking.intake(loaded, shared.catalogue),
        reader=reader,
        started_at=min(account.judge.first_start_at for account in accounts),
        loaded=loaded,
        canaries=listening.canaries(loaded, operator),
        listening=listening.listening(loaded, operator),
        heartbeat=listening.heartbeat(loaded, environ),
    )


def operator_of(loaded: Loaded, first: Judge) -> Operator:
    """Return whom to tell; digest and alerts leave through the first account."""
    return Operator(
        email=loaded.config.operator.email,
        account=first.account,
        from_address=first.from_address,
        from_name="Buyer Responder",
        instance=first.instance.id,
        secret=first.instance.secret,
        zone=loaded.config.timezone,
        hosts=seller_central(first.catalogue),
        waking=first.waking,
        cancelling=first.catalogue.cancelling,
        speech=translations.speech(loaded.config.operator.language),
    )


def _reporter(loaded: Loaded, first: AccountParts, operator: Operator, folder: Path | None) -> Reporter:
    config = loaded.config
    return Reporter(
        operator=operator,
        accounts=tuple(account.name for account in config.accounts),
        at=config.operator.digest.at,
        days=config.operator.digest.days,
        calendar=first.judge.calendar,
        answer=first.judge.answer,
        version=__version__,
        marks_seen=config.notices.mark_seen == AFTER_DIGEST,
        dry_run=config.dry_run,
        orders=Place(
            zones={each.name: ZoneInfo(each.timezone) for each in first.judge.catalogue.marketplaces},
            zone=config.timezone,
            folder=config.invoices.folder,
        ),
        rates=measured_of(loaded),
        words=WORDS[config.operator.digest.snippets],
        links_for=config.operator.digest.actions.valid_for if config.operator.digest.actions.enabled else None,
        folder=folder,
    )


def _planner(loaded: Loaded, first: AccountParts, operator: Operator) -> Planner:
    return Planner(
        operator=operator,
        calendar=first.judge.calendar,
        made_from=made_from(loaded),
        answer_within=first.judge.answer.answer_within,
        warn_closing=loaded.config.operator.warn_closing,
    )


def made_from(loaded: Loaded) -> MadeFrom:
    """Return what the seller's calendar is made from at this start."""
    zone = loaded.config.working_hours.timezone or loaded.config.timezone
    return MadeFrom(
        fingerprint=calendar_fingerprint(loaded),
        holidays=calendar_data.holidays_version(),
        tzdata=calendar_data.time_zone_version(zone.key),
        program=__version__,
    )


def _account(
    loaded: Loaded,
    account: Account,
    judged: Judge,
    asks: Asker,
    environ: Mapping[str, str],
    verifier: Verifier | None,
) -> AccountParts:
    imap = imap_settings(loaded, account, environ)
    notices = loaded.config.notices
    folders = tuple(
        FolderSettings(
            imap=imap,
            role=role,
            history=account.history,
            mark_seen=notices.mark_seen,
            keyword=notices.keyword,
            verifier=verifier if account.verify_dkim else None,
        )
        for role in _roles(account)
    )
    return AccountParts(
        name=account.name,
        sender=account.from_.spec,
        judge=judged,
        asker=asks,
        folders=folders,
        smtp=smtp_settings(loaded, account, environ),
        limits=limits_of(loaded.config),
    )


def _roles(account: Account) -> tuple[Role, ...]:
    """Return which folders are watched: the one of messages that need no answer only where it is named."""
    more = (Role.NO_RESPONSE,) if account.answers.no_response_folder else ()
    return (Role.INBOX, Role.SENT, *more)


def imap_settings(loaded: Loaded, account: Account, environ: Mapping[str, str]) -> ImapSettings:
    """Return how to reach the account's mailbox."""
    server = account.imap
    return ImapSettings(
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username,
        password=partial(password_of, server, loaded.folder, environ),
        inbox=account.folders.inbox,
        sent=account.folders.sent,
        no_response=account.answers.no_response_folder,
        ca_file=_ca_file(loaded.folder, server),
        idle_round=server.idle_round,
    )


def smtp_settings(loaded: Loaded, account: Account, environ: Mapping[str, str]) -> SmtpSettings:
    """Return how to hand the account's mail in."""
    server = account.smtp
    return SmtpSettings(
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username,
        password=partial(password_of, server, loaded.folder, environ),
        local_hostname=socket.gethostname() or "localhost",
        ca_file=_ca_file(loaded.folder, server),
    )


def _ca_file(folder: Path, server: Server) -> Path | None:
    return folder / server.ca_file if server.ca_file else None
