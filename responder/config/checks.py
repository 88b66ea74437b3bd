"""
What one key alone cannot tell: keys that contradict each other, names nobody knows, files that are not there.

Every check returns findings by path; where they stand in the file is the loader's business. What a later version will
do is refused here as long as it is not done: no key silently does nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from responder import transports
from responder.adapters import catalogue, credentials, languages, metric_rules, translations
from responder.config.model import Account, Config, Server
from responder.config.values import duration_text
from responder.core.amazon import Catalogue
from responder.document import Path as KeyPath
from responder.document import nearest
from responder.errors import ConfigError, Problem, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the key at `path`."""

    path: KeyPath
    problem: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    on_key: bool = False


def settings(config: Config) -> Iterator[Finding]:
    """Yield what is wrong in the file itself."""
    yield from _not_yet(config)
    yield from _durations(config)
    yield from _accounts(config)


def neighbours(config: Config, folder: Path, known: Catalogue) -> Iterator[Finding]:
    """Yield what is wrong with the names and files the configuration points to; no secret is read."""
    yield from _marketplaces(config, known)
    if config.operator.language not in (spoken := translations.languages()):
        yield Finding(("operator", "language"), "the digest does not speak that", f"write one of {', '.join(spoken)}")
    if config.acknowledgements.language == "detected" and not languages.installed():
        where = ("acknowledgements", "language")
        yield Finding(where, "detected needs the extra 'lang'", f"{languages.HINT}, or write marketplace")
    if config.working_hours.holidays.calendars and not (folder / config.calendars).is_dir():
        yield Finding(("calendars",), f"there is no folder {folder / config.calendars}", "make it, or correct the name")
    if config.heartbeat.url is not None:
        yield from _secret(("heartbeat", "url"), config.heartbeat.url, folder)
    for number, account in enumerate(config.accounts):
        for name in ("imap", "smtp"):
            server: Server = getattr(account, name)
            path: KeyPath = ("accounts", number, name)
            if server.ca_file and not (folder / server.ca_file).is_file():
                yield Finding((*path, "ca_file"), f"there is no file {folder / server.ca_file}", "correct the path")
            if server.password is not None:
                yield from _secret((*path, "password"), server.password, folder)


def format_files(config: Config, folder: Path) -> tuple[tuple[Problem, ...], Catalogue]:
    """Return what is wrong with the seller's own rows, and the formats to go on with: else the shipped ones."""
    own = folder / config.formats
    rows = own if own.is_dir() else None
    found: tuple[Problem, ...] = ()
    try:
        known = catalogue.load(rows)
    except ConfigError as error:
        found, known = error.problems, catalogue.load()
    return found + metric_rules.problems(rows, [store.name for store in known.marketplaces]), known


def permissions(config: Config, folder: Path, file: Path) -> Iterator[Problem]:
    """Yield the files that decide what is sent to buyers and that everybody on this machine can change."""
    folders = [each for each in (folder / config.templates, folder / config.formats) if each.is_dir()]
    for place in (file, *folders, *(each for own in folders for each in sorted(own.glob("*.yaml")))):
        try:
            mode = place.stat().st_mode
        except OSError:
            continue
        if mode & 0o002:
            yield Problem(str(place), "everybody on this machine can change it", f"chmod o-w {place}")


def _not_yet(config: Config) -> Iterator[Finding]:
    if config.acknowledgements.enabled and not config.acknowledgements.when:
        hint = "name a closed time, or write enabled: false"
        yield Finding(("acknowledgements", "when"), "is empty: nothing would ever be acknowledged", hint)


def _durations(config: Config) -> Iterator[Finding]:
    hour, day = timedelta(hours=1), timedelta(days=1)
    rules: list[tuple[KeyPath, timedelta, timedelta, timedelta]] = [
        (("operator", "warn_closing"), config.operator.warn_closing, timedelta(0), day),
        (("operator", "unreachable_after"), config.operator.unreachable_after, timedelta(minutes=1), day),
        (("operator", "digest", "actions", "valid_for"), config.operator.digest.actions.valid_for, hour, 60 * day),
        (("deadlines", "answer_within"), config.deadlines.answer_within, hour, 30 * day),
        (("deadlines", "a_to_z"), config.deadlines.a_to_z, hour, 30 * day),
        (("deadlines", "chargeback"), config.deadlines.chargeback, hour, 30 * day),
        (("deadlines", "return_request"), config.deadlines.return_request, hour, 30 * day),
        (("deadlines", "cancellation_request"), config.deadlines.cancellation_request, hour, 30 * day),
        (("acknowledgements", "delay"), config.acknowledgements.delay, timedelta(0), day),
        (("acknowledgements", "max_age"), config.acknowledgements.max_age, timedelta(minutes=10), 7 * day),
        (("acknowledgements", "answer_margin"), config.acknowledgements.answer_margin, timedelta(0), 7 * day),
        (("orders", "check_every"), config.orders.check_every, timedelta(seconds=10), hour),
        (("orders", "unchanged_for"), config.orders.unchanged_for, timedelta(seconds=5), hour),
        (("orders", "warn_ship_by"), config.orders.warn_ship_by, timedelta(0), 5 * day),
        (("heartbeat", "every"), config.heartbeat.every, timedelta(minutes=1), day),
        (("canary", "within"), config.canary.within, timedelta(minutes=1), day),
        (("retention", "mail"), config.retention.mail, 30 * day, 3650 * day),
    ]
    if config.canary.every is not None:
        rules.append((("canary", "every"), config.canary.every, day, 90 * day))
    if config.operator.silent_after is not None:
        rules.append((("operator", "silent_after"), config.operator.silent_after, hour, 60 * day))
    for number, account in enumerate(config.accounts):
        round_ = (("accounts", number, "imap", "idle_round"), account.imap.idle_round)
        rules.append((*round_, timedelta(seconds=30), timedelta(minutes=9)))  # RFC 2177: servers may cut off at 30 min
        rules.append((("accounts", number, "history"), account.history, timedelta(0), 90 * day))
    for path, value, low, high in rules:
        if not low <= value <= high:
            yield Finding(
                path,
                f"must be between {duration_text(low)} and {duration_text(high)}, got {duration_text(value)}",
                "correct it",
            )
    if config.acknowledgements.delay >= config.acknowledgements.max_age:
        yield Finding(("acknowledgements", "delay"), "must be shorter than acknowledgements.max_age", "shorten it")
    for number, before in enumerate(config.operator.warn_before):
        if not timedelta(0) < before < max(config.deadlines.answer_within, hour):
            hint = f"write less than deadlines.answer_within ({duration_text(config.deadlines.answer_within)})"
            yield Finding(("operator", "warn_before", number), "would warn before the message itself", hint)


