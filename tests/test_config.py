"""The configuration: declared once; what is wrong is told at once, where it is, with the way out."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from responder import config, document
from responder.config import Loaded, reference, shape, values
from responder.config.consumers import waking_of
from responder.config.model import Config
from responder.core import calendars
from responder.core.breaker import Limits
from responder.core.waking import Waking
from responder.errors import ConfigError, Problem, Severity

ROOT = Path(__file__).parent.parent

GOOD = """\
timezone: Europe/Paris
operator:
  email: owner@example.com
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr, amazon.de]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: mail.example.com, username: service@example.com, password: {credential: imap-password}}
    smtp: {host: mail.example.com, username: service@example.com, password: {env: SMTP_PASSWORD}}
"""


def read(text: str, folder: Path = Path("/nowhere")) -> Loaded:
    """Read a configuration that is good."""
    return config.read(text, folder / "config.yaml")


def wrong(text: str, folder: Path = Path("/nowhere")) -> list[str]:
    """Return the errors of a bad configuration, one line each, without the folder's name."""
    with pytest.raises(ConfigError) as raised:
        config.read(text, folder / "config.yaml")
    found = [problem for problem in raised.value.problems if problem.severity is Severity.ERROR]
    return [str(problem).removeprefix(f"{folder}/") for problem in found]


