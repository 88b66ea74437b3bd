"""What `/metrics` says: readable by Prometheus's own parser, documented, and true."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from neighbours import looked_at
from neighbours.looked_at import NOW
from prometheus_client.parser import text_string_to_metric_families

from responder.adapters.store import Store, decisions
from responder.status_page.exposition import CONTENT_TYPE, COUNTER, GAUGE, Family, Sample, text

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "status-page.md").read_text("utf-8")
RULES = ROOT / "monitoring" / "responder.rules.yml"
HOSTILE = 'a"b\\c\nd{e="f"} 1 # HELP'


def parsed(body: str) -> dict[str, Any]:
    """Return the families by the name they are written with, as Prometheus's own parser understands them."""
    found = {}
    for family in text_string_to_metric_families(body):
        found[f"{family.name}_total" if family.type == "counter" else family.name] = family
    return found


def value(families: dict[str, Any], name: str, **labels: str) -> float | None:
    """Return one figure."""
    return next((each.value for each in families[name].samples if each.labels == labels), None)


def test_whatever_a_label_holds_is_read_as_it_was_written() -> None:
    """Quotes, backslashes, line ends: a value begins no line and no label of its own."""
    family = Family("responder_x", GAUGE, "About\nx \\ y", (Sample(1.5, {"name": HOSTILE, "also": "ü"}), Sample(2, {})))
    (found,) = text_string_to_metric_families(text([family]))
    assert [(each.labels, each.value) for each in found.samples] == [({"also": "ü", "name": HOSTILE}, 1.5), ({}, 2)]
    assert text([Family("responder_y", COUNTER, "None.")]).splitlines() == [
        "# HELP responder_y None.",
        "# TYPE responder_y counter",
    ]


@pytest.mark.parametrize(
    ("figure", "written"),
    [
        (0, "0"),
        (3.0, "3"),
        (0.0125, "0.0125"),
        (1797490800.5, "1797490800.5"),
        (float("nan"), "NaN"),
        (1e20, "1" + "0" * 20),
    ],
)
def test_a_figure_is_written_exactly(figure: float, written: str) -> None:
    """No instant loses its seconds."""
    assert text([Family("x", GAUGE, "x", (Sample(figure, {}),))]).endswith(f"x {written}\n")


async def test_the_figures_are_those_of_the_state_and_of_the_process(page: Any) -> None:
    """Threads, mail, mailboxes, troubles and the version, each under its name."""
    await page.get("/rates")
    answer, body = await page.get("/metrics")
    assert answer.headers["Content-Type"] == CONTENT_TYPE
    found = parsed(body)
    for name, labels, figure in (
        ("responder_build_info", {"version": "1.2.3"}, 1),
        ("responder_open_threads", {"account": "main", "marketplace": "amazon.fr"}, 2),
        ("responder_open_threads", {"account": "main", "marketplace": "amazon.de"}, 1),
        ("responder_overdue_threads", {}, 1),
        ("responder_next_deadline_timestamp_seconds", {}, (NOW - 2 * looked_at.HOUR).timestamp()),
        ("responder_sent_total", {"kind": "digest"}, 1),
        ("responder_suppressed_total", {"reason": "inside_working_hours"}, 4),
        ("responder_held_mails", {}, 1),
        ("responder_queued_mails", {}, 1),
        ("responder_parse_failures_total", {}, 0),
        ("responder_imap_reconnects_total", {"account": "main"}, 2),
        ("responder_digest_last_sent_timestamp_seconds", {}, (NOW - 3 * looked_at.HOUR).timestamp()),
        ("responder_troubles", {"kind": "mail_server_unreachable"}, 1),
    ):
        assert (name, labels, value(found, name, **labels)) == (name, labels, figure)
    assert {each.labels["metric"] for each in found["responder_rate"].samples} >= {"late_shipment_rate"}
    assert all(0 <= each.value <= 1 for each in found["responder_rate_cap"].samples)


