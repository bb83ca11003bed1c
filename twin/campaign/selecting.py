"""Which devices of its type a plan is about: what a selection may say, and whom it takes."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from twin.campaign.forms import NAMES, Form, some, text
from twin.campaign.toml_lines import Path
from twin.ids import ModelId, SupplierId
from twin.rules.capability import MID_2017_NEW_INSTALLS, OBLIGED
from twin.state.devices import Device
from twin.vocabulary import CspRegion, HubVariant

Obligation: TypeAlias = Literal["i", "ii"]
_HARDWARE: Final = re.compile(r"[0-9A-F]{2}(?:[0-9A-F]{2})?")


def is_date(value: object) -> bool:
    """Whether a value is a day within the twin's years, and no moment."""
    return isinstance(value, date) and not isinstance(value, datetime) and 2012 <= value.year < 2035


DATE: Final = (is_date, "a date from 2012 to 2034 such as 2017-07-01")
STRATA: Final[Form] = {
    "regions": (some(NAMES["region"][0]), "a list of North, Central and South"),
    "suppliers": (some(NAMES["supplier"][0]), "a list of supplier ids such as S01"),
    "models": (some(NAMES["model"][0]), "a list of models such as 1062-0A0B0C0D"),
}
"""Keys that a wave may have as well."""
SELECTION: Final[Form] = {
    **STRATA,
    "hardware": (
        some(text(_HARDWARE)),
        "a list of hardware versions such as 0C, or with their revision such as 0C0D",
    ),
    "hub_variants": (some(lambda v: v in list(HubVariant)), "a list of single_band and dual_band"),
    "installed_from": DATE,
    "obligation": (lambda v: v in ("i", "ii"), "i or ii, as in paragraph 31"),
}


class Selection(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Which devices of the plan's type it is about; what is left empty selects all.

    `hardware` has versions of the products list, two hex digits, or four with the revision.
    `obligation` i takes what was installed from mid-2017 on, ii what was installed before that
    (paragraph 31; the day is an assumption). Days are those of installation, in UTC.
    """

    regions: tuple[CspRegion, ...] = ()
    suppliers: tuple[SupplierId, ...] = ()
    models: tuple[ModelId, ...] = ()
    hardware: tuple[str, ...] = ()
    hub_variants: tuple[HubVariant, ...] = ()
    installed_from: date | None = None
    obligation: Obligation | None = None

    @property
    def first_day(self) -> date | None:
        """The first day of installation that is selected; None: whichever."""
        obliged = MID_2017_NEW_INSTALLS if self.obligation == "i" else None
        return max(filter(None, (self.installed_from, obliged)), default=None)

    def day_after(self, installed_before: date | None) -> date | None:
        """The first day of installation that is no more selected, with the plan's own cut."""
        obliged = MID_2017_NEW_INSTALLS if self.obligation == "ii" else None
        return min(filter(None, (installed_before, obliged)), default=None)

    def takes_model(self, model: str | None) -> bool:
        """Whether a model, which names its hardware, is selected."""
        hardware = "" if model is None else model[-4:]
        return (not self.models or model in self.models) and (
            not self.hardware or any(hardware.startswith(one) for one in self.hardware if hardware)
        )


def selects(selection: Selection, device: Device, region: str | None, supplier: str | None) -> bool:
    """Whether a device that is installed is selected, but for the plan's own cut."""
    first, installed = selection.first_day, device.installed
    return (
        (not selection.regions or region in selection.regions)
        and (not selection.suppliers or supplier in selection.suppliers)
        and selection.takes_model(device.model)
        and (not selection.hub_variants or device.hub_variant in selection.hub_variants)
        and (first is None or (installed is not None and installed.at.date() >= first))
    )


def selection_mistakes(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Days that no device could have been installed on, and an obligation on what has none."""
    chosen = raw.get("selection") or {}
    obligation = chosen.get("obligation")
    if obligation is not None and raw["device_type"] not in OBLIGED:
        yield (
            ("selection", "obligation"),
            "the obligations of paragraph 31 are about hubs and electricity meters.",
        )
    found = Selection(installed_from=chosen.get("installed_from"), obligation=obligation)
    first, after = found.first_day, found.day_after(raw.get("installed_before"))
    if first is not None and after is not None and first >= after:
        yield ("selection",), f"nothing is installed from {first} on and before {after}."