def _accounts(config: Config) -> Iterator[Finding]:
    names: dict[str, int] = {}
    boxes: dict[tuple[str, str, str], int] = {}
    for number, account in enumerate(config.accounts):
        path: KeyPath = ("accounts", number)
        if names.setdefault(account.name.casefold(), number) != number:
            yield Finding((*path, "name"), f"'{account.name}' is the name of two accounts", "give each its own")
        box = (account.imap.host.casefold(), account.imap.username, account.folders.inbox)
        if boxes.setdefault(box, number) != number:
            yield Finding(
                (*path, "imap"), "this mailbox is already watched by another account", "remove one", on_key=True
            )
        yield from _account(account, path, acknowledging=config.acknowledgements.enabled)
        yield from _answers(account, path, config.notices.keyword)


def _answers(account: Account, path: KeyPath, keyword: str) -> Iterator[Finding]:
    answers, folders = account.answers, account.folders
    if answers.no_response_keyword and answers.no_response_keyword.casefold() == keyword.casefold():
        problem = f"'{keyword}' is the keyword that the program sets itself (notices.keyword)"
        yield Finding((*path, "answers", "no_response_keyword"), problem, "write another one")
    folder = answers.no_response_folder
    if folder and (folder == folders.sent or _same_folder(folder, folders.inbox)):
        problem = f"'{folder}' is watched already: every message in it would count as one that needs no answer"
        yield Finding((*path, "answers", "no_response_folder"), problem, "make a folder of its own")


def _same_folder(one: str, other: str) -> bool:
    """INBOX is the one folder whose name has no case (RFC 9051 section 5.1)."""
    return one == other or one.upper() == other.upper() == "INBOX"


def _account(account: Account, path: KeyPath, *, acknowledging: bool) -> Iterator[Finding]:
    for name, server in (("imap", account.imap), ("smtp", account.smtp)):
        if server.security == "none" and not transports.is_loopback(server.host):
            problem = f"would send the password to {server.host} for everybody to read"
            yield Finding((*path, name, "security"), problem, "write tls, or starttls where the port is 143 or 587")
        if server.password is None:
            hint = f"write password: {{credential: {name}-password}}"
            yield Finding((*path, name, "password"), "is missing", hint, on_key=True)
    if account.authserv_id is None and acknowledging:
        problem = "is not set: only DKIM signatures prove a sender, and a mail of more than 256 kB has none"
        if not account.verify_dkim:
            problem = "is not set, nor verify_dkim: no buyer message counts as verified, and nothing is acknowledged"
        hint = "run: responder check --connect, to see the name your mail server uses"
        yield Finding((*path, "authserv_id"), problem, hint, Severity.WARNING, on_key=True)


def _marketplaces(config: Config, known: Catalogue) -> Iterator[Finding]:
    for number, account in enumerate(config.accounts):
        for at, name in enumerate(account.seller.marketplaces):
            if known.by_name(name) is None:
                names = sorted(each.name for each in known.marketplaces)
                near = nearest(name, names)
                hint = f"did you mean {near}?" if near else f"known are {', '.join(names)}"
                yield Finding(("accounts", number, "seller", "marketplaces", at), f"unknown marketplace '{name}'", hint)


def _secret(path: KeyPath, source: credentials.SecretSource, folder: Path) -> Iterator[Finding]:
    match source:
        case credentials.SecretFile():
            if exposed := credentials.exposed(folder / source.path):
                yield Finding(path, exposed.problem, exposed.hint)
        case credentials.Credential():
            for place in (folder / "credentials" / source.name, credentials.SYSTEM / source.name):
                if exposed := credentials.exposed(place):
                    yield Finding(path, f"{place}: {exposed.problem}", exposed.hint, Severity.WARNING)
        case credentials.Environment():
            pass
