"""What a document does not say is named as lacking, never made up."""

import pytest

from tests.ingest.duis.duis_alerts import ALERTS, status_change
from tests.ingest.duis.duis_documents import CAD, elements, response
from tests.ingest.duis.duis_dual_band import dual_band
from tests.ingest.duis.duis_messages import MESSAGES
from tests.ingest.duis.duis_register import said
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_responses import RESPONSES
from twin.events import bands, lifecycle
from twin.events.firmware import FirmwareUpdateWarned
from twin.events.messages import ServiceAnswered, ServiceRequested
from twin.events.registry import PREMISES_TYPES, short_name
from twin.ingest.duis.facts_alerted import ALERTED
from twin.ingest.duis.facts_answered import ANSWERED
from twin.ingest.duis.facts_asked import ASKED
from twin.ingest.duis.facts_of_devices import BY_DEVICE
from twin.ingest.duis.meanings import (
    Meaning,
    Silence,
    Why,
)

EXCHANGED = (ServiceRequested, ServiceAnswered)
"""What is said where nothing more can be; see `test_duis_asked` and `test_duis_answers`."""


def test_silences_lack_what_the_page_says_and_nothing_else():
    tables = (
        (REQUESTS, ASKED),
        (RESPONSES, ANSWERED),
        (ALERTS, ALERTED),
        (MESSAGES, BY_DEVICE),
    )
    lacking, meant = {}, set()
    for documents, rules in tables:
        for octets, content in documents.values():
            for one in said(octets):
                if isinstance(one, Meaning) and type(one.fact) not in EXCHANGED:
                    meant.add(type(one.fact))
                    assert type(one.fact) in rules[type(content)].facts
                elif isinstance(one, Silence) and one.why is Why.NOT_SAID:
                    lacking[(type(content), one.fact)] = one.lacking
    for (content, fact), fields in lacking.items():
        rule = next(rules[content] for _, rules in tables if content in rules)
        kind = next(one for one in rule.facts if short_name(one.TYPE) == fact)
        named = rule.lacks.get(kind)
        if kind is lifecycle.DeviceStatusChanged:
            assert "reason" in fields
        elif kind is lifecycle.CommsHubReplaced:
            assert fields == ("reason", "gpf_log_restored")
        else:
            assert fields == named, kind
    assert len(meant) > 15
    assert meant <= set(PREMISES_TYPES.values())


@pytest.mark.parametrize(
    ("octets", "fact", "lacking"),
    [
        (ALERTS["outage"][0], "lifecycle.power-outage-alerted", ("minutes",)),
        (ALERTS["no capacity"][0], "bands.high-bandwidth-link-refused", ("links_in_use",)),
        (
            status_change("<DeviceRestored/>"),
            "lifecycle.device-status-changed",
            ("to_status", "reason"),
        ),
    ],
)
def test_what_a_message_does_not_say_is_not_made_up(octets, fact, lacking):
    (silence,) = said(octets)
    assert isinstance(silence, Silence)
    assert (silence.why, silence.fact, silence.lacking) == (Why.NOT_SAID, fact, lacking)


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (REQUESTS["4.16"][0], Why.OUTSIDE),
        (REQUESTS["signed 11.3"][0], Why.EMBEDDED),
        (RESPONSES["device alert"][0], Why.EMBEDDED),
        (RESPONSES["another domain"][0], Why.OUTSIDE),
        (ALERTS["another domain"][0], Why.OUTSIDE),
        (dual_band("8F29"), Why.NO_FACT_TYPE),
        (MESSAGES["other alert"][0], Why.OUTSIDE),
    ],
)
def test_a_document_without_a_fact_says_why(octets, why):
    (silence,) = said(octets)
    assert isinstance(silence, Silence)
    assert silence.why is why


def test_settings_in_the_wrong_order_break_a_rule():
    spoilt = ALERTS["settings"][0].replace(b">1.2<", b">2.0<").replace(b">2.1<", b">1.6<")
    (silence,) = said(spoilt)
    assert isinstance(silence, Silence)
    assert silence.why is Why.RULE


def test_a_link_that_is_refused_is_never_guessed_to_be_the_fifth():
    assert "links_in_use" in bands.HighBandwidthLinkRefused.__struct_fields__
    (silence,) = said(ALERTS["no capacity"][0])
    assert silence.device_id == CAD


@pytest.mark.parametrize("element", ["DSPUpdateFirmwareWarning", "DSPUpdatePPMIDFirmwareWarning"])
def test_a_warning_that_lists_no_device_is_a_silence(element: str):
    (silence,) = said(response(elements(**{element: ""}), variant="11.1"))
    assert isinstance(silence, Silence)
    assert (silence.why, silence.lacking) == (Why.NOT_SAID, ("device_id",))
    assert silence.fact == short_name(FirmwareUpdateWarned.TYPE)
