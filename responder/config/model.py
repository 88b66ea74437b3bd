"""
The declaration of the configuration: every key once, with its type, its default, its unit and its meaning.

A key that is not declared is an error. The sections about orders are in `order_model`, those about being told in
`watch_model`. `docs/configuration.md` is made from the declaration, and `config.example.yaml` is tested against it.
"""

from datetime import time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from responder.config import values
from responder.config.order_model import Feedback, Invoices, Orders
from responder.config.section import Section
from responder.config.values import one_of
from responder.config.watch_model import Actions, Canary, Heartbeat, Http, Languages, Log
from responder.core.addresses import Address
from responder.core.hours import Hours

Security = Literal["tls", "starttls", "none"]


class Digest(Section):
    """The daily mail to the seller."""

    at: values.TimeOfDay = time(7, 30)
    """When it is sent, on the clock of `timezone`."""
    days: values.DigestDays = frozenset(range(7))
    """On which days: `all`, or a list such as [mon, thu]."""
    snippets: Annotated[str, one_of("none", "short", "full")] = "short"
    """How much of a buyer's words it shows: none, short (140 characters), full (1,000 characters)."""
    actions: Actions = Actions()
    """Answering the digest by mail."""


class Operator(Section):
    """The person who runs the shop."""

    email: Annotated[values.Email, Field(examples=["owner@example.com"])]
    """Where the digest and the alerts go."""
    language: Languages = "en"
    """The language of the digest and the alerts: en, de, fr, it or es. Commands speak English."""
    digest: Digest = Digest()
    """The daily mail to the seller."""
    warn_before: tuple[values.Duration, ...] = (timedelta(hours=6), timedelta(hours=2))
    """How long before a deadline, Amazon's or one that we promised, an alert is sent; an empty list sends none."""
    waking_hours: values.DayHours | None = None
    """
    When alerts may come, such as "07:00-22:00", on the clock of `timezone`. null: at any time. A warning of the night
    comes before it, else after it; where the deadline itself lies in the night, it comes in the night.
    """
    unreachable_after: values.Duration = timedelta(minutes=15)
    """How long a mailbox or a mail server may be out of reach before an alert says so."""
    silent_after: values.Duration | None = timedelta(days=3)
    """
    Without any new mail for so long, and for three times as long as usual, an alert asks whether mail still arrives.
    null: never.
    """
    warn_closing: values.Duration = timedelta(hours=3)
    """
    How long before you close for longer than an answer may take (a weekend, a holiday) a mail names what must be
    answered first and for when to plan somebody; 0s: none. It comes in your working hours, whatever `waking_hours`
    says.
    """


class Holidays(Section):
    """Days on which nobody works."""

    country: values.Text | None = None
    """Two letters of ISO 3166-1: its public holidays close the whole day. null: none."""
    subdivision: values.Text | None = None
    """
    State or region with holidays of its own, such as BY. null or none: only those of the whole country; with none,
    `responder check` does not ask again.
    """
    categories: Annotated[tuple[values.Text, ...], Field(min_length=1)] = ("public",)
    """
    Which kinds of holidays close: public, and where the country has them bank, government, de_facto, optional and
    others; `responder check` names them. A half day closes nothing by itself: write its closure with a time.
    """
    ignore: tuple[values.Text, ...] = ()
    """Holidays you work on, by name in any language, or by date: ["Whit Monday", 2026-11-01, 12-26]."""
    calendars: tuple[values.Text, ...] = ()
    """
    Files in the `calendars` folder: closures and extra working days (.yaml), or another program's calendar, whose busy
    events close (.ics). docs/calendars.md shows both.
    """


