"""The key figures of a review: numbers to compare with those of another, with their good side."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from twin.evidence.review.counts import Counts, total
from twin.evidence.review.requests import IN_BREACH
from twin.evidence.telling import SUPPRESSED_BELOW

Side: TypeAlias = Literal["more", "less", "neither"]


class KeyFigure(Struct, frozen=True):
    """A figure as `part` of `whole` (None: a bare count), and which way is better."""

    name: str
    part: int
    whole: int | None
    better: Side

    @property
    def share(self) -> float | None:
        """The share from 0 to 1, or None where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None

    @property
    def may_be_told(self) -> bool:
        """Whether no count in it is a small one of premises."""
        parts = (self.part, self.whole or 0, (self.whole or 0) - self.part)
        return not any(0 < count < SUPPRESSED_BELOW for count in parts)


_OF_SHARES: Final[Mapping[str, Side]] = {
    "coverage by 2.4 GHz": "neither",
    "neither band": "neither",
    "links refused": "less",
    "remote attempts not paired": "less",
    "local attempts not paired": "less",
    "licence judgements failed": "less",
    "connection at 2.4 GHz not judgeable": "less",
    "Privacy PIN set": "more",
    "Privacy PINs among the twenty commonest": "less",
    "unauthorised attempts that paired": "less",
    "premises capable of local pairing": "more",
    "hubs capable of local pairing": "more",
    "meters capable of local pairing": "more",
    "requests answered late or not at all": "less",
}


def key_figures(counts: Counts) -> tuple[KeyFigure, ...]:
    """The figures by which reviews are compared, in the order of the pack."""
    parts = _shares(counts)
    shares = [KeyFigure(name, *parts[name], better) for name, better in _OF_SHARES.items()]
    return (
        KeyFigure("premises registered", counts.fleet["registered"], None, "neither"),
        KeyFigure("premises with hub and meter", counts.fleet["installed"], None, "neither"),
        KeyFigure("messages discarded", total(counts.duty, "discards"), None, "less"),
        *shares,
    )


def _shares(counts: Counts) -> dict[str, tuple[int, int]]:
    everywhere = next(row for row in counts.deployment if row["part"] == "all")
    refused = total(counts.link_words, "refused")
    failed = total(counts.licence, "failed")
    unknown, connection = _of_connection(counts)
    held = total(counts.pins, "premises", standing="set")
    plain = total(counts.pins, "premises", standing="set", pin_class="other")
    breach = sum(one.standing in IN_BREACH for one in counts.requests)
    return {
        "coverage by 2.4 GHz": (everywhere["ghz_2_4"], everywhere["measured"]),
        "neither band": (everywhere["neither"], everywhere["measured"]),
        "links refused": (refused, refused + total(counts.link_words, "opened")),
        "remote attempts not paired": _unpaired(counts, "remote"),
        "local attempts not paired": _unpaired(counts, "local"),
        "licence judgements failed": (failed, failed + total(counts.licence, "passed")),
        "connection at 2.4 GHz not judgeable": (unknown, connection),
        "Privacy PIN set": (held, counts.fleet["installed"]),
        "Privacy PINs among the twenty commonest": (held - plain, held),
        "unauthorised attempts that paired": (
            total(counts.intruders, "attempts", outcome="paired"),
            total(counts.intruders, "attempts"),
        ),
        "premises capable of local pairing": _capable(counts, "premises"),
        "hubs capable of local pairing": _capable(counts, "hubs"),
        "meters capable of local pairing": _capable(counts, "meters"),
        "requests answered late or not at all": (breach, len(counts.requests)),
    }


def _of_connection(counts: Counts) -> tuple[int, int]:
    own = tuple(row for row in counts.licence if row["condition"].startswith("49.4"))
    unknown = total(own, "not_judged")
    return unknown, unknown + total(own, "passed") + total(own, "failed")


def _unpaired(counts: Counts, route: str) -> tuple[int, int]:
    ended = tuple(
        row for row in counts.pairing if row["route"] == route and row["outcome"] != "open"
    )
    whole = total(ended, "attempts")
    return whole - total(ended, "attempts", outcome="completed"), whole


def _capable(counts: Counts, of_what: str) -> tuple[int, int]:
    own = tuple(
        row for row in counts.obligations if row["obligation"] == "ii" and row["of_what"] == of_what
    )
    return total(own, "capable"), total(own, "installed")
