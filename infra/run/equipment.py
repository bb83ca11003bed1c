"""What the processes of a run work with: history, plans, catalogue and assumptions."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from msgspec import Struct

from infra.run.history import History, Home, HomeRefused
from twin.campaign.plan import Plan, content_hash, read_plan, shipped_plans
from twin.fleet.numbers import assumptions
from twin.ingest.catalogue import Catalogue, read_catalogue, shipped_catalogue
from twin.refusal import Refusal

YAML = (".yaml", ".yml")
"""How the name of a plan ends that is YAML."""


class PlanRefused(Refusal):
    """A plan file cannot be used; the sentence names file, line and mistake."""


class Equipment(Struct, frozen=True, kw_only=True):
    """Everything a process needs besides its settings, read from TWIN_HOME."""

    history: History
    plans: tuple[Plan, ...]
    catalogue: Catalogue
    assumptions: assumptions.Assumptions

    @staticmethod
    def of(path: Path) -> "Equipment":
        """The equipment of the history in a folder.

        Raises:
            HomeRefused: no history was begun there, or it is another version's.
        """
        home = Home(path)
        history = home.history()
        if history is None:
            raise HomeRefused(f"no history was begun in {home.path}: `twin run` begins one")
        return Equipment(
            history=history,
            plans=plans_of(home),
            catalogue=catalogue_of(home),
            assumptions=assumptions.shipped(),
        )


def plans_of(home: Home, files: tuple[Path, ...] = ()) -> tuple[Plan, ...]:
    """Plans from `files`, else those kept in the folder, else those that ship with the twin."""
    kept = (home.path / "plans").glob("*")
    files = files or tuple(sorted(file for file in kept if file.is_file()))
    if not files:
        return shipped_plans()
    plans = [(file, plan_from(file)) for file in files]
    first: dict[str, Path] = {}
    for file, plan in plans:
        if first.setdefault(content_hash(plan), file) != file:
            raise PlanRefused(
                f"plan {file} is that of {first[content_hash(plan)]} under another name"
            )
    return tuple(plan for _, plan in plans)


def plan_from(file: Path) -> Plan:
    """The plan in a file: YAML by its name, TOML otherwise.

    Raises:
        PlanRefused: the file cannot be read, or says something that no plan may say.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanRefused(f"plan {file} cannot be read: {error}") from error
    found = read_plan(text, form="yaml" if file.suffix in YAML else "toml")
    if isinstance(found, Plan):
        return found
    mistakes = "; ".join(f"line {m.line}: {m.sentence}" for m in found)
    raise PlanRefused(f"plan {file}: {mistakes}")


SHIPPED: Final = "shipped"
"""The mark of the made-up list that comes with the twin."""


def catalogue_file(home: Home) -> Path:
    """Where an ingested Central Products List is kept."""
    return home.path / "catalogue.json"


def catalogue_of(home: Home) -> Catalogue:
    """The catalogue that was ingested, or the made-up one that ships with the twin."""
    file = catalogue_file(home)
    return read_catalogue(file) if file.exists() else shipped_catalogue()


def catalogue_mark(home: Home) -> str:
    """What identifies the catalogue of a history."""
    file = catalogue_file(home)
    return sha256(file.read_bytes()).hexdigest()[:16] if file.exists() else SHIPPED
