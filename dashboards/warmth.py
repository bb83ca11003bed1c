"""Whether the kernels of what-if are compiled: a run that comes first would wait for that."""

from typing import Final, Literal, Protocol, TypeAlias

from dashboards.installed import Installed

Standing: TypeAlias = Literal["unwatched", "warming", "warm", "failed"]
"""Of the kernels: nobody looks after them, they are being compiled, they are, or it broke."""


class Warmer(Protocol):
    """Whoever has the kernels compiled before anybody asks for a run."""

    def standing(self) -> Standing:
        """How far it is."""
        ...

    def seconds(self) -> float:
        """For how long it has been, or was, at work."""
        ...


class _NoWarmer:
    def standing(self) -> Standing:
        return "unwatched"

    def seconds(self) -> float:
        return 0.0


WARMTH: Final = Installed[Warmer](_NoWarmer())
"""The warmer of this process."""


def sentence() -> str:
    """What a viewer should know of the kernels before pressing Run."""
    match WARMTH.one.standing():
        case "warm":
            return "The first answer comes within seconds."
        case "warming":
            return (
                "The kernels of the simulation are being compiled in the background, for "
                f"{WARMTH.one.seconds():.0f} s so far (a minute or so in all, once): a run "
                "that is started now begins when they are done."
            )
        case "failed":
            return (
                "Compiling the kernels in the background broke; the log of the page server says "
                "why. The first run compiles them itself, which takes a minute or so."
            )
        case _:
            return "The very first run compiles its kernels, which takes a minute or so."