async def test_a_counter_goes_on_where_it_was(store: Store, own: Any) -> None:
    """A scrape counts what came since the last one, and nothing twice."""
    await own.get("/metrics")
    because = [{"code": "answered", "detail": ""}]
    await store.tx(decisions.decide, decisions.Decision(at=NOW, action="withhold", reasons=because))
    for _ in range(2):
        found = parsed((await own.get("/metrics"))[1])
    assert value(found, "responder_suppressed_total", reason="answered") == 1
    assert value(found, "responder_suppressed_total", reason="inside_working_hours") == 4


async def test_every_name_is_documented_and_every_documented_name_is_there(page: Any) -> None:
    """docs/status-page.md lists each with its type and its labels: dashboards rely on them."""
    await page.get("/rates")
    rows = re.findall(r"^\| `(responder_\w+)(?:\{([\w, ]*)\})?` \| (counter|gauge) \|", DOCS, re.MULTILINE)
    documented = {name: (kind, set(filter(None, labels.split(", ")))) for name, labels, kind in rows}
    found = parsed((await page.get("/metrics"))[1])
    assert set(documented) == set(found)
    for name, (kind, labels) in documented.items():
        assert found[name].type == kind
        for sample in found[name].samples:
            assert set(sample.labels) == labels, name


async def test_nothing_of_a_buyer_is_a_label(empty: Store, served: Any) -> None:
    """Names, subjects, orders and addresses stay on the pages; a monitoring server may be anybody's."""
    await empty.tx(lambda conn: looked_at.fill(conn, "planted words", "planted text"))
    async with served(empty) as page:
        _, body = await page.get("/metrics")
    assert "planted" not in body
    assert looked_at.ALIAS not in body
    assert not re.search(r"\d{3}-\d{7}-\d{7}", body)


async def test_an_account_with_a_strange_name_breaks_no_line(empty: Store, served: Any) -> None:
    """A name of the seller's own may hold quotes."""
    facts = replace(looked_at.facts(), accounts=(HOSTILE,))
    async with served(empty, facts) as page:
        found = parsed((await page.get("/metrics"))[1])
    (sample,) = found["responder_imap_reconnects_total"].samples
    assert sample.labels["account"] == " ".join(HOSTILE.split())


def test_the_alert_rules_ask_for_names_that_there_are() -> None:
    """Four rules, each with its sentence, its severity and a place in docs/status-page.md."""
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    assert len(group["rules"]) == 4
    for rule in group["rules"]:
        asked = set(re.findall(r"responder_\w+", rule["expr"]))
        assert asked <= set(re.findall(r"`(responder_\w+)", DOCS))
        assert asked or 'job="responder"' in rule["expr"]
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert {"summary", "description"} <= set(rule["annotations"])
        assert f"`{rule['alert']}`" in DOCS


async def test_what_never_was_is_missed_too(empty: Store, served: Any) -> None:
    """A figure that is absent is never too old: a rule about its age also asks for its absence."""
    async with served(empty) as page:
        found = parsed((await page.get("/metrics"))[1])
    absent = {name for name, family in found.items() if not family.samples}
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    aged = [(rule["expr"], name) for rule in group["rules"] for name in absent if f"time() - {name}" in rule["expr"]]
    assert len(aged) == 2
    for expression, name in aged:
        (present,) = re.findall(rf"or \((\w+) offset \d+[mh] unless {name}\)", expression)
        assert present in set(found) - absent


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_accepts_the_rules() -> None:
    """Prometheus's own check, and what fires after which time, where it is installed."""
    for what, file in (("check", RULES), ("test", Path(__file__).with_name("rules_test.yml"))):
        done = subprocess.run(
            ["promtool", what, "rules", file], capture_output=True, text=True, check=False, timeout=30
        )
        assert done.returncode == 0, done.stdout + done.stderr
