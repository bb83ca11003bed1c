"""The living side of the fleet: what each premises truly is right now, and how it speaks."""

from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from twin.events.registry import Fact
from twin.fleet.agenda import Agenda
from twin.fleet.assumptions import Assumptions
from twin.fleet.draws import draw
from twin.fleet.population import PlannedDevice, PremisesPlan
from twin.fleet.shapes import waiting
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import DeviceType, PinClass


class Cause(Struct, frozen=True):
    """What a fact belongs to (a campaign, an attempt) and the request that brought it about."""

    correlation_id: str | None = None
    causation_id: str | None = None


UNPROMPTED: Final = Cause()


@dataclass(slots=True, kw_only=True)
class LivePremises:
    """A premises as it truly is; the twin learns of it only by events."""

    index: int
    plan: PremisesPlan
    supplier_delay: int
    device_delay: int
    running: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    pin_class: PinClass | None = None
    cads: int = 0

    @property
    def premises_id(self) -> str:
        """Id of the premises."""
        return self.plan.premises_id


class World:
    """The premises that have come to life, with the rules and the luck they share."""

    def __init__(
        self, *, assumptions: Assumptions, catalogue: Catalogue, seed: int, agenda: Agenda
    ) -> None:
        self.rules = assumptions
        self.catalogue = catalogue
        self.agenda = agenda
        self.live: dict[str, LivePremises] = {}
        self.seed = seed

    def chance(self, entity: str | int, purpose: str, attempt: int = 0) -> float:
        """A uniform draw of an entity for a purpose."""
        return draw(seed=self.seed, entity=entity, purpose=purpose, attempt=attempt)

    def born(self, *, index: int, plan: PremisesPlan) -> LivePremises:
        """The premises comes to life; how late its sources report is settled for good."""
        rules = self.rules
        late = waiting(self.chance(index, "delay.supplier"), mean=rules.supplier_report_delay)
        late = min(late, rules.supplier_report_delay_longest)
        device_delay = self.chance(index, "delay.device") * rules.device_report_delay_longest
        live = LivePremises(
            index=index,
            plan=plan,
            supplier_delay=int(late * 3600),
            device_delay=int(device_delay),
        )
        for device in plan.devices:
            if device.fit is not None:
                live.running[device.device_id] = device.fit.version
        self.live[plan.premises_id] = live
        return live

    def is_capable(self, live: LivePremises) -> bool:
        """Hub and electricity meter both truly run local pairing now (BR04, paragraph 31)."""
        return all(
            self.runs_capable(live, live.plan.device(device_type))
            for device_type in (DeviceType.CHF, DeviceType.ESME)
        )

    def runs_capable(self, live: LivePremises, device: PlannedDevice) -> bool:
        """Whether a device truly runs firmware with local pairing; a gas meter never counts."""
        if device.fit is None or device.device_type is DeviceType.GSME:
            return False
        version = live.running[device.device_id]
        return self.catalogue.is_capable(model_id=device.fit.model, version=version)

    def supplier_says(
        self, occurred: int, live: LivePremises, fact: Fact, recorded: int | None = None
    ) -> None:
        """The supplier's records show a fact some hours late, or at second `recorded`."""
        source = f"urn:gb:supplier:{live.premises_id}"
        delay = live.supplier_delay if recorded is None else recorded - occurred
        self._say(occurred, live, fact, source=source, delay=delay)

    def dsp_says(self, occurred: int, live: LivePremises, fact: Fact, cause: Cause) -> None:
        """The data service provider knows a fact at once."""
        source = f"urn:gb:dsp:{live.premises_id}"
        self._say(occurred, live, fact, source=source, delay=0, cause=cause)

    def device_says(
        self,
        occurred: int,
        live: LivePremises,
        device: PlannedDevice,
        fact: Fact,
        cause: Cause,
    ) -> None:
        """A device tells a fact; its alert arrives within minutes."""
        source = f"urn:gb:{device.device_type.lower()}:{device.device_id}"
        self._say(occurred, live, fact, source=source, delay=live.device_delay, cause=cause)

    def meter_says(self, occurred: int, live: LivePremises, fact: Fact, cause: Cause) -> None:
        """The electricity meter tells what was done at it."""
        self.device_says(occurred, live, live.plan.device(DeviceType.ESME), fact, cause)

    def _say(
        self,
        occurred: int,
        live: LivePremises,
        fact: Fact,
        *,
        source: str,
        delay: int,
        cause: Cause = UNPROMPTED,
    ) -> None:
        self.agenda.happened(
            fact=fact,
            source=source,
            premises_id=live.premises_id,
            occurred=occurred,
            recorded=occurred + delay,
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
        )
