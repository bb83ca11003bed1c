"""Joining: the window, which key in which half of it, and the method of a pair (GBCS)."""

from typing import Final

from twin.events.pairing import JOIN_WINDOW_MAX
from twin.rules.marks import rule
from twin.rules.refusal import GRANTED, Answer, Refusal, first_refusal, unless
from twin.vocabulary import DeviceType, JoinMethod, JoinResponse, KeySource
from twin.vocabulary.join_methods import method_of

_REQUEST_OF: Final = {JoinMethod.A: "8.7.1", JoinMethod.B: "8.7.2", JoinMethod.C: "8.7.1"}
RESPONSES: Final = tuple(JoinResponse)
"""Response codes 0 to 13 by their place."""


@rule("BR20")
def check_join_window(*, seconds: int) -> Answer:
    """A hub is open to joining for 1 to 3,600 seconds (JoinTimePeriod)."""
    return unless(
        broken=not 1 <= seconds <= JOIN_WINDOW_MAX,
        rule="BR20",
        why=f"a join window lasts 1 to {JOIN_WINDOW_MAX} s",
    )


@rule("BR20")
def check_join_time(*, seconds: float, window: int) -> Answer:
    """A device joins within the window; its last second belongs to it."""
    return first_refusal(
        check_join_window(seconds=window),
        unless(
            broken=not 0 <= seconds <= window,
            rule="BR20",
            why="the device came outside the join window",
        ),
    )


@rule("BR20", "BR21")
def key_for_rejoin(*, seconds: float, window: int, in_historic: bool) -> KeySource | Refusal:
    """Which key lets a device in, `seconds` into the window (CCS01).

    A device of the historic log joins by its earlier key in the first half of the window and by
    its install code in the second; the middle belongs to the first. Others need the code.
    """
    answer = check_join_time(seconds=seconds, window=window)
    if isinstance(answer, Refusal):
        return answer
    first_half = 2 * seconds <= window
    return KeySource.HISTORIC if in_historic and first_half else KeySource.INSTALL_CODE


@rule("BR26")
def check_join_method(
    *, device: DeviceType, partner: DeviceType, method: JoinMethod, certificate: bool = False
) -> Answer:
    """Whether two types of device join by a method, with a certificate if and only if it is C."""
    expected = method_of(device=device, partner=partner)
    if expected is None:
        return Refusal("BR26", f"{device.value} and {partner.value} are never joined")
    if expected is not method:
        return Refusal(
            "BR26", f"{device.value} and {partner.value} join by method {expected.value}"
        )
    if certificate is not (method is JoinMethod.C):
        return Refusal("BR26", "a certificate goes with method C and with no other")
    return GRANTED


@rule("BR26", "BR27")
def request_of(*, method: JoinMethod) -> str:
    """The service request of a join: 8.7.1 for methods A and C, 8.7.2 for method B."""
    return _REQUEST_OF[method]


@rule("BR25", "BR26")
def response_code(*, response: JoinResponse) -> int:
    """The code 0 to 13 of a join response (CS03)."""
    return RESPONSES.index(response)
