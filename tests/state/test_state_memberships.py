"""A device's part in a campaign: its newest word stands, and its release is its first step."""

from datetime import timedelta

from hypothesis import given

from tests.state.histories import LAWS, after, evolved, histories, numbered
from tests.state.legal_cases import REQUEST, named, step
from tests.state.random_facts import CAMPAIGN_OF, ESME, SOURCES, START, TARGET_OF
from tests.state.test_oracle import folded, newest, of
from twin.events import firmware
from twin.events.envelope import Event
from twin.events.registry import PremisesFact
from twin.state.devices import Enrolment, Execution
from twin.state.premises import Premises
from twin.vocabulary import CspRegion, Exclusion, ExecutionState

CAMPAIGN, TARGET = CAMPAIGN_OF[ESME], TARGET_OF[ESME]


def enrolled(*, wave: int, region: CspRegion | None = CspRegion.NORTH) -> PremisesFact:
    """A place in a wave for the electricity meter."""
    part = {"campaign_id": CAMPAIGN, "wave": wave, "place": 0.25, "firmware_version": TARGET}
    return firmware.DeviceEnrolled(**named(ESME), **part, region=region, supplier="S01")  # type: ignore[arg-type]


def excluded(reason: Exclusion) -> PremisesFact:
    """No place for the electricity meter."""
    return firmware.DeviceExcluded(**named(ESME), campaign_id=CAMPAIGN, reason=reason)


def asked(*, attempt: int) -> PremisesFact:
    """An update is requested."""
    return firmware.FirmwareUpdateRequested(
        **{**step(ESME), "attempt": attempt}, request_id=REQUEST, firmware_version=TARGET
    )


def word_in(premises: Premises) -> Enrolment:
    """The word that stands."""
    return premises.devices[ESME].enrolments[CAMPAIGN]


def execution_in(premises: Premises) -> Execution:
    """The meter's execution."""
    return premises.devices[ESME].executions[CAMPAIGN]


def test_the_newest_word_stands() -> None:
    told = (
        excluded(Exclusion.NOT_COMMISSIONED),
        enrolled(wave=2),
        excluded(Exclusion.EXCLUDED_MODEL),
    )
    words = [word_in(after(*told[:count])) for count in (1, 2, 3)]
    assert [word.wave for word in words] == [None, 2, None]
    assert [word.reason for word in words] == ["not_commissioned", None, "excluded_model"]
    placed = words[1]
    assert (placed.place, placed.region, placed.supplier) == (0.25, "North", "S01")
    assert placed.target_version == TARGET
    assert words[2].target_version is None


def test_of_two_words_of_one_moment_the_later_number_stands() -> None:
    both = numbered([(SOURCES[0], 1, enrolled(wave=3)), (SOURCES[0], 1, enrolled(wave=1))])
    assert word_in(evolved(both)).wave == word_in(evolved(reversed(both))).wave == 1


def test_who_moves_stays_in_the_stratum_of_the_enrolment() -> None:
    """A region that was unknown then is unknown for good, until a newer word is told."""
    assert word_in(after(enrolled(wave=1, region=None))).region is None
    assert word_in(after(enrolled(wave=1, region=None), enrolled(wave=1))).region == "North"


def test_a_word_starts_no_execution_and_an_execution_places_nobody() -> None:
    assert after(enrolled(wave=1)).devices[ESME].executions == {}
    assert after(asked(attempt=1)).devices[ESME].enrolments == {}


def test_a_release_is_the_first_step_of_any_attempt() -> None:
    """The day of a cohort is not moved by a second attempt, whichever is heard of first."""
    timed_out = firmware.FirmwareUpdateTimedOut(**step(ESME))
    execution = execution_in(after(asked(attempt=1), timed_out, asked(attempt=2)))
    assert (execution.attempt, execution.state) == (2, ExecutionState.REQUESTED)
    assert execution.released_at == START
    assert execution.requested_at == START + timedelta(minutes=2)


@LAWS
@given(histories(max_size=40))
def test_enrolments_are_the_newest_word(events: list[Event]) -> None:
    """Of a place in a wave and a reason for none, whichever was said last."""
    premises, kinds = folded(events), (firmware.DeviceEnrolled, firmware.DeviceExcluded)
    for device_id, device in premises.devices.items():
        word = newest(events, of(device_id, *kinds))
        assert list(device.enrolments) == ([word.campaign_id] if word else [])
        for held in device.enrolments.values():
            said = tuple(getattr(word, name, None) for name in ("wave", "region", "supplier"))
            assert (held.wave, held.region, held.supplier) == said
            assert held.place == getattr(word, "place", 0.0)
            assert held.target_version == getattr(word, "firmware_version", None)
            assert held.reason == getattr(word, "reason", None)