def replaced(old: str, new: str) -> str:
    """Return the good configuration with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new)


def test_the_example_is_every_key_with_its_default() -> None:
    """`config.example.yaml` loads, leaves no declared key out, and every value in it is the default."""
    text = (ROOT / "config.example.yaml").read_text()
    loaded = document.load(text, "config.example.yaml")
    for key in shape.declared():
        path = tuple(
            part for step in key.path.split(".") for part in ((step[:-2], 0) if step.endswith("[]") else (step,))
        )
        assert path in loaded.places, f"{key.path} is not in config.example.yaml"
        value: Any = loaded.value
        for step in path:
            value = value[step]
        if key.section is None and not key.required and not key.path.endswith(".password"):
            assert value == key.written(), key.path
    assert read(text).config.dry_run is False


def test_the_example_file_is_made_from_the_declaration() -> None:
    """config.example.yaml is what `reference.example()` says: a comment above every key."""
    assert (ROOT / "config.example.yaml").read_text() == reference.example()


def test_the_example_takes_chosen_values() -> None:
    """`init` writes the same file with its answers, whatever they contain."""
    text = reference.example({"accounts[].seller.name": 'Fish: "Chips" {{ & }}', "operator.email": "no"})
    value = document.load(text, "f").value
    assert value["accounts"][0]["seller"]["name"] == 'Fish: "Chips" {{ & }}'
    assert value["operator"]["email"] == "no"


def test_the_documentation_is_the_declaration() -> None:
    """docs/configuration.md is what `reference.markdown()` says; every key has its meaning."""
    assert (ROOT / "docs" / "configuration.md").read_text() == reference.markdown()
    assert [key.path for key in shape.declared() if not key.meaning] == []


def test_a_short_file_is_enough() -> None:
    """What is not said has the documented default."""
    loaded = read(GOOD)
    assert loaded.warnings == ()
    assert loaded.config.accounts[0].imap.port == 993
    assert loaded.config.acknowledgements.when == ("weekend", "holiday", "closure")
    assert loaded.config.operator.digest.at == time(7, 30)
    assert loaded.templates is None


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        (replaced("timezone: Europe/Paris", "timezone: Paris"), "1:11", "did you mean Europe/Paris?"),
        (replaced("timezone: Europe/Paris\n", ""), "1:1", "timezone: is missing (write timezone: Europe/Paris)"),
        (replaced("email:", "emial:"), "3:3", "unknown key 'emial' (did you mean 'email'?"),
        (replaced("owner@example.com", "owner"), "3:10", "operator.email: must be an e-mail address, got 'owner'"),
        (GOOD + "dry_run: yes\n", "11:10", "dry_run: must be true or false, got 'yes'"),
        (GOOD + "working_hours: {days: [mon, son]}", "11:29", "'son' is not a weekday (did you mean 'sun'?"),
        (GOOD + 'working_hours: {hours: ["9-12"]}', "11:25", "must be HH:MM-HH:MM, got '9-12'"),
        (
            GOOD + 'working_hours: {hours: ["09:00-12:30", "12:00-18:00"]}',
            "11:24",
            "09:00-12:30 and 12:00-18:00 overlap",
        ),
        (GOOD + "working_hours: {holidays: {country: Frankreich}}", "11:37", "unknown country 'Frankreich'"),
        (GOOD + "working_hours: {holidays: {country: DE, subdivision: BX}}", "11:54", "unknown subdivision 'BX'"),
        (GOOD + "working_hours: {holidays: {subdivision: BY}}", "11:41", "needs a country"),
        (
            GOOD + "working_hours: {holidays: {country: US, categories: [bank]}}",
            "11:53",
            "unknown category 'bank' of US",
        ),
        (GOOD + "working_hours: {holidays: {country: US, categories: [half_day]}}", "11:53", "closes no whole day"),
        (GOOD + "working_hours: {holidays: {ignore: [Whit Monday]}}", "11:36", "ignore: needs a country"),
        (GOOD + "working_hours: {holidays: {categories: [bank]}}", "11:40", "categories: needs a country"),
        (GOOD + 'working_hours: {hours: {mon-thu: ["9-12"]}}', "11:35", "hours.mon-thu[0]: hours must be HH:MM-HH:MM"),
        (GOOD + 'working_hours: {hours: {mon-mon: ["09:00-12:00"]}}', "11:34", "no weekday and no range"),
        (GOOD + "working_hours: {hours: {mon: []}}", "11:30", "hours.mon: must not be empty"),
        (GOOD + "working_hours: {hours: 9}", "11:24", "hours: must be a list, got 9"),
        (GOOD + "working_hours: {days: mon-fri}", "11:23", "got 'mon-fri' (put it in brackets: days: [mon-fri])"),
        (
            GOOD + "working_hours: {days: [mon-fri]}",
            "11:24",
            "'mon-fri' is not a weekday (name each day: mon, tue, wed, thu, fri)",
        ),
        (GOOD + "working_hours: {hours: {mon: }}", "11:25", 'must be a list, got nothing (write mon: ["09:00-12:30"])'),
        (
            GOOD + 'working_hours: {hours: {mon: "09:00-12:00"}}',
            "11:30",
            "got '09:00-12:00' (put it in brackets: mon: [09:00-12:00])",
        ),
        (
            GOOD + "working_hours: {holidays: {calendars: team.ics}}",
            "11:39",
            "must be a list, got 'team.ics' (put it in brackets: calendars: [team.ics])",
        ),
        (GOOD + "working_hours: {holidays: {country: [DE, FR]}}", "11:37", "got a list (write one text, without"),
        (
            replaced("name: Maison Exemple,", "name: ,"),
            "6:14",
            "must be text, got nothing (write name: Maison Exemple)",
        ),
        (
            GOOD + 'working_hours: {hours: {mon-wed: ["09:00-12:00"], wed: ["09:00-11:00"]}}',
            "11:51",
            "hours.wed: wed is here and in mon-wed",
        ),
        (
            GOOD + 'working_hours: {days: [mon], hours: {tue: ["09:00-12:00"]}}',
            "11:23",
            "days: means nothing where `hours` names its own days",
        ),
        (
            GOOD + 'working_hours: {hours: {fri: ["09:00-12:00"], mon: ["09:00-12:00", "11:00-13:00"]}}',
            "11:52",
            "hours.mon: 09:00-12:00 and 11:00-13:00 overlap",
        ),
        (
            GOOD + 'working_hours: {hours: {mon: ["22:00-06:00"], tue: ["05:00-09:00"]}}',
            "11:52",
            "22:00-06:00 of mon runs into 05:00-09:00 of tue",
        ),
        (GOOD + "working_hours: {timezone: Mars}", "11:27", "there is no time zone 'Mars'"),
        (GOOD + "deadlines: {answer_within: 24}", "11:28", "must be a duration, got 24"),
        (GOOD + "deadlines: {answer_within: 31d}", "11:28", "must be between 1h and 30d, got 31d"),
        (GOOD + "deadlines: {chargeback: 31d}", "11:25", "must be between 1h and 30d, got 31d"),
        (GOOD + "deadlines: {return_request: 30m}", "11:29", "must be between 1h and 30d, got 30m"),
        (GOOD + "deadlines: {cancellation_request: 0s}", "11:35", "must be between 1h and 30d, got 0s"),
        (GOOD + "heartbeat: {every: 30s}", "11:20", "must be between 1m and 24h, got 30s"),
        (GOOD + "canary: {every: 1h}", "11:17", "must be between 24h and 90d, got 1h"),
        (GOOD + "canary: {within: 2d}", "11:18", "must be between 1m and 24h, got 48h"),
        (GOOD + 'heartbeat: {url: "https://hc.example.com/key"}', "11:18", "a password does not belong in this file"),
        (GOOD + 'heartbeat: {url: "https://hc.example.com/key"}', "11:18", "write {credential: heartbeat-url}"),
        (
            replaced("email: owner@example.com", 'email: owner@example.com\n  waking_hours: "7-22"'),
            "4:17",
            "must be HH:MM-HH:MM, got '7-22'",
        ),
        (GOOD + "acknowledgements: {when: [wekend]}", "11:27", "did you mean 'weekend'?"),
        (GOOD + "acknowledgements: {when: []}", "11:26", "nothing would ever be acknowledged"),
        (GOOD + "acknowledgements: {language: guessed}", "11:30", "(allowed: marketplace, detected)"),
        (GOOD + "acknowledgements: {delay: 20h, max_age: 10h}", "11:27", "must be shorter"),
        (GOOD + "feedback: {transit_days: {FR: 2}}", "11:26", "has no default"),
        (GOOD + "feedback: {transit_days: {default: 4, FR: 61}}", "11:43", "must be at most 60 working days, got 61"),
        (GOOD + "feedback: {per_day: 0}", "11:21", "must be at least 1, got 0"),
        (GOOD + "feedback: {exclude: {channels: [fba]}}", "11:33", "allowed: merchant, amazon"),
        (GOOD + "feedback: {exclude: {marketplaces: [amazon.dee]}}", "11:37", "did you mean amazon.de?"),
        (GOOD + 'feedback: {exclude: {skus: ["*"]}}', "11:29", "fits every SKU"),
        (GOOD + "feedback: {exclude: {orders_before: 2026-02-30}}", "11:37", "there is no day '2026-02-30'"),
        (
            GOOD + "feedback: {exclude: {orders_before: today}}",
            "11:37",
            "must be a day, got 'today' (write 2026-01-01)",
        ),
        (GOOD + "feedback: {days_after_delivery: 40}", "11:33", "must be at most 30, got 40"),
        (GOOD + "feedback: {transit_days: {fr: 2}}", "11:31", "write default, or two capital letters"),
        (GOOD + "feedback: {transit_days: {default: 4, UK: 6}}", "11:43", "no order report says UK"),
        (GOOD + "metrics: {refund_rate_cap: 5}", "11:28", "must be a percentage, got 5 (write 5%)"),
        (GOOD + "limits: {per_buyer_per_day: -1}", "11:29", "must be at least 0, got -1"),
        (GOOD + "log: {level: loud}", "11:14", "allowed: debug, info, warning, error"),
        (GOOD + "log:", "11:1", "log: must be a section with keys of its own, got nothing"),
        (GOOD + "notices: {keyword: 'two words'}", "11:20", "has characters that cannot be used here"),
        (GOOD + "calendars: [a]", "11:12", "calendars: must be text, got a list"),
        (GOOD + "state: mysql://host/db", "11:8", "must be the URL of a database"),
        (replaced("amazon.de]", "amazon.fra]"), "6:62", "unknown marketplace 'amazon.fra' (did you mean amazon.fr?)"),
        (replaced("[amazon.fr, amazon.de]", "[]"), "6:50", "marketplaces: must not be empty"),
        (replaced('"Maison Exemple <service@example.com>"', "Maison"), "7:11", "must be one e-mail address"),
        (replaced("service@example.com>", "sérvice@example.com>"), "7:11", "must be one e-mail address"),
        (replaced("password: {credential: imap-password}", "security: tls"), "9:5", "imap.password: is missing"),
        (GOOD[:-2] + ", oauth2: {provider: gmail}}\n", "10:107", "oauth2: is not in this version"),
        (replaced("{credential: imap-password}", "{credential: ../etc}"), "9:77", "letters, digits"),
        (replaced("{credential: imap-password}", "{keyring: x}"), "9:77", "credential, file or env"),
        (replaced("imap: {", "imap: {security: none, "), "9:22", "for everybody to read"),
        (replaced("imap: {", "imap: {idle_round: 20m, "), "9:24", "must be between 30s and 9m, got 20m"),
        (replaced("imap: {", "imap: {ca_file: missing.pem, "), "9:21", "there is no file /nowhere/missing.pem"),
        (replaced("imap: {", 'imap: {port: "993", '), "9:18", "must be a whole number, got '993'"),
        (replaced("imap: {", "imap: {port: 0, "), "9:18", "must be at least 1, got 0"),
        (replaced("email: owner@example.com", "email: owner@example.com\n  warn_before: [25h]"), "4:17", "would warn"),
        ("- a\n- b\n", "1:1", "must hold keys and values"),
        ("", "1:1", "must hold keys and values"),
        ("timezone Europe/Paris\n", "1:1", "must hold keys and values"),
    ],
)
def test_a_mistake_is_told_where_it_is_with_the_way_out(text: str, at: str, words: str) -> None:
    """One mistake is one error, at its line and column, naming the value and what to write instead."""
    (problem,) = wrong(text)
    assert problem.startswith(f"config.yaml:{at}: ")
    assert words in problem


def test_all_mistakes_are_told_at_once_and_in_order() -> None:
    """A missing key, an unknown one, wrong values and contradictions of two accounts are all in one report."""
    second = GOOD.partition("accounts:\n")[2]
    text = replaced("email:", "emial:").replace("Europe/Paris", "Europe/Pariss") + second + "dry_run: 1\n"
    found = wrong(text.replace("amazon.de]", "amazon.d]", 1))
    assert [line.split(": ")[0].removeprefix("config.yaml:") for line in found] == [
        "1:11",
        "3:3",
        "6:62",
        "11:11",
        "15:5",
        "17:10",
    ]
    assert "'main' is the name of two accounts" in found[3]
    assert "already watched by another account" in found[4]


@pytest.mark.parametrize(
    "secret", ["hunter2-canary", "'hunter2-canary'", "123454321", "[hunter2-canary]", "{credential: [hunter2-canary]}"]
)
def test_a_password_in_the_file_is_refused_and_not_repeated(secret: str) -> None:
    """The error says how to do it, and does not carry the password into a terminal's history or a log."""
    (problem,) = wrong(replaced("{credential: imap-password}", secret))
    assert "write {credential: imap-password}" in problem
    assert "hunter2" not in problem
    assert "123454321" not in problem


