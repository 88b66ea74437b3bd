"""The rules of Amazon's rates: what is shipped, the seller's own rows, and every mistake with its place."""

from pathlib import Path

import pytest

from responder.adapters.catalogue import load as load_catalogue
from responder.adapters.metric_rules import _COLUMNS, FILE, load, parse
from responder.core.metrics import Basis, Bound, Metric
from responder.errors import ConfigError

ROW = """metrics:
  - metric: late_shipment_rate
    days: 20
    lag_days: 1
    basis: ship_by_at
    cap: 0.05
    bound: below
    grade: W
    source: our own reading
"""


def refused(text: str) -> list[str]:
    """Return every problem of a file, with its place."""
    with pytest.raises(ConfigError) as caught:
        parse(text, FILE)
    return [str(problem) for problem in caught.value.problems]


def test_every_rate_has_its_window_and_cap() -> None:
    """As the facts have them; each row names a source, and a conflict says what contradicts what."""
    rows = {(rule.metric, rule.days): (rule.lag_days, rule.cap, rule.basis) for rule in load()}
    assert {metric for metric, _ in rows} == set(Metric)
    assert rows == {
        (Metric.ORDER_DEFECT_RATE, 60): (15, 0.01, Basis.PURCHASED),
        (Metric.CANCELLATION_RATE, 7): (1, 0.025, Basis.PURCHASED),
        (Metric.LATE_SHIPMENT_RATE, 30): (0, 0.04, Basis.SHIPPED),
        (Metric.LATE_SHIPMENT_RATE, 10): (0, 0.04, Basis.SHIPPED),
        (Metric.REFUND_RATE, 30): (0, None, Basis.PURCHASED),
        (Metric.VALID_TRACKING_RATE, 30): (10, 0.95, Basis.DELIVER_BY),
        (Metric.ON_TIME_DELIVERY_RATE, 30): (10, 0.9, Basis.DELIVER_BY),
        (Metric.RESPONSE_WITHIN_24H, 7): (0, 0.9, Basis.RECEIVED),
        (Metric.RESPONSE_WITHIN_24H, 30): (0, 0.9, Basis.RECEIVED),
        (Metric.RESPONSE_WITHIN_24H, 90): (0, 0.9, Basis.RECEIVED),
        (Metric.INVOICE_DEFECT_RATE, 7): (8, 0.05, Basis.PURCHASED),
    }
    assert {rule.metric for rule in load() if rule.grade == "CONFLICT"} == {
        Metric.ORDER_DEFECT_RATE,
        Metric.ON_TIME_DELIVERY_RATE,
        Metric.INVOICE_DEFECT_RATE,
    }
    assert all(rule.source and rule.warn_at == 0.8 for rule in load())


def test_own_rows_take_the_place_of_all_shipped_ones_of_the_rate(tmp_path: Path) -> None:
    """A window that was replaced does not stand beside its replacement; other rates stay; the folder stays readable."""
    (tmp_path / FILE).write_text(ROW)
    (first, *others) = load(tmp_path)
    assert (first.metric, first.days, first.lag_days, first.cap) == (Metric.LATE_SHIPMENT_RATE, 20, 1, 0.05)
    assert (first.basis, first.bound, first.amazon, first.fresh_days) == (Basis.SHIP_BY, Bound.BELOW, (), 7)
    assert others == [rule for rule in load() if rule.metric is not Metric.LATE_SHIPMENT_RATE]
    assert load_catalogue(tmp_path) == load_catalogue()


def test_a_folder_without_the_file_changes_nothing(tmp_path: Path) -> None:
    """The shipped rules count."""
    assert load(tmp_path) == load()


def test_names_of_stores_are_written_in_any_case() -> None:
    """They are compared in small letters."""
    (rule,) = parse(f"{ROW}    marketplaces: [Amazon.DE]\n", FILE)
    assert rule.marketplaces == ("amazon.de",)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("days: 20", "days: 0", "metrics.yaml:3:11: 'days' is 0 (it must be a whole number from 1 to 400)"),
        ("days: 20", "days: true", "metrics.yaml:3:11: 'days' is True (it must be a whole number from 1 to 400)"),
        ("lag_days: 1", "lag_days: -1", "metrics.yaml:4:15: 'lag_days' is -1"),
        ("cap: 0.05", "cap: 5", "metrics.yaml:6:10: 'cap' is 5 (it must be a number above 0 and at most 1"),
        ("cap: 0.05", "cap: .nan", "metrics.yaml:6:10: 'cap' is nan"),
        ("cap: 0.05", "cap: 5%", "metrics.yaml:6:10: 'cap' is '5%'"),
        ("cap: 0.05", "kap: 0.05", "metrics.yaml:6:5: unknown key 'kap' (did you mean 'cap'?)"),
        ("grade: W", "grade: X", "metrics.yaml:8:12: 'grade' is 'X' (it must be one of P, S, W, CONFLICT)"),
        ("grade: W", "warn_at: 2\n    grade: W", "metrics.yaml:8:14: 'warn_at' is 2"),
        ("    source: our own reading\n", "", "metrics.yaml:2:5: 'source' is missing (it must be a text)"),
        ("late_shipment_rate", "[late_shipment_rate]", "metrics.yaml:2:13: 'metric' is ['late_shipment_rate']"),
        ("ship_by_at", "received_at", "metrics.yaml:5:12: late_shipment_rate is not counted by received_at"),
        ("bound: below", "bound: at_least", "metrics.yaml:7:12: late_shipment_rate is no rate that stays at_least"),
        ("late_shipment_rate", "valid_tracking_rate", "metrics.yaml:7:12: valid_tracking_rate is no rate that stays"),
    ],
)
def test_a_bad_row_is_told_with_its_line(old: str, new: str, problem: str) -> None:
    """The value, what it must be, and where it stands."""
    (said,) = refused(ROW.replace(old, new))
    assert said.startswith(problem)


def test_two_rows_of_one_window_in_one_store_are_refused() -> None:
    """Nobody could tell them apart, and an alert about one would be undone by the other; in two stores they are two."""
    row = ROW.partition("\n")[2]
    (said,) = refused(ROW + row.replace("cap: 0.05", "cap: 0.04"))
    assert said.startswith("metrics.yaml:10:5: late_shipment_rate over 20 days has a row before this one")
    here, there, both = (
        f"{row}    marketplaces: [{names}]\n" for names in ("amazon.de", "amazon.fr", "amazon.it, amazon.de")
    )
    assert len(refused(f"metrics:\n{here}{there}{both}")) == 1
    assert len(parse(f"metrics:\n{here}{there}{row}{row.replace('20', '30')}", FILE)) == 4


@pytest.mark.parametrize("text", ["", "[]", "metrics: 1", f"{ROW}other: []\n"])
def test_a_file_of_another_form_is_refused(text: str) -> None:
    """One list of this name, and nothing else."""
    (said,) = refused(text)
    assert "the file must hold one list named 'metrics'" in said


def test_every_problem_of_a_file_is_told_at_once() -> None:
    """A seller corrects a file once."""
    assert len(refused(f"{ROW}  - 7\n".replace("days: 20", "days: x").replace("grade: W", "grade: w"))) == 3


def test_every_column_is_documented() -> None:
    """A seller finds in docs/formats.md what the columns are called."""
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{FILE}`")]
    named = {word for part in row.split("`")[1::2] for word in part.split(", ")}
    assert set(_COLUMNS) - {"source", "grade"} <= named