class WorkingHours(Section):
    """When somebody is there to answer."""

    timezone: values.Zone | None = None
    """The clock these hours are on. null: that of `timezone` above."""
    days: Annotated[tuple[values.Weekday, ...], Field(min_length=1)] | None = None
    """
    Working days, such as [mon, tue, wed]; every other weekday is a weekend. null: the working days of
    `holidays.country` (Sunday to Thursday in SA, EG and IL), Monday to Friday without a country.
    """
    hours: values.WeekHours = (
        (time(9), time(12, 30)),
        (time(13, 30), time(18)),
    )
    """
    Hours of each working day. Or day by day, and then without `days`:
    {mon-thu: ["09:00-12:00", "13:00-17:30"], fri: ["09:00-15:00"]}. 22:00-06:00 ends the next morning.
    """
    holidays: Holidays = Holidays()
    """Days on which nobody works."""


class Seller(Section):
    """The shop, as Amazon's buyers know it."""

    name: Annotated[values.Text, Field(examples=["Maison Exemple"])]
    """The shop's name, as it signs its mails."""
    marketplaces: Annotated[tuple[values.Text, ...], Field(min_length=1, examples=[["amazon.fr", "amazon.de"]])]
    """The marketplaces it sells on; mail from others is tracked, never acknowledged."""


class Server(Section):
    """How to reach a mail server."""

    host: Annotated[values.Text, Field(examples=["mail.example.com"])]
    """Its name; the certificate must be for it."""
    port: values.Port
    """Its port."""
    security: Annotated[Security, one_of("tls", "starttls", "none")] = "tls"
    """tls (from the first byte), starttls (required, never skipped), or none (only for this machine itself)."""
    username: Annotated[values.Text, Field(examples=["service@example.com"])]
    """The name to log in with."""
    password: values.Secret | None = None
    """Where the password is: {credential: name}, {file: path} or {env: NAME}; never the password itself."""
    oauth2: None = None
    """Takes the password's place for Gmail and Microsoft 365. Not in this version."""
    ca_file: values.Text | None = None
    """A file with the certificates to trust (PEM), where the system's are not enough."""


class Imap(Server):
    """Where the mail comes in."""

    port: values.Port = 993
    """Its port."""
    password: Annotated[values.Secret | None, Field(examples=[{"credential": "imap-password"}])] = None
    """Where the password is: {credential: name}, {file: path} or {env: NAME}; never the password itself."""
    idle_round: values.Duration = timedelta(minutes=9)
    """How often the wait for new mail is renewed and the mailbox looked at all the same; 30s to 9m."""


class Smtp(Server):
    """Where the mail goes out."""

    port: values.Port = 465
    """Its port."""
    password: Annotated[values.Secret | None, Field(examples=[{"credential": "smtp-password"}])] = None
    """Where the password is: {credential: name}, {file: path} or {env: NAME}; never the password itself."""


class Folders(Section):
    """Mailbox folders."""

    inbox: values.Text = "INBOX"
    """Where Amazon's mail arrives."""
    sent: values.Text = "auto"
    """Where answers are kept; auto: the folder the server marks as such."""


class Answers(Section):
    """Further ways to tell that a buyer was answered, or needs no answer."""

    bcc: values.Email | None = None
    """
    The address of this mailbox that gets a blind copy of your answers, where your mail program keeps none here. A copy
    counts when your mail server proves that you sent it, or when it replies to the buyer's message.
    """
    no_response_keyword: Annotated[values.Text | None, Field(pattern=r"^[A-Za-z0-9$_.-]+$", max_length=60)] = None
    """An IMAP keyword (tag) that you set on a buyer's message which needs no answer, such as NoAnswer."""
    no_response_folder: values.Text | None = None
    """A mailbox folder that you move or copy buyers' messages to which need no answer, such as INBOX/Done."""


