"""What `breach_of` finds in a single fact, and what the fold does with such a fact."""

import pytest
from msgspec.structs import replace

from tests.state.histories import numbered, records, run
from tests.state.legal_cases import CASES, MODEL, installed
from tests.state.random_facts import CAD, FAMILIES, IHD, SOURCES, fact_of
from twin.events.registry import PremisesFact
from twin.state.legality import CHECKS, breach_of


def found(fact: PremisesFact) -> str | None:
    """The rule that a fact breaks at the moment from which the cases count."""
    (event,) = numbered([(SOURCES[0], 0, fact)])
    return breach_of(event=event, fact=fact)


@pytest.mark.rule(
    "BR06",
    "BR09",
    "BR10",
    "BR11",
    "BR12",
    "BR14",
    "BR15",
    "BR18",
    "BR19",
    "BR20",
    "BR21",
    "BR24",
    "BR26",
    "BR27",
    "BR33",
    "BR34",
    "BR35",
    "BR36",
    "BR38",
    "BR43",
)
@pytest.mark.parametrize(("rule", "illegal", "legal"), CASES)
def test_one_breaks_the_rule_and_the_other_none(
    rule: str, illegal: PremisesFact, legal: PremisesFact
) -> None:
    assert found(illegal) == rule
    assert found(legal) is None


@pytest.mark.parametrize(("rule", "illegal", "legal"), CASES)
def test_a_breach_is_counted_and_changes_nothing_else(
    rule: str, illegal: PremisesFact, legal: PremisesFact
) -> None:
    """Its verdict, its place in the log and its number are those of any other fact."""
    log = records(numbered([(SOURCES[0], 0, legal), (SOURCES[0], 0, illegal)]))
    before, after = run(log[:1]), run(log)
    assert (after.applied, after.dead, after.held) == (2, 0, 0)
    assert after.premises.breaches == {rule: 1}
    assert after.premises.sequences == {SOURCES[0]: 2}
    assert replace(after.premises, breaches={}, sequences=before.premises.sequences) == (
        before.premises
    )


def test_every_check_has_a_case() -> None:
    """And every firmware type its refusal for devices that get none from the DCC (BR38)."""
    shown = {type(illegal) for _, illegal, _ in CASES} | set(FAMILIES["firmware"])
    assert set(CHECKS) == shown


@pytest.mark.rule("BR38")
@pytest.mark.parametrize("cls", FAMILIES["firmware"])
@pytest.mark.parametrize("device", [IHD, CAD])
def test_no_firmware_fact_of_a_type_2_device(cls: type[PremisesFact], device: str) -> None:
    fact = fact_of(cls, lambda words: device if device in words else words[-1])
    assert found(fact) == "BR38"


def test_the_same_breach_is_counted_each_time() -> None:
    fact = installed(IHD, MODEL)
    entry = run(records(numbered([(SOURCES[0], minute, fact) for minute in range(3)])))
    assert entry.premises.breaches == {"BR38": 3}
    assert entry.premises.devices == {}