def test_a_password_in_the_state_url_is_refused_and_not_repeated() -> None:
    """PostgreSQL has its own places for it."""
    for url in ("postgresql://me:hunter2@db/x", "postgresql://db/x?password=hunter2"):
        (problem,) = wrong(GOOD + f"state: {url}")
        assert ".pgpass" in problem
        assert "hunter2" not in problem


def test_the_loopback_needs_no_encryption() -> None:
    """A server on this machine may be reached without TLS: nobody can listen there."""
    text = GOOD.replace("mail.example.com,", "127.0.0.1, security: none,")
    assert read(text).config.accounts[0].smtp.security == "none"


@pytest.mark.parametrize(("hours", "warned"), [("19:00-09:00", True), ("08:00-24:00", False), ("00:00-24:00", False)])
def test_hours_that_are_the_night_are_a_warning(hours: str, warned: bool) -> None:
    """Most likely its two ends were exchanged; who means it may."""
    found = config.read(f'{GOOD}feedback: {{send_between: "{hours}"}}\n', Path("/nowhere/config.yaml")).warnings
    assert any('write "09:00-19:00"' in problem.hint for problem in found) is warned


def test_a_missing_authserv_id_is_a_warning() -> None:
    """It is legal and it surprises: it is said, at its place, and the configuration still loads."""
    text = replaced("    authserv_id: mx.example.com\n", "")
    warnings = [str(problem) for problem in read(text).warnings]
    assert any("authserv_id: is not set: only DKIM signatures prove a sender" in line for line in warnings)
    blind = replaced("    authserv_id: mx.example.com\n", "    verify_dkim: false\n")
    warnings = [str(warning) for warning in read(blind).warnings]
    assert any("nor verify_dkim: no buyer message counts as verified" in line for line in warnings)