class Account(Section):
    """One mailbox of one seller."""

    name: Annotated[values.Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60, examples=["main"])]
    """A short name for it, for commands and the digest. Changing it starts a new history."""
    seller: Seller
    """The shop, as Amazon's buyers know it."""
    from_: Annotated[values.Mailbox, Field(alias="from", examples=["Maison Exemple <service@example.com>"])]
    """The address approved at Amazon, and its display name."""
    aliases: tuple[values.Email, ...] = ()
    """More addresses of your own: mail from them is an answer, not a buyer."""
    authserv_id: values.Text | None = None
    """
    The name your own mail server writes into Authentication-Results, or `topmost-unnamed` for Microsoft 365, which
    writes none. Your server must remove results of that name which others wrote (RFC 8601 section 5).
    `responder check --connect` shows the name seen in your newest mail.
    """
    verify_dkim: values.Flag = True
    """
    Whether DKIM signatures of Amazon's are checked here, with a look into the DNS, where your mail server said nothing.
    Without this and without authserv_id no buyer message counts as verified, and nothing is acknowledged.
    """
    history: values.Duration = timedelta(days=8)
    """How far back the first start looks. Nothing received before it is ever acknowledged."""
    imap: Imap
    """Where the mail comes in."""
    smtp: Smtp
    """Where the mail goes out."""
    folders: Folders = Folders()
    """Mailbox folders."""
    answers: Answers = Answers()
    """Further ways to tell that a buyer was answered, or needs no answer."""


class Deadlines(Section):
    """Amazon's clocks. They run on weekends and holidays too."""

    answer_within: values.Duration = timedelta(hours=24)
    """How long a buyer may wait for a person's answer."""
    acknowledgement_counts: values.Flag = False
    """
    Whether our acknowledgement stops the clock until the time it promised. Amazon: auto-responders are not considered
    a valid response (docs/deadlines.md).
    """
    a_to_z: values.Duration = timedelta(hours=48)
    """How long an A-to-z claim may wait, unless the mail names its own deadline."""
    chargeback: values.Duration = timedelta(days=7)
    """How long a chargeback may wait, unless the mail names its own deadline."""
    return_request: values.Duration = timedelta(hours=24)
    """How long a return request may wait."""
    cancellation_request: values.Duration = timedelta(hours=24)
    """How long a cancellation request may wait, where the day by which the order must ship is not known."""


When = Annotated[str, one_of("weekend", "holiday", "closure", "outside_hours", "before_unattended")]


class Acknowledgements(Section):
    """The automatic reply to a buyer who writes while nobody is there."""

    enabled: values.Flag = True
    """Whether they are sent at all."""
    when: tuple[When, ...] = ("weekend", "holiday", "closure")
    """
    In which closed time: weekend, holiday, closure, outside_hours. before_unattended: also at closing time, and after
    it in hours that the other words leave out, to buyers whose open messages would be overdue before anyone is back.
    A break of up to 4 hours is no closing time.
    """
    once_per: Annotated[Literal["closed_time"], one_of("closed_time")] = "closed_time"
    """How often one buyer gets one: closed_time is once until the next opening."""
    delay: values.Duration = timedelta(minutes=5)
    """How long to wait before sending; cancelled if a person answers first."""
    language: Annotated[str, one_of("marketplace", "detected")] = "marketplace"
    """
    marketplace: the language of the marketplace, or each of its languages (Belgium, Canada, Emirates, Saudi Arabia,
    Egypt). detected: where it is sure, the one the buyer wrote in; needs pip install 'buyer-responder[lang]'.
    """
    max_age: values.Duration = timedelta(hours=24)
    """A message older than this is no longer acknowledged."""
    answer_margin: values.Duration = timedelta(hours=4)
    """The promised time is the next opening plus this much working time: never in a break, never on a closed day."""


class Notices(Section):
    """Amazon's own mails: claims, returns, policy warnings."""

    mark_seen: Annotated[str, one_of("after_digest", "on_acknowledgement", "never")] = "after_digest"
    """When a notice is marked as read in the mailbox: after_digest, on_acknowledgement, or never."""
    keyword: Annotated[values.Text, Field(pattern=r"^[A-Za-z0-9$_.-]+$")] = "$ResponderTracked"
    """The keyword set on mails that are tracked, where the server keeps keywords."""


