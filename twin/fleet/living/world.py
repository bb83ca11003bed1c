"""The living side of the fleet: what each premises truly is right now, and how it speaks."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from msgspec import Struct

from twin.events.registry import Fact
from twin.fleet.living.agenda import Agenda
from twin.fleet.living.policy import PROPOSED, Policy
from twin.fleet.numbers.assumptions import Assumptions
from twin.fleet.numbers.draws import draw
from twin.fleet.numbers.firmware_rows import FirmwareRows, shipped_firmware
from twin.fleet.numbers.han_rows import HanRows, shipped_han
from twin.fleet.numbers.oversight_rows import shipped_oversight
from twin.fleet.numbers.pairing_rows import PairingRows, shipped_pairing
from twin.fleet.numbers.shapes import waiting
from twin.fleet.population.plans import PlannedDevice, PremisesPlan
from twin.fleet.population.products_list import Removal, is_current, removal
from twin.ingest.catalogue import Catalogue
from twin.rules.device_logs import HubLog
from twin.vocabulary import DeviceStatus, DeviceType, PinClass, StatusReason


class Cause(Struct, frozen=True):
    """What a fact belongs to (a campaign, an attempt) and the request that brought it about."""

    correlation_id: str | None = None
    causation_id: str | None = None


UNPROMPTED: Final = Cause()


class Speaker(StrEnum):
    """Who tells a fact of a premises: its supplier, the data service provider, a device."""

    SUPPLIER = "supplier"
    DSP = "dsp"
    CHF = "chf"
    GPF = "gpf"
    ESME = "esme"
    GSME = "gsme"


_TYPE_OF: Final = {
    Speaker.CHF: DeviceType.CHF,
    Speaker.ESME: DeviceType.ESME,
    Speaker.GSME: DeviceType.GSME,
}


@dataclass(slots=True, kw_only=True)
class LivePremises:
    """A premises as it truly is; the twin learns of it only by events.

    `plan` follows what is changed at the premises: after an exchange its hub is the new one.
    `hubs_before` are the hubs it had, `links` the devices with a high bandwidth link; by device,
    `updating` is the second at which a request 11.1 lapses, `unread` the version that the
    inventory named before an activation that no read has confirmed, `suspended` why.
    """

    index: int
    plan: PremisesPlan
    supplier_delay: int
    device_delay: int
    running: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    pin_class: PinClass | None = None
    cads: int = 0
    hub_log: HubLog = field(default_factory=HubLog)
    gpf_log: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    hubs_before: tuple[str, ...] = ()
    updating: dict[str, int] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    suspended: dict[str, StatusReason] = field(default_factory=dict)
    meter_log: tuple[str, ...] = ()
    """CADs in the electricity meter's device log, unauthorised ones too (BR25)."""
    notified: dict[str, DeviceStatus] = field(default_factory=dict)
    """What the inventory says of the CADs that it was told of (12.2)."""

    @property
    def premises_id(self) -> str:
        """Id of the premises."""
        return self.plan.premises_id


class World:
    """The premises that have come to life, with the rules and the luck they share."""

    def __init__(
        self,
        *,
        assumptions: Assumptions,
        catalogue: Catalogue,
        seed: int,
        agenda: Agenda,
        policy: Policy = PROPOSED,
        pairing: PairingRows | None = None,
        han: HanRows | None = None,
        firmware: FirmwareRows | None = None,
    ) -> None:
        self.rules = assumptions
        self.han = han or shipped_han()
        self.firmware = firmware or shipped_firmware()
        self.pairing = pairing or shipped_pairing()
        self.policy = policy
        self.catalogue = catalogue
        self.agenda = agenda
        self.live: dict[str, LivePremises] = {}
        self.seed = seed
        self.removal: Removal | None = removal(
            catalogue=catalogue, rows=shipped_oversight(), seed=seed
        )

    def chance(self, entity: str | int, purpose: str, attempt: int = 0) -> float:
        """A uniform draw of an entity for a purpose."""
        return draw(seed=self.seed, entity=entity, purpose=purpose, attempt=attempt)

    def wait(self, entity: str | int, purpose: str, *, mean: float, number: int = 0) -> int:
        """Whole seconds, one at least, of an exponential span with a mean in seconds."""
        return 1 + int(waiting(self.chance(entity, purpose, number), mean=mean))

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
        if device.fit is None or device.device_type not in (DeviceType.CHF, DeviceType.ESME):
            return False
        version = live.running[device.device_id]
        return self.catalogue.is_capable(model_id=device.fit.model, version=version)

    def is_listed(self, device: PlannedDevice, live: LivePremises, second: int) -> bool:
        """Whether what a device truly runs is Current on the products list (BR34)."""
        if device.fit is None:
            return True
        return is_current(
            catalogue=self.catalogue,
            removal=self.removal,
            model=device.fit.model,
            version=live.running[device.device_id],
            second=second,
        )

    def says(
        self,
        occurred: int,
        live: LivePremises,
        speaker: Speaker,
        fact: Fact,
        recorded: int | None = None,
    ) -> None:
        """A speaker tells an unprompted fact in its time, or at second `recorded`."""
        match speaker:
            case Speaker.SUPPLIER:
                owner, delay = live.premises_id, live.supplier_delay
            case Speaker.DSP:
                owner, delay = live.premises_id, 0
            case Speaker.GPF:
                owner, delay = live.plan.gpf_id, live.device_delay
            case _:
                device = live.plan.device(_TYPE_OF[speaker])
                owner, delay = device.device_id, live.device_delay
        delay = delay if recorded is None else recorded - occurred
        self._say(occurred, live, fact, source=f"urn:gb:{speaker}:{owner}", delay=delay)

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

    def cad_says(
        self, occurred: int, live: LivePremises, device_id: str, fact: Fact, cause: Cause
    ) -> None:
        """A CAD tells the hub, whose alert arrives within minutes (Annex D)."""
        source = f"urn:gb:cad:{device_id}"
        self._say(occurred, live, fact, source=source, delay=live.device_delay, cause=cause)

    def gpf_says(self, occurred: int, live: LivePremises, fact: Fact, cause: Cause) -> None:
        """The gas proxy function of the hub tells a fact; its alert arrives with the hub's."""
        source = f"urn:gb:gpf:{live.plan.gpf_id}"
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