def test_a_sellers_own_rules_of_rates_are_checked(tmp_path: Path) -> None:
    """With the rest of the configuration, so that no daemon starts on a bad row: its values, and unknown stores."""
    own = tmp_path / "formats" / "metrics.yaml"
    own.parent.mkdir()
    row = "{metric: refund_rate, days: 20, lag_days: 0, basis: purchased_at, bound: below, grade: W, source: ours"
    own.write_text(f"metrics:\n  - {row}, marketplaces: [Amazon.FR]}}\n")
    read(GOOD, tmp_path)
    own.write_text(f"metrics:\n  - {row}, marketplaces: [amazon.fr, amazon.co.ku]}}\n")
    (line,) = wrong(GOOD, tmp_path)
    assert line.startswith("formats/metrics.yaml:2:")
    assert "'amazon.co.ku' is no store that is known (did you mean 'amazon.co.uk'?)" in line
    own.write_text(f"metrics:\n  - {row.replace('20', '0')}}}\n")
    (line,) = wrong(GOOD, tmp_path)
    assert line.startswith("formats/metrics.yaml:2:")
    assert "'days' is 0" in line


def test_a_sellers_own_formats_are_read_and_checked(tmp_path: Path) -> None:
    """A store added in formats/ is known everywhere; a wrong row, an unknown file and an open folder are named."""
    folder = tmp_path / "formats"
    folder.mkdir()
    shipped = (ROOT / "responder" / "data" / "marketplaces.yaml").read_text("utf-8")
    row = shipped[shipped.index("  - name: amazon.fr") : shipped.index("  - name: amazon.it")]
    (folder / "marketplaces.yaml").write_text("marketplaces:\n" + row.replace("amazon.fr", "amazon.example"), "utf-8")
    text = GOOD.replace("[amazon.fr, amazon.de]", "[amazon.example]")
    file = tmp_path / "config.yaml"
    loaded = config.read(text, file)
    assert config.catalogue_of(loaded).by_relay_domain("marketplace.amazon.example") is not None
    (folder / "subject.yaml").write_text("subjects: []\n")
    (folder / "senders.yaml").write_text("senders:\n  - {local: x, kind: nothing, grade: P, source: ours}\n")
    folder.chmod(0o777)
    with pytest.raises(ConfigError) as told:
        config.read(text, file)
    said = [str(problem) for problem in told.value.problems]
    assert any("subject.yaml" in line and "did you mean subjects.yaml?" in line for line in said)
    assert any("senders.yaml:2" in line and "'kind' is 'nothing'" in line for line in said)
    assert any("chmod o-w" in line and "formats" in line for line in said)
    assert any("unknown marketplace 'amazon.example'" in line for line in said)


