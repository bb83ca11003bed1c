"""The licence conditions on the in-home display: three named checks a premises (section 1)."""

from msgspec import Struct

from twin.rules.bands import check_band, check_ihd_connection
from twin.rules.findings import Finding, Verdict
from twin.rules.marks import rule
from twin.rules.refusal import Answer, Refusal
from twin.state.devices import Device, Link
from twin.state.premises import Coverage, Premises, active_device
from twin.vocabulary import Band, DeviceType

PROVISION = "licence condition 40.1 / 34.1"
PROVISION_REPEATED = "licence condition 40.4 / 34.4"
CONNECTION = "licence condition 49.4(d) / 43.4(d)"


class Evidence(Struct, frozen=True):
    """What the log says of a premises' display: where it is, and what the installer measured."""

    ihd: Device
    link: Link
    coverage: Coverage | None


@rule("BR12")
def judge_provision(*, premises: Premises) -> tuple[Finding, ...]:
    """Conditions 40.1 / 34.1 and their repeat: a 2.4 GHz IHD unless technically impracticable."""
    evidence = _evidence(premises)
    verdict: Verdict = "not_judgeable"
    if isinstance(evidence, str):
        why, subject = evidence, premises.premises_id
    else:
        verdict, why = _provision(premises, evidence)
        subject = evidence.ihd.device_id
    return tuple(
        Finding("BR12", check, subject, verdict, why) for check in (PROVISION, PROVISION_REPEATED)
    )


@rule("BR13")
def judge_connection(*, premises: Premises) -> tuple[Finding, ...]:
    """Condition 49.4(d) / 43.4(d): a 2.4 GHz IHD is connected at 2.4 GHz where reasonable.

    Where 2.4 GHz does not reach, nobody can tell from the log whether all reasonable steps
    were taken.
    """
    evidence = _evidence(premises)
    if isinstance(evidence, str):
        return (Finding("BR13", CONNECTION, premises.premises_id, "not_judgeable", evidence),)
    verdict, why = _connection(evidence)
    return (Finding("BR13", CONNECTION, evidence.ihd.device_id, verdict, why),)


def _evidence(premises: Premises) -> Evidence | str:
    """The evidence on the newest display, or why there is none."""
    ihd = active_device(premises, device_type=DeviceType.IHD)
    if ihd is None:
        return "no in-home display was installed"
    if ihd.link is None:
        return "no band was selected for the display"
    return Evidence(ihd, ihd.link, premises.coverage)


def _provision(premises: Premises, evidence: Evidence) -> tuple[Verdict, str]:
    link, coverage = evidence.link, evidence.coverage
    if link.band is Band.GHZ_2_4:
        return "met", "the display uses 2.4 GHz"
    hub = active_device(premises, device_type=DeviceType.CHF)
    variant = hub.hub_variant if hub else None
    answer = check_band(
        device_type=DeviceType.IHD, band=link.band, reason=link.reason, hub_variant=variant
    )
    if isinstance(answer, Refusal):
        return "broken", answer.why
    if coverage is None:
        return "not_judgeable", "nobody measured whether 2.4 GHz works"
    if coverage.ghz_2_4:
        return "broken", "2.4 GHz works, so it is not technically impracticable"
    return "met", "2.4 GHz is technically impracticable here"


def _connection(evidence: Evidence) -> tuple[Verdict, str]:
    link, coverage = evidence.link, evidence.coverage
    if link.band is Band.GHZ_2_4:
        return "met", "the display is connected at 2.4 GHz"
    if coverage is None:
        return "not_judgeable", "nobody measured whether 2.4 GHz works"
    answer: Answer = check_ihd_connection(ghz_2_4=coverage.ghz_2_4, band=link.band)
    if isinstance(answer, Refusal):
        return "broken", answer.why
    return (
        "not_judgeable",
        "2.4 GHz does not work; whether all reasonable steps were taken is unseen",
    )
