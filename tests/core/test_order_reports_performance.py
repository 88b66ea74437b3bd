"""Amazon's performance report: its rates and warnings, and what makes it unreadable."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fuzz.invariants import catalogue
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.builders import performance

from responder.core.order_reports import ReportError
from responder.core.performance_reports import StorePerformance, performance_report

GERMANY = "A1PA6795UKMFR9"


def read(raw: bytes) -> StorePerformance:
    """Return the one store of a report."""
    (store,) = performance_report(raw, catalogue()).stores
    return store


def changed(**metrics: Any) -> bytes:
    """Return a report of one store with other metrics."""
    return performance({"amazon.de": "GOOD"}, **metrics)


def test_rates_are_read_with_their_windows_and_counts() -> None:
    """Merchant's and Amazon's own orders apart where the report has them apart."""
    store = read(performance({"amazon.de": "GOOD"}))
    rates = {(rate.name, rate.fulfilment): rate for rate in store.rates}
    assert (store.marketplace, store.status) == ("amazon.de", "NORMAL")
    assert set(rates) == {
        ("order_defect_rate", "afn"),
        ("order_defect_rate", "mfn"),
        ("late_shipment_rate", None),
        ("pre_fulfillment_cancellation_rate", None),
    }
    defects = rates["order_defect_rate", "mfn"]
    assert (defects.rate, defects.target, defects.condition, defects.status) == (0.004, 0.01, "LESS_THAN", "GOOD")
    assert (defects.from_at, defects.until_at) == (
        datetime(2026, 9, 10, tzinfo=UTC),
        datetime(2026, 11, 25, tzinfo=UTC),
    )
    assert defects.counts["order_with_defects"] == 2
    assert rates["late_shipment_rate", None].counts == {"order_count": 300, "late_shipment_count": 3}


def test_a_count_may_name_of_what_it_is() -> None:
    """Every count that the shipped rules divide by is read, that of the shipments with tracking as well."""
    said = {"rate": 0.97, "onTimeDeliveryCount": 194, "shipmentCountWithValidTracking": 200, "countryCode": 7}
    on_time = next(rate for rate in read(changed(onTimeDeliveryRate=said)).rates if rate.name.startswith("on_time"))
    assert on_time.counts == {"on_time_delivery_count": 194, "shipment_count_with_valid_tracking": 200}


def test_each_store_has_its_own_warnings() -> None:
    """A warning of messaging abuse in one store says nothing of the others; the figures are plain JSON."""
    report = performance_report(performance({"amazon.de": "BAD", "amazon.fr": "GOOD"}), catalogue())
    assert {store.marketplace: store.messaging_abuse for store in report.stores} == {
        "amazon.de": True,
        "amazon.fr": False,
    }
    for store in report.stores:
        figures = store.figures()
        assert json.loads(json.dumps(figures)) == figures
        assert figures["messaging_abuse"] is store.messaging_abuse
        assert figures["rates"][0]["from_at"] == "2026-09-10T00:00:00+00:00"


@pytest.mark.parametrize(
    "written",
    [
        {"spammingSellerMessaging": "BAD"},
        {"spammingSellerMessaging": {"status": "BAD"}},
        [{"spammingSellerMessaging": "BAD"}],
        [{"name": "spammingSellerMessaging", "status": "BAD"}],
        [{"warningType": "other", "status": "GOOD"}, {"warningType": "spammingSellerMessaging", "state": "BAD"}],
    ],
)
def test_a_warning_is_read_however_it_is_nested(written: object) -> None:
    """Nobody has shown us the exact form: the name and its state count."""
    assert read(changed(warningStates=written)).messaging_abuse is True


@pytest.mark.parametrize("written", [None, [], {}, "GOOD", {"spammingSellerMessaging": 1}, [[]]])
def test_a_report_without_the_warning_says_nothing_of_it(written: object) -> None:
    """Not said is neither good nor bad."""
    assert read(changed(warningStates=written)).messaging_abuse is None


def test_keys_nobody_knows_are_passed_over() -> None:
    """A new rate is kept by its name, anything else is no business of ours."""
    store = read(changed(newRate={"rate": 0.5, "newCount": 4, "deep": {"er": []}}, note="x", other=[1]))
    found = next(rate for rate in store.rates if rate.name == "new_rate")
    assert (found.rate, found.counts) == (0.5, {"new_count": 4})


def test_the_report_is_read_without_its_outer_name() -> None:
    """And a store that no row knows is named apart from the others."""
    whole = json.loads(performance({"amazon.de": "GOOD"}))["accountHealthReport"]
    whole["performanceMetrics"].append({"marketplaceId": "A0000000000000"})
    report = performance_report(b"\xef\xbb\xbf" + json.dumps(whole).encode(), catalogue())
    assert ([store.marketplace for store in report.stores], report.unknown) == (["amazon.de"], ("A0000000000000",))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "cannot be read"),
        (b"\xff\xfe{}", "cannot be read"),
        (b"[]", "no seller performance report"),
        (b"{}", "no performanceMetrics"),
        (b'{"performanceMetrics": []}', "no performanceMetrics"),
        (b'{"performanceMetrics": [1]}', "no seller performance report"),
        (b'{"performanceMetrics": [{"marketplaceId": "A0"}]}', "its store is none we know: A0"),
        (b'{"performanceMetrics": ' + b"[" * 100_000, "cannot be read"),
        (changed(lateShipmentRate={"rate": "0.01"}), "lateShipmentRate.rate is '0.01', no number"),
        (changed(lateShipmentRate={"rate": -1}), "lateShipmentRate.rate is -1, no number"),
        (changed(lateShipmentRate={"rate": True}), "is True, no number"),
        (changed(lateShipmentRate={"rate": float("nan")}), "NaN is no number"),
        (changed(lateShipmentRate={"orderCount": 1e300}), "lateShipmentRate.orderCount is"),
        (changed(lateShipmentRate={"reportingDateRange": {"reportingDateTo": "soon"}}), "'soon', is no date"),
        (changed(lateShipmentRate={"reportingDateRange": {"reportingDateTo": 7}}), "is no date"),
    ],
)
def test_what_is_no_report_is_refused_in_words(raw: bytes, words: str) -> None:
    """Also a number or a date that is none: half a report would be believed."""
    with pytest.raises(ReportError, match=words.replace("(", r"\(").replace(".", r"\.")):
        performance_report(raw, catalogue())


_KEYS = st.text(max_size=8) | st.sampled_from(
    [
        "marketplaceId",
        "warningStates",
        "spammingSellerMessaging",
        "status",
        "rate",
        "reportingDateRange",
        "afn",
        "count",
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([GERMANY, "BAD"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=40)
@given(st.dictionaries(_KEYS, _JSON, max_size=6))
def test_any_metrics_are_figures_or_refused(metrics: dict[str, Any]) -> None:
    """Nothing else can come out, and what comes out is plain JSON."""
    raw = json.dumps({"performanceMetrics": [{"marketplaceId": GERMANY} | metrics]}).encode()
    try:
        report = performance_report(raw, catalogue())
    except ReportError:
        return
    for store in report.stores:
        json.dumps(store.figures(), allow_nan=False)