def test_an_exposed_secret_is_told_without_reading_it(tmp_path: Path) -> None:
    """A `file:` others can read is an error; a credential's source file only warns, for systemd hands out copies."""
    for name, mode in (("credentials/imap-password", 0o644), ("smtp", 0o644)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("canary")
        (tmp_path / name).chmod(mode)
    (warning,) = read(GOOD, tmp_path).warnings
    assert "others than its owner can read this secret" in str(warning)
    (problem,) = wrong(replaced("{env: SMTP_PASSWORD}", "{file: smtp}"), tmp_path)
    assert "chmod 600" in problem


@pytest.mark.parametrize("name", ["config.yaml", "templates", "templates/acknowledgement.yaml"])
def test_a_file_everybody_can_change_is_refused(tmp_path: Path, name: str) -> None:
    """Whoever can write a text or the configuration decides what is sent in the seller's name."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "acknowledgement.yaml").write_text("")
    (tmp_path / "config.yaml").write_text(GOOD)
    config.load(tmp_path / "config.yaml")
    (tmp_path / name).chmod(0o777)
    with pytest.raises(ConfigError, match="chmod o-w") as raised:
        config.load(tmp_path / "config.yaml")
    assert raised.value.problems[0].at == f"{tmp_path}/{name}"


def test_a_bad_calendar_file_is_told_at_its_own_line(tmp_path: Path) -> None:
    """Closures are part of the configuration: their mistakes come in the same report."""
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "closures.yaml").write_text("closures:\n  - {on: tomorrow, name: Bridge day}\n")
    text = GOOD + "working_hours: {holidays: {calendars: [closures.yaml, missing.yaml]}}\n"
    found = wrong(text, tmp_path)
    assert found[0].startswith("calendars/closures.yaml:2:")
    assert found[1].startswith("calendars/missing.yaml: cannot be read")


def test_a_missing_calendars_folder_is_told_once() -> None:
    """The folder is the mistake, not every file in it."""
    (problem,) = wrong(GOOD + "working_hours: {holidays: {calendars: [a.yaml, b.yaml]}}\n")
    assert "there is no folder /nowhere/calendars" in problem


def test_a_file_is_found_in_the_documented_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """-c, then $RESPONDER_CONFIG, then ./config.yaml; a named file that is missing is not replaced by another."""
    monkeypatch.chdir(tmp_path)
    for name in ("config.yaml", "named.yaml", "environment.yaml"):
        (tmp_path / name).write_text(GOOD)
    assert config.find("named.yaml", {"RESPONDER_CONFIG": "environment.yaml"}) == Path("named.yaml")
    assert config.find(None, {"RESPONDER_CONFIG": "environment.yaml"}) == Path("environment.yaml")
    assert config.find(None, {}) == Path("config.yaml")
    with pytest.raises(ConfigError, match=r"looked at absent\.yaml"):
        config.find("absent.yaml", {})


def test_no_file_at_all_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first thing a new user may see says where was looked and which command makes a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys.modules["responder.config.load"], "PLACES", (Path("config.yaml"), tmp_path / "etc" / "config.yaml")
    )
    with pytest.raises(ConfigError, match=r"looked at config.yaml, .*etc/config.yaml .*responder init DIR"):
        config.find(None, {})


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    """A folder in the file's place is told, not thrown."""
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        config.load(tmp_path)


def test_relative_state_is_in_the_state_folder() -> None:
    """Under systemd /etc is read-only: the state goes where the unit may write; elsewhere it is beside the file."""
    loaded = read(GOOD)
    assert loaded.state({}) == "sqlite:////nowhere/state.db"
    assert loaded.state({"STATE_DIRECTORY": "/var/lib/responder"}) == "sqlite:////var/lib/responder/state.db"
    assert read(GOOD + "state: sqlite:////srv/s.db").state({"STATE_DIRECTORY": "/x"}) == "sqlite:////srv/s.db"
    assert read(GOOD + "state: postgresql://db/x").state({"STATE_DIRECTORY": "/x"}) == "postgresql://db/x"


def test_a_calendar_comes_from_hours_holidays_and_files(tmp_path: Path) -> None:
    """The seller's calendar joins all three, in the zone of the hours."""
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "c.yaml").write_text("closures:\n  - {on: 2026-05-15, name: Bridge day}\n")
    text = GOOD + "working_hours: {timezone: Europe/Berlin, holidays: {country: FR, calendars: [c.yaml]}}\n"
    calendar = config.calendar_of(read(text, tmp_path), [2026])
    assert calendar.timezone.key == "Europe/Berlin"
    assert calendar.holidays[date(2026, 7, 14)].source == "holidays:FR"
    closed = calendars.state_at(calendar, datetime(2026, 5, 15, 9, tzinfo=UTC))
    assert isinstance(closed, calendars.Closed)
    assert closed.name == "Bridge day"
    assert isinstance(calendars.state_at(calendar, datetime(2026, 5, 13, 8, tzinfo=UTC)), calendars.Open)


