"""Local pairings written by hand: as designed, and with one deviation of every kind."""

from datetime import UTC, datetime, timedelta

from twin.events import joining, pairing
from twin.events.envelope import new_event
from twin.evidence.processes.conformance import Kind
from twin.vocabulary import (
    DeviceType,
    KeySource,
    LogChange,
    ModeOpenedBy,
    PairingChannel,
    PairingFault,
    PairingRoute,
)

BEGINS = datetime(2017, 8, 1, 9, tzinfo=UTC)
HUB, METER, CAD = (f"0A-0B-0C-0D-0E-0F-00-0{n}" for n in (1, 2, 3))
LOCAL = PairingRoute.LOCAL


def premises(n: int) -> str:
    return f"Pabcdefabcdefab{n:02d}"


def attempt(n: int) -> str:
    return f"7c4c348b-fd56-5dc3-9afb-7b229ac58b{n:02d}"


def as_designed(n: int) -> list[tuple[str, str, object, int]]:
    """A local pairing that goes well: name, teller, fact, seconds after the one before."""
    own = attempt(n)
    return [
        ("started", "esme", pairing.PairingStarted(own, LOCAL, PairingChannel.AT_METER, False), 1),
        ("mode", "esme", pairing.PairingModeOpened(own, 600, ModeOpenedBy.CONSUMER), 30),
        ("reported", "cad", pairing.CadAddressReported(own, CAD), 12),
        ("displayed", "chf", pairing.CadAddressDisplayed(own, CAD), 1),
        ("selected", "esme", pairing.CadSelected(own, CAD), 15),
        ("entered", "esme", pairing.InstallCodeEntered(own, 44, 1, 90), 180),
        ("transferred", "esme", pairing.InstallCodeTransferred(own, 16, True), 1),
        ("listed", "chf", joining.ChfDeviceLogChanged(HUB, CAD, LogChange.ADDED, (CAD,), ()), 1),
        (
            "joined",
            "chf",
            joining.DeviceJoined(CAD, DeviceType.CAD, KeySource.INSTALL_CODE, 300, 600),
            30,
        ),
        (
            "succeeded",
            "esme",
            joining.JoinSucceeded(METER, DeviceType.ESME, CAD, DeviceType.CAD),
            1,
        ),
        ("completed", "esme", pairing.PairingCompleted(own, LOCAL, CAD, 16, 271), 1),
    ]


def without(name):
    return lambda steps: [step for step in steps if step[0] != name]


def moved(name, before):
    def change(steps):
        (step,) = (one for one in steps if one[0] == name)
        rest = [one for one in steps if one[0] != name]
        place = [one[0] for one in rest].index(before)
        return [*rest[:place], step, *rest[place:]]

    return change


def told_twice(name):
    return lambda steps: [one for step in steps for one in [step] * (1 + (step[0] == name))]


def also(n, fact, teller):
    return lambda steps: [*steps, (f"more {n}", teller, fact, 1)]


def changed(name, **given):
    def change(steps):
        return [
            (one[0], given.get("teller", one[1]), one[2], given.get("after", one[3]))
            if one[0] == name
            else one
            for one in steps
        ]

    return change


def cut_after(name):
    return lambda steps: steps[: [one[0] for one in steps].index(name) + 1]


PLANTED = {
    Kind.STARTS_ELSEWHERE: moved("mode", "started"),
    Kind.NOT_OF_THE_PROCESS: also(
        2, joining.GpfDeviceLogChanged("0A-0B-0C-0D-0E-0F-00-09", (CAD,)), "gpf"
    ),
    Kind.SKIPPED: without("selected"),
    Kind.REPEATED: told_twice("mode"),
    Kind.WRONG_ORDER: moved("selected", "displayed"),
    Kind.AFTER_THE_END: also(
        6, pairing.PairingModeOpened(attempt(6), 600, ModeOpenedBy.CONSUMER), "esme"
    ),
    Kind.ENDED_TWICE: also(
        7, pairing.PairingFailed(attempt(7), LOCAL, PairingFault.WINDOW_EXPIRED), "esme"
    ),
    Kind.NEVER_ENDS: cut_after("selected"),
    Kind.TOLD_BY_ANOTHER: changed("entered", teller="dsp"),
    Kind.TOO_SLOW: changed("joined", after=7200),
}


def events_of_attempt(n, steps):
    at, numbers, found = BEGINS, {}, []
    for _, teller, fact, after in steps:
        at += timedelta(seconds=after)
        named = {"esme": METER, "chf": HUB, "cad": CAD, "gpf": HUB}.get(teller, premises(n))
        source = f"urn:gb:{teller}:{named}"
        numbers[source] = numbers.get(source, 1000 * n) + 1
        found.append(
            new_event(
                fact=fact,
                source=source,
                sequence=numbers[source],
                key=premises(n),
                occurred_at=at,
                correlation_id=f"attempt:{attempt(n)}",
            )
        )
    return found
