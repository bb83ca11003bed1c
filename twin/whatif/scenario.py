"""A scenario: the question that a planner asks, as one frozen value read from a file.

A scenario says where it starts (a generated fleet, or a named basis of the lake), which campaign
plans run on it, which assumptions differ from those that ship with the twin, how holds are
answered, and when it ends. Two scenarios with the same seed share their luck: what differs
between their outcomes follows from what differs between them.
"""

from datetime import date
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct, field

from twin.ids import ModelId, SupplierId
from twin.vocabulary import CspRegion, PinIntervention

PREMISES_MAX: Final = 40_000_000
"""More premises than Great Britain has."""
HORIZON_MAX_DAYS: Final = 3_660
"""Ten years: days are kept in 16 bits, and no evidence reaches as far."""

Curve: TypeAlias = Literal["planned", "published", "own"]
BandPolicy: TypeAlias = Literal["coverage", "ghz_2_4_only", "free_868"]
DeviceKind: TypeAlias = Literal["CHF", "ESME", "GSME"]
HoldAnswer: TypeAlias = Literal["exclude_model", "resume", "stop"]


class GrowthPoint(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many premises (share of all, 0 to 1) are installed by the first moment of a day (UTC)."""

    day: date = field(name="on")
    share: float


class GeneratedFleet(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Premises drawn by the seed: how many there are at the end, and when they are installed.

    `planned` is the programme's own curve (the planned start, the shape of published quarters), as
    the emulated fleet has it. `published` is what happened: no SMETS2 meter before July 2017, so
    the growth begins there. `own` goes straight from point to point.
    """

    premises: int = 10_000
    curve: Curve = "planned"
    points: tuple[GrowthPoint, ...] = ()


class Horizon(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The days that are simulated, the last one without: from a midnight (UTC) to another."""

    starts: date = field(name="from")
    ends: date = field(name="to")

    @property
    def days(self) -> int:
        """How many days are simulated."""
        return (self.ends - self.starts).days


class HoldPolicy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is done about a campaign that a gate holds, and what that costs in days.

    `exclude_model` takes out the model that the gate blames, `after_days` later, and resumes a
    day after the gate has nothing against the rest; a hold that blames no model is resumed after
    `after_days`. `resume` goes on after `after_days`, whatever was found. `stop` ends the campaign.
    """

    answer: HoldAnswer = "exclude_model"
    after_days: int = 1


class Freeze(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Days without new releases, by the calendar (a change freeze)."""

    starts: date = field(name="from")
    days: int


class BadImage(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An image that fails on some devices of a type: of one model, or of a share of all of them.

    `failed_share` is the chance that an activation fails there, 1 for one that never fits.
    """

    device_type: DeviceKind
    failed_share: float
    model: ModelId | None = None
    share: float = 1.0


class SlowRegion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A communications region whose images take `delivery_ratio` times as long to the hub."""

    region: CspRegion
    delivery_ratio: float


class LateSupplier(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A supplier whose devices no campaign may release before a day."""

    supplier: SupplierId
    starts: date = field(name="from")


class Obligations(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The two dates of paragraph 31: new installations capable from, all installed capable by."""

    new_installs_from: date | None = None
    all_installed_by: date | None = None


class Scenario(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A whole question. Exactly one of `fleet` and `basis` says where it starts.

    `plans` are campaign plan files (the same as `twin campaign submit` takes), by their path from
    the folder of the scenario file; none: the programme that ships with the twin. `assumptions`
    are values of rows of the assumption files, by the row's name. `bad_images` left out: the one
    incident of the emulated fleet (a meter model that the seed picks); an empty list: none.
    `sample` below 1 simulates that share of the premises; limits by number in plans shrink alike.
    """

    name: str
    title: str = ""
    seed: int = 1
    horizon: Horizon
    fleet: GeneratedFleet | None = None
    basis: str | None = None
    plans: tuple[str, ...] = ()
    assumptions: dict[str, Any] = {}
    option: Literal[1, 2, 3] = 3
    band_policy: BandPolicy = "coverage"
    pin_intervention: PinIntervention = PinIntervention.NONE
    obligations: Obligations = Obligations()
    hold: HoldPolicy = HoldPolicy()
    freezes: tuple[Freeze, ...] = ()
    bad_images: tuple[BadImage, ...] | None = None
    slow_regions: tuple[SlowRegion, ...] = ()
    late_suppliers: tuple[LateSupplier, ...] = ()
    sample: float = 1.0

    @property
    def premises(self) -> int:
        """How many premises are simulated; 0 where a basis says how many there are."""
        return 0 if self.fleet is None else max(1, round(self.fleet.premises * self.sample))


def schema() -> dict[str, Any]:
    """The JSON schema of a scenario file, for editors; what crosses keys, `checks` says."""
    return msgspec.json.schema(Scenario)