def test_policies_carry_the_sections() -> None:
    """Every key that decides about an acknowledgement or a deadline reaches its consumer."""
    text = GOOD + "acknowledgements: {delay: 7m, when: [holiday]}\ndeadlines: {answer_within: 20h}\n"
    loaded = read(text + "limits: {acknowledgements_per_hour: 3, per_buyer_per_day: 1}\n")
    policy = config.acknowledge_policy(loaded.config, {"fr", "de"}, loaded.config.accounts[0])
    assert (policy.delay, policy.when, policy.per_buyer_per_day) == (timedelta(minutes=7), frozenset({"holiday"}), 1)
    assert config.limits_of(loaded.config) == Limits(per_hour=3, per_day=300, per_buyer=1, requests=200)
    assert policy.fallback_language is None
    assert policy.marketplaces == {"amazon.fr", "amazon.de"}
    assert config.answer_policy(loaded.config).answer_within == timedelta(hours=20)
    assert config.languages_of(loaded) == {"fr", "de"}


def test_every_clock_reaches_its_consumer() -> None:
    """Each notice's own time is the one the seller wrote; waking hours are on the seller's clock, past midnight too."""
    clocks = "deadlines: {chargeback: 5d, return_request: 48h, cancellation_request: 4h, a_to_z: 72h}\n"
    awake = replaced("email: owner@example.com", 'email: owner@example.com\n  waking_hours: "22:00-06:00"')
    loaded = read(awake + clocks)
    policy = config.answer_policy(loaded.config)
    hours = [each / timedelta(hours=1) for each in (policy.chargeback, policy.return_request, policy.a_to_z)]
    assert (hours, policy.cancellation_request) == ([120, 48, 72], timedelta(hours=4))
    assert waking_of(loaded.config) == Waking((time(22), time(6)), ZoneInfo("Europe/Paris"))
    assert waking_of(read(GOOD).config) is None


