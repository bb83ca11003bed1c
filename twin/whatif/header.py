"""The header of an outcome: what was asked, what it came to, and all that it rests on."""

from hashlib import sha256
from typing import Final

import msgspec
import polars as pl

from twin.ingest.catalogue import Catalogue
from twin.whatif.devices import bad_images
from twin.whatif.labels import code_version, label_of
from twin.whatif.outcome import Assumed, CampaignEnd, Header, Met
from twin.whatif.reading import Question
from twin.whatif.scenario import Scenario

LEFT_OUT: Final = (
    "Devices are not exchanged and supply does not fail; hubs are those of the installation.",
    "What comes after a time-out (an image or an activation that is late) is not heard of.",
    "No device reads as a third version, falls back, or is put on a list for a request under way.",
    "A quarantine counts the own faults of one campaign; power outages excuse none.",
    "Registrations and installations are known at once; reports of devices are late by minutes.",
    "An abort recalls nothing: what is in flight goes on, as after a stop.",
    "The operators are as the hold policy says; the journal of people is not simulated.",
    "From a basis: premises that come later, and new campaigns, are not simulated.",
    "One wish for a CAD a premises and no second try; a Privacy PIN that is set once.",
)
"""What the emulated fleet does and this engine does not (decision 0023)."""


def header_of(
    question: Question,
    *,
    catalogue: Catalogue,
    ends: tuple[CampaignEnd, ...],
    tables: dict[str, pl.DataFrame],
    basis: str | None,
) -> Header:
    """The header of a run that is over."""
    scenario = question.scenario
    label, why = label_of(scenario)
    last = tables["capable"].filter(pl.col("day") == pl.col("day").max())
    installed, capable = (int(last[name].sum()) for name in ("installed", "capable"))
    planned = len(ends) if basis else len(question.plans)
    over = len(ends) == planned and all(one.ends is not None for one in ends)
    return Header(
        name=scenario.name,
        title=scenario.title,
        scenario_hash=question.hash,
        seed=scenario.seed,
        code_version=code_version(),
        catalogue=sha256(msgspec.json.encode(catalogue.entries)).hexdigest()[:16],
        basis=basis,
        premises=installed,
        sample=scenario.sample,
        label=label,
        why_label=why,
        end=max((one.ends for one in ends if one.ends), default=None) if over else None,
        campaigns=ends,
        exposed=int(tables["exposure"]["exposed"].sum()),
        struck=int(tables["exposure"]["struck"].sum()),
        installed=installed,
        capable=capable,
        obligations=tuple(_obligations(scenario, tables["capable"])),
        assumed=(*question.rows.assumed, *_chosen(question, catalogue)),
        left_out=LEFT_OUT,
    )


def results_hash(tables: dict[str, pl.DataFrame]) -> str:
    """SHA-256 of all tables, as comma separated text in hex."""
    digest = sha256()
    for name, table in tables.items():
        digest.update(name.encode())
        digest.update(table.write_csv().encode())
    return digest.hexdigest()


def _obligations(scenario: Scenario, capable: pl.DataFrame) -> list[Met]:
    """Obligation (i): all of the premises installed since; (ii): all of those installed by then."""
    found = []
    dates = scenario.obligations
    by_day = capable.group_by("day").agg(pl.col("installed", "capable").sum()).sort("day")
    for name, day in (
        ("new_installs_from", dates.new_installs_from),
        ("all_installed_by", dates.all_installed_by),
    ):
        row = None if day is None else by_day.filter(pl.col("day") == day)
        if day is None or row is None or row.is_empty():
            continue
        short = int(row["installed"][0] - row["capable"][0])
        found.append(Met(obligation=name, by=day, met=short == 0, short=short))
    return found


def _chosen(question: Question, catalogue: Catalogue) -> list[Assumed]:
    """What the scenario decides besides rows, listed with the rows."""
    scenario = question.scenario
    images = ", ".join(
        f"{one.device_type} {one.model or f'{one.share:g} of all'}: {one.failed_share:g}"
        for one in bad_images(question, catalogue)
    )
    told = {
        "bad_images": (images or "none", "share"),
        "hold": (f"{scenario.hold.answer} after {scenario.hold.after_days}", "days"),
        "option": (str(scenario.option), "rule"),
        "band_policy": (scenario.band_policy, "rule"),
        "pin_intervention": (str(scenario.pin_intervention), "rule"),
    }
    return [
        Assumed(name=name, value=value, unit=unit, source="the scenario", status="assumed")
        for name, (value, unit) in told.items()
    ]