class Metrics(Section):
    """The rates by which Amazon measures you; docs/metrics.md says what is counted."""

    refund_rate_cap: values.Percentage = 0.05
    """Your own cap for the refund rate: Amazon publishes none."""
    warn_at: values.Percentage = 0.8
    """
    At which share of a cap a rate warns: with 80% and a cap of 1 %, from 0.8 % on; of a share that has to stay above
    its cap, once 80 % of the way down to it is used up.
    """


class Limits(Section):
    """Brakes: a mistake must not become a flood."""

    acknowledgements_per_hour: values.Count = 60
    """
    So many acknowledgements an hour may leave, over all accounts. The next one stops all sending to buyers, you get an
    alert, and `responder resume` ends the stop.
    """
    acknowledgements_per_day: values.Count = 300
    """The same in 24 hours: so many may leave, the next one stops all sending to buyers."""
    per_buyer_per_day: values.Count = 2
    """
    At most so many automatic mails to one buyer in 24 hours. What is above: an acknowledgement is not written, a mail
    about an order waits.
    """


class Retention(Section):
    """How long personal data is kept."""

    mail: values.Duration = timedelta(days=180)
    """How long mail is kept after its thread is settled."""


class Config(Section):
    """The whole file."""

    dry_run: values.Flag = False
    """
    Everything but sending to buyers. `responder init` writes true, for a rehearsal, and `responder go-live` ends it:
    from then on true holds nothing back, until `responder go-live --undo`.
    """
    timezone: Annotated[values.Zone, Field(examples=["Europe/Paris"])]
    """The seller's clock (IANA name): for the digest, and for every time shown."""
    state: values.StateUrl = "sqlite:///state.db"
    """
    Where everything is kept: a file (a relative name is in systemd's state folder when there is one, else beside this
    file), or a PostgreSQL URL without its password.
    """
    templates: values.Text = "templates/"
    """Folder with your own texts, beside this file. What is not there is sent as shipped."""
    calendars: values.Text = "calendars/"
    """Folder with your own calendars, beside this file."""
    formats: values.Text = "formats/"
    """
    Folder with your own rows of Amazon's formats, beside this file: senders.yaml, subjects.yaml, and the others that
    docs/formats.md lists. They come before the shipped ones. The folder may be missing.
    """
    operator: Operator
    """The person who runs the shop."""
    working_hours: WorkingHours = WorkingHours()
    """When somebody is there to answer."""
    accounts: Annotated[tuple[Account, ...], Field(min_length=1)]
    """The mailboxes to watch."""
    deadlines: Deadlines = Deadlines()
    """Amazon's clocks. They run on weekends and holidays too."""
    acknowledgements: Acknowledgements = Acknowledgements()
    """The automatic reply to a buyer who writes while nobody is there."""
    notices: Notices = Notices()
    """Amazon's own mails: claims, returns, policy warnings."""
    feedback: Feedback = Feedback()
    """Asking for feedback on orders."""
    orders: Orders = Orders()
    """Amazon's order reports; docs/orders.md says how to get each."""
    invoices: Invoices = Invoices()
    """The invoices that go with a mail about an order; docs/invoices.md says what is checked."""
    metrics: Metrics = Metrics()
    """The rates by which Amazon measures you."""
    limits: Limits = Limits()
    """Brakes: a mistake must not become a flood."""
    http: Http = Http()
    """The status page."""
    heartbeat: Heartbeat = Heartbeat()
    """A sign of life to a service outside of this machine."""
    canary: Canary = Canary()
    """A mail of ours to your own watched mailbox."""
    retention: Retention = Retention()
    """How long personal data is kept."""
    log: Log = Log()
    """What is written to standard error, or to systemd's journal."""


__all__ = ["Account", "Address", "Config", "Hours", "Imap", "Section", "Server", "Smtp", "ZoneInfo"]