def test_a_password_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    """A changed secret is taken up at the next login."""
    account = read(GOOD).config.accounts[0]
    assert config.password_of(account.smtp, tmp_path, {"SMTP_PASSWORD": "one"}) == "one"
    assert config.password_of(account.smtp, tmp_path, {"SMTP_PASSWORD": "two"}) == "two"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**6) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "imap", "x", "at"]), inner),
    max_leaves=4,
)
PLACES = sorted(document.load(reference.example(), "f").places, key=str)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4))
@example([(("accounts",), [None, {}])])
def test_any_value_anywhere_is_a_configuration_or_a_list_of_problems(changes: list[tuple[Any, Any]]) -> None:
    """Whatever stands where it does not belong, the answer names places in the file; nothing else escapes."""
    value = document.load(reference.example(), "f").value
    for path, junk in changes:
        if path and (holder := _holder(value, path)) is not None:
            holder[path[-1]] = junk
    problems: tuple[Problem, ...] = ()
    try:
        config.read(yaml.safe_dump(value, allow_unicode=True), Path("/nowhere/config.yaml"))
    except ConfigError as error:
        problems = error.problems or (Problem("no place", "no problem"),)
    assert all(problem.at.startswith("/nowhere/") for problem in problems)


def _holder(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what holds the last step of the path, or None where an earlier change took it away."""
    for step in path[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    fits = isinstance(value, dict) or (isinstance(value, list) and isinstance(path[-1], int) and path[-1] < len(value))
    return value if fits else None


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("48h", timedelta(hours=48)),
        ("180d", timedelta(days=180)),
        ("0s", timedelta(0)),
    ],
)
def test_durations_are_written_as_they_are_read(text: str, length: timedelta) -> None:
    """What a message or the documentation quotes can be pasted into the file."""
    assert values.duration(text) == length
    assert values.duration_text(length) == text


@pytest.mark.parametrize("text", ["", "5", "5 m", "m", "5m1h", "-5m", "５m", "1.5h", None, True, "9" * 30 + "d"])
def test_what_is_no_duration_is_refused(text: object) -> None:
    """No unit, no number, an odd order: each is an error with an example."""
    with pytest.raises(values.Wrong):
        values.duration(text)


def test_the_declaration_is_frozen_and_closed() -> None:
    """Nothing changes a loaded configuration, and no section takes a key it does not declare."""
    for section in {Config, *(key.section for key in shape.declared() if key.section)}:
        assert section.model_config["extra"] == "forbid"
        assert section.model_config["frozen"] is True


def test_the_example_means_the_same_to_any_yaml_reader() -> None:
    """Other tools (YAML 1.1 among them) read the same values: nothing in the example depends on our reader."""
    text = (ROOT / "config.example.yaml").read_text()
    assert yaml.safe_load(text) == document.load(text, "f").value


def test_detecting_languages_without_its_extra_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by `check`, not by the first message; with the extra installed nothing is wrong."""
    assert read(GOOD + "acknowledgements: {language: detected}").config.acknowledgements.language == "detected"
    monkeypatch.setitem(sys.modules, "lingua", None)
    (problem,) = wrong(GOOD + "acknowledgements: {language: detected}")
    assert problem == (
        "config.yaml:11:30: acknowledgements.language: detected needs the extra 'lang' "
        "(install it: pip install 'buyer-responder[lang]', or write marketplace)"
    )
