"""The same campaigns in SimPy, one process a device, told from the rules: the engine's oracle.

It knows nothing of kernels, arrays, buckets or offsets. A device is a process that waits for the
programme and for its own luck, second by second. The programme is a process that wakes at every
midnight, counts members one by one by their full strata, lets the campaign's own rules decide
(`decide_tick`) and carries orders out. What both share with the engine is on purpose: the purposes
of the draws (so that luck is the same), the reading of scenarios, and the operators.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, Final

import simpy

from twin.campaign.commands import Standing, decide_command
from twin.campaign.counted import cuts
from twin.campaign.dated import execute_at, silent_since
from twin.campaign.decide import decide_tick
from twin.campaign.gates.terms import Cohort
from twin.campaign.handing_in import submitted
from twin.campaign.orders import order_of
from twin.campaign.pacing import Pace, cell_name
from twin.campaign.plan import Plan
from twin.campaign.pointer import SLICES
from twin.campaign.register import Register
from twin.campaign.seats import takes
from twin.campaign.tallies import CampaignCounts, StratumCount, WaveCount
from twin.campaign.windows import next_opening
from twin.fleet.firmware.bad_image import bad_model
from twin.fleet.numbers.draws import draw
from twin.fleet.numbers.shapes import spread, waiting
from twin.fleet.population.plans import Population
from twin.ingest.catalogue import shipped_catalogue
from twin.rules.waking import asleep_for, next_wake
from twin.state.failures import BLAMED
from twin.vocabulary import CampaignState, DeviceType, FailureCause
from twin.whatif.operating import Operators
from twin.whatif.reading import Question

DAY: Final = 86_400
HALF_DAY: Final = 43_200
KINDS: Final = (DeviceType.CHF, DeviceType.ESME, DeviceType.GSME)
LOOKS, COUNTS = 0.25, 0.5
"""Parts of a second after midnight: attempts are followed up, then the programme counts."""
FAILED, TIMED_OUT, CONFIRMED = "failed", "timed_out", "confirmed"
Cells = Counter[tuple[str, int | None]]
"""How many members of a stratum stand where, by day of release."""
Event = tuple[int, int, str, str]
"""Day, premises, type of device, what happened."""


@dataclass(slots=True)
class Member:
    """A device with a seat in a campaign, and what the programme knows of it."""

    index: int
    entity: int
    stratum: str
    wave: int
    place: float
    released_on: int | None = None
    cohort: int | None = None
    known: str = "awaiting"
    attempt: int = 0
    again_at: float | None = None
    causes: list[FailureCause] = field(default_factory=list)
    let_out: bool = False


@dataclass(slots=True)
class News:
    """What has been heard of one attempt so far; moments in seconds."""

    failed: FailureCause | None = None
    at_hub_at: int | None = None
    verified: bool = False
    asked_at: int | None = None
    activated_at: int | None = None
    read: bool = False


class Oracle:
    """One run of a question; `events` is the answer."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.scenario = question.scenario
        self.rows = question.rows.assumptions
        self.firmware = question.rows.firmware
        day = self.scenario.horizon.starts
        self.start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.env = simpy.Environment()
        self.events: list[Event] = []
        self.catalogue = shipped_catalogue()
        self.bad_model = bad_model(catalogue=self.catalogue, seed=self.scenario.seed)
        self.members: dict[str, list[Member]] = {}
        self.register = Register()
        self.operators = Operators(self.scenario)
        self.cells: dict[str, defaultdict[tuple[int, str], Cells]] = {}
        self.lots: dict[str, dict[tuple[int, ...], list[float]]] = {}
        self.counted: dict[str, tuple[tuple[str, ...], CampaignCounts]] = {}
        self.held_since: dict[str, datetime] = {}
        self.runs: dict[tuple[int, int], int] = {}
        self.ever_ran: set[int] = set()
        ends = self.scenario.horizon.ends
        population = Population(
            assumptions=self.rows,
            catalogue=self.catalogue,
            seed=self.scenario.seed,
            ends=datetime(ends.year, ends.month, ends.day, tzinfo=UTC),
        )
        self.premises = [population.plan(index=nth) for nth in range(self.scenario.premises)]

    def run(self) -> list[Event]:
        """All events of the horizon in order."""
        days = self.scenario.horizon.days
        self.env.process(self.programme(days))
        self.env.run(until=days * DAY + 1)
        return sorted(event for event in self.events if event[0] < days)

    # The programme

    def programme(self, days: int) -> Iterator[Any]:
        """Every midnight from the second on, after devices and follow-ups have spoken."""
        for day in range(1, days + 1):
            yield self.until(day * DAY + COUNTS)
            self.tick(day, self.start + timedelta(days=day))

    def until(self, moment: float) -> Any:
        """Wait until a moment, which is not past."""
        return self.env.timeout(moment - self.env.now)

    def tick(self, day: int, now: datetime) -> None:
        """What the desk and the premises do with one tick."""
        for plan in self.question.plans:
            if plan.campaign_id not in self.register.campaigns and now >= plan.submitted_at:
                self.enrol_all(plan, day)
                told = submitted(plan, author=plan.author, version=1, tick=day)
                self.register.record(plan.campaign_id, (told,), now=now)
        for name, campaign in list(self.register.campaigns.items()):
            facts = decide_tick(
                campaign=campaign,
                others=self.register.states(),
                counts=self.counts(name),
                tick=day,
                now=now,
            )
            self.register.record(name, facts, now=now)
        for name in self.register.campaigns:
            self.carry_out(name, day)
        for name in list(self.register.campaigns):
            self.command(name, day, now)

    def command(self, name: str, day: int, now: datetime) -> None:
        """The operators, after the tick."""
        if self.register.campaigns[name].state is CampaignState.HELD:
            self.held_since.setdefault(name, now)
        else:
            self.held_since.pop(name, None)
        for command in self.operators.commands(
            self.register.campaigns[name], now=now, held_since=self.held_since.get(name)
        ):
            standing = Standing(others=self.register.states(), counts=self.counts(name), tick=day)
            campaign = self.register.campaigns[name]
            facts = decide_command(campaign=campaign, command=command, standing=standing)
            self.register.record(name, facts, now=now)

    def moves(self, plan: Plan, member: Member, known: str) -> None:
        """What is known of a member changes, and so do the counts."""
        cells = self.cells[plan.campaign_id][member.wave, member.stratum]
        cells[member.known, member.cohort] -= 1
        if member.known == "awaiting":
            member.cohort = member.released_on
        member.known = known
        cells[member.known, member.cohort] += 1
        self.counted.pop(plan.campaign_id, None)

    def counts(self, name: str) -> CampaignCounts:
        """Every member where it stands, by wave and full stratum."""
        excluded = self.register.campaigns[name].excluded_models
        held = self.counted.get(name)
        if held is None or held[0] != excluded:
            waves: dict[int, dict[str, StratumCount]] = {}
            for (wave, stratum), cells in sorted(self.cells[name].items()):
                is_out = stratum.split("|")[2] in excluded
                waves.setdefault(wave, {})[stratum] = self.count(cells, is_out=is_out)
            census = partial(self.census, name)
            counts = CampaignCounts(waves, census=census, lots=lambda _: self.lots[name])
            held = self.counted[name] = excluded, counts
        return held[1]

    def count(self, cells: Cells, *, is_out: bool) -> StratumCount:
        """A stratum of a wave; where its model is out, who waited for release left it."""
        fields: Counter[str] = Counter()
        days: dict[int, Counter[str]] = {}
        for (known, cohort), number in cells.items():
            if number and not (is_out and cohort is None):
                fields[known] += number
                if cohort is not None:
                    days.setdefault(cohort, Counter())[known] += number
        members = fields.total()
        del fields["awaiting"]
        cohorts = tuple(
            Cohort(
                self.start.toordinal() + day,
                own.total(),
                own["confirmed"],
                own["failed"] + own["timed_out"],
            )
            for day, own in sorted(days.items())
        )
        return StratumCount(WaveCount(members=members, **fields), cohorts)

    def census(self, name: str, wave: int, cell: str) -> tuple[int, ...]:
        """How many members of a cell lie in each slice of the places."""
        pace = self.register.campaigns[name].plan.pacing or Pace()
        found = [0] * SLICES
        for one in self.members[name]:
            if one.wave == wave and cell_name(pace=pace, stratum=one.stratum) == cell:
                found[int(one.place * SLICES)] += 1
        return tuple(found)

    # Who is a member

    def luck(self, entity: int, purpose: str, attempt: int = 0) -> float:
        return draw(seed=self.scenario.seed, entity=entity, purpose=purpose, attempt=attempt)

    def enrol_all(self, plan: Plan, day: int) -> None:
        """Members in the order of release, and all of them where they are counted."""
        found = sorted(self.enrol(plan, day), key=lambda one: (one.wave, one.place))
        self.members[plan.campaign_id] = found
        cells: defaultdict[tuple[int, str], Cells] = defaultdict(Counter)
        for one in found:
            cells[one.wave, one.stratum]["awaiting", None] += 1
        self.cells[plan.campaign_id] = cells

    def enrol(self, plan: Plan, day: int) -> Iterator[Member]:
        """The members of a plan that is handed in on a day, in the order of their numbers."""
        found = list(self.candidates(plan, day))
        lots: defaultdict[tuple[int, ...], list[float]] = defaultdict(list)
        for _, entity, where in found:
            takers = tuple(
                number
                for number, wave in enumerate(plan.waves, start=1)
                if wave.count is not None and takes(wave, *where)
            )
            if takers:
                lots[takers].append(self.lot(plan, entity))
        self.lots[plan.campaign_id] = dict(lots)
        drawn = cuts(plan=plan, lots=lots) if plan.is_counted else ()
        for index, entity, where in found:
            seat = self.by_count(plan, entity, where, drawn) or self.by_share(plan, entity, where)
            if seat is not None:
                yield Member(index, entity, "|".join(where), *seat)

    def candidates(self, plan: Plan, day: int) -> Iterator[tuple[int, int, tuple[str, str, str]]]:
        """Devices that are known by then and not at the plan's target."""
        kind = KINDS.index(plan.device_type)
        enrolled_until = self.start + timedelta(days=day + 1)
        for index in range(self.scenario.premises):
            premises = self.premises[index]
            installed = datetime.fromtimestamp(premises.installed_at, UTC)
            _, cut = plan.installed_within
            if (cut is not None and installed.date() >= cut) or installed >= enrolled_until:
                continue
            device = next((d for d in premises.devices if d.device_type == plan.device_type), None)
            if device is None or device.fit is None:
                continue
            target = self.catalogue.capable_version(device.fit.model)
            where = (str(premises.csp_region), premises.supplier, device.fit.model)
            if target not in (None, device.fit.version) and selects(plan, *where):
                yield index, index + ((kind + 1) << 40), where

    def lot(self, plan: Plan, entity: int) -> float:
        return self.luck(entity, f"campaign.{plan.campaign_id}.lot")

    def by_count(
        self, plan: Plan, entity: int, where: tuple[str, str, str], cut: tuple[float, ...]
    ) -> tuple[int, float] | None:
        """A seat in a wave by count: the lowest lots of whom it takes (decision 0020)."""
        lot, begins = self.lot(plan, entity), 0.0
        for number, (wave, end) in enumerate(zip(plan.waves, cut, strict=False), start=1):
            if wave.count is not None and takes(wave, *where):
                if begins <= lot < end:
                    return number, min((lot - begins) / (end - begins), 1 - 2**-53)
                begins = max(begins, end)
        return None

    def by_share(
        self, plan: Plan, entity: int, where: tuple[str, str, str]
    ) -> tuple[int, float] | None:
        """Wave and place: the waves that take a stratum share its scale (`campaign.seats`)."""
        rank = self.luck(entity, f"campaign.{plan.campaign_id}.rank")
        begins = 0.0
        for number, wave in enumerate(plan.waves, start=1):
            if wave.count is not None or not takes(wave, *where):
                continue
            width = 1 - begins if wave.rest else wave.share
            if rank < begins + width:
                return number, min((rank - begins) / width, 1 - 2**-53)
            begins += width
        return None

    # Orders

    def carry_out(self, name: str, day: int) -> None:
        """Release members, and ask those again whose attempt ended badly."""
        campaign = self.register.campaigns[name]
        order = order_of(campaign, tick=day)
        if order.mode != "release":
            return
        plan = campaign.plan
        for member in self.members[name]:
            if member.stratum.split("|")[2] in order.excluded_models:
                continue
            if not member.let_out:
                if order.reaches(wave=member.wave, place=member.place, stratum=member.stratum):
                    member.let_out = True
                    self.ask(plan, member, day)
            elif member.again_at is not None and member.again_at <= day * DAY:
                member.again_at = None
                self.ask(plan, member, day)

    def ask(self, plan: Plan, member: Member, day: int) -> None:
        """A request 11.1 goes out, unless the supplier of a new member starts later."""
        late = [one for one in self.scenario.late_suppliers if one.supplier in member.stratum]
        starts = (late[0].starts - self.start.date()).days if late else day
        if member.attempt == 0 and starts > day:
            member.again_at = starts * DAY
            return
        member.attempt += 1
        if member.attempt == 1:
            member.released_on = day
            self.happened(day, plan, member, "released")
        self.env.process(self.followed(plan, member, day))

    def happened(self, day: int, plan: Plan, member: Member, what: str) -> None:
        self.events.append((day, member.index, str(plan.device_type), what))

    # One attempt, as time goes by

    def opening(self, plan: Plan, day: int) -> int:
        """The second at which a request that disturbs goes out."""
        now = self.start + timedelta(days=day)
        asleep = asleep_for(device_type=plan.device_type)
        at = next_opening(windows=plan.windows, at=now, lasting=asleep)
        return int((at - self.start).total_seconds())

    def followed(self, plan: Plan, member: Member, day: int) -> Iterator[Any]:
        """The programme follows an attempt up, midnight by midnight (rollout, section 4).

        What a device has told by then is looked at first; then its time may be over; then it is
        told to activate what it has verified, and read where it told of that or has been silent.
        """
        accept = self.luck(member.entity, "accepted.update", member.attempt)
        requested = self.opening(plan, day) + 1 + int(accept * self.rows.request_acceptance_longest)
        news, asked, reads, policy = News(), False, 0, plan.policy
        self.env.process(self.delivery(plan, member, requested, news))
        for today in count(day + 1):
            yield self.until(today * DAY + LOOKS)
            if requested <= today * DAY and member.known != "requested":
                self.moves(plan, member, "requested")
            if news.read:
                self.ended(plan, member, CONFIRMED, today)
                return
            if news.failed:
                self.failed(plan, member, FAILED, news.failed, (today, today))
                return
            since = self.silent_since(plan, requested) if asked else requested
            waited = today * DAY - since
            over = self.over(plan, requested, since, today, news, asked=asked)
            if over is not None:
                # its own word is counted with the next tick
                yield self.until((today + 1) * DAY + LOOKS)
                self.failed(plan, member, TIMED_OUT, over, (today, today + 1))
                return
            if news.verified and not asked:
                asked = True
                self.env.process(self.activation(plan, member, today, news))
            elif news.activated_at or (asked and waited >= policy.read_after_days * DAY):
                self.env.process(self.read(plan, member, today, reads, news))
                reads += 1

    def silent_since(self, plan: Plan, requested: int) -> float:
        """From when a device counts as silent that was told to activate."""
        at = silent_since(
            activation=plan.activation,
            windows=plan.windows,
            requested_at=self.start + timedelta(seconds=requested),
        )
        return (at - self.start).total_seconds()

    def over(
        self, plan: Plan, requested: int, since: float, today: int, news: News, *, asked: bool
    ) -> FailureCause | None:
        """The step whose time is over at a tick, or that at which the whole time is over."""
        policy, now = plan.policy, today * DAY
        if news.activated_at is not None:
            allowed = policy.confirm_days or policy.follow_up_days
            is_over = now - news.activated_at >= allowed * DAY
            return FailureCause.CONFIRMATION_TIMED_OUT if is_over else None
        cause, begun, days = FailureCause.DELIVERY_TIMED_OUT, float(requested), policy.delivery_days
        if news.verified:
            cause, days = FailureCause.ACTIVATION_TIMED_OUT, None
            if asked and news.asked_at is not None:
                begun, days = self.silent_since(plan, news.asked_at), policy.activation_days
        elif news.at_hub_at is not None:
            cause = FailureCause.TRANSFER_TIMED_OUT
            begun, days = news.at_hub_at, policy.transfer_days
        is_late = days is not None and now - begun >= days * DAY
        return cause if is_late or now - since >= policy.follow_up_days * DAY else None

    def failed(
        self, plan: Plan, member: Member, how: str, cause: FailureCause, days: tuple[int, int]
    ) -> None:
        """An attempt came to nothing on the first of two days, which is known on the second.

        Another follows if the policy says so of its cause (`Policy.after`, decision 0028).
        """
        policy, after = plan.policy, plan.policy.after(cause)
        member.causes.append(cause)
        ended_so = member.causes.count(cause)
        left = member.attempt < policy.attempts_max and after.then != "never"
        if not left or (after.retries is not None and ended_so > after.retries):
            self.ended(plan, member, how, days[1])
            return
        self.moves(plan, member, "retrying")
        member.again_at = max((days[0] + after.after_days) * DAY, days[1] * DAY)
        own = sum(one in BLAMED for one in member.causes)
        if after.then == "quarantine" or (cause in BLAMED and own >= policy.quarantine_after):
            quarantined = (days[0] + policy.quarantine_days) * DAY
            member.again_at = max(member.again_at, quarantined)

    def ended(self, plan: Plan, member: Member, how: str, known: int) -> None:
        """The outcome of a device is known at a tick."""
        self.moves(plan, member, how)
        self.happened(known - 1, plan, member, how)

    # The device

    def report(self, member: Member, at: int) -> Any:
        """A device's report arrives some seconds after what it tells of."""
        late = self.luck(member.index, "delay.device") * self.rows.device_report_delay_longest
        return self.until(at + int(late))

    def awake(self, plan: Plan, member: Member, second: int) -> int:
        """A gas meter fetches what was left for it when it next wakes (BR37)."""
        if plan.device_type is not DeviceType.GSME:
            return second
        period = int(self.question.rows.han.gas_wake * 60)
        phase = int(self.luck(member.entity, "gas.wake") * period)
        return next_wake(at=second, phase=phase, period=period)

    def after(self, plan: Plan, member: Member, name: str, ratio: float = 1.0) -> int:
        """Seconds of a step, log-normal by its rows."""
        hours = spread(
            self.luck(member.entity, f"{name}.delay", member.attempt),
            median=getattr(self.rows, f"{name}_delay").of(plan.device_type),
            sigma=getattr(self.rows, f"{name}_spread"),
        )
        return 1 + int(hours * ratio * 3600)

    def delivery(self, plan: Plan, member: Member, requested: int, news: News) -> Iterator[Any]:
        """To the hub, over the home area network, and the hash is checked (BR28 to BR31)."""
        rows, more, entity, nth = self.rows, self.firmware, member.entity, member.attempt
        over_the_air = plan.device_type is not DeviceType.CHF

        def happens(purpose: str, share: float) -> bool:
            return self.luck(entity, purpose, nth) < share

        yield self.until(requested)
        if happens("update.warned", more.warned_share):
            lists = more.warning_list_share
            news.failed = FailureCause(lists.pick(self.luck(entity, "update.list", nth)))
            return
        if self.luck(entity, "firmware.silent") < rows.silent_device_share:
            return
        at = requested + self.after(plan, member, "delivery", self.ratio(member))
        yield self.until(at)
        if happens("firmware.undelivered", rows.undelivered_share):
            if happens("delivery.told", more.delivery_failure_told_share):
                news.failed = FailureCause.NOT_DELIVERED
            return
        news.at_hub_at = at
        at = self.awake(plan, member, at + self.after(plan, member, "verification"))
        if happens("firmware.unverified", rows.unverified_share.of(plan.device_type)):
            yield self.report(member, at)
            if over_the_air and happens("transfer.told", more.transfer_failure_told_share):
                fault = more.transfer_fault_share.pick(self.luck(entity, "transfer.fault", nth))
                news.failed = FailureCause(fault)
            elif happens("verification.told", more.verification_failure_told_share):
                news.failed = FailureCause.VERIFICATION_FAILED
            return
        if over_the_air:
            self.env.process(self.passed_on(member, at, news))
            luck = self.luck(entity, "verification.after-transfer", nth)
            at += 1 + int(luck * more.verified_after_transfer)
        yield self.report(member, at)
        news.verified = True

    def passed_on(self, member: Member, at: int, news: News) -> Iterator[Any]:
        """The hub tells that it passed the image on (0x8F8A): it is still not verified."""
        yield self.report(member, at)
        news.at_hub_at = at

    def ratio(self, member: Member) -> float:
        """How many times as long images take in the region of a device."""
        region = member.stratum.split("|")[0]
        slow = {str(one.region): one.delivery_ratio for one in self.scenario.slow_regions}
        return slow.get(region, 1.0)

    def activation(self, plan: Plan, member: Member, today: int, news: News) -> Iterator[Any]:
        """At once, at the plan's moment, or in a coming night (BR33); it may fail, or be lost."""
        rows, more, entity, nth = self.rows, self.firmware, member.entity, member.attempt
        asked_at = self.start + timedelta(days=today)
        planned = execute_at(activation=plan.activation, windows=plan.windows, asked_at=asked_at)
        begins = today * DAY if planned is not None else self.opening(plan, today)
        accept = self.luck(entity, "accepted.activate", nth) * rows.request_acceptance_longest
        accepted = begins + 1 + int(accept)
        self.env.process(self.noted(accepted, news))
        if self.luck(entity, "activation.unanswered", nth) < rows.activation_unanswered_share:
            return
        at = self.awake(plan, member, accepted + self.after(plan, member, "activation"))
        if planned is not None:
            moment = int((planned - self.start).total_seconds())
            at = moment if moment > accepted else at
        elif self.luck(entity, "activation.dated", nth) < more.future_dated_share:
            night = self.night(accepted, self.luck(entity, "activation.night", nth))
            if self.luck(entity, "activation.cancelled", nth) < more.cancelled_share:
                yield self.report(member, (min(at, night - 1) + night) // 2)
                news.failed = FailureCause.ACTIVATION_CANCELLED
                return
            at = night
        share = rows.activation_failed_share.of(plan.device_type)
        if self.luck(entity, "activation.failed", nth) < max(share, self.bad_for(plan, member)):
            yield self.report(member, at)
            outcomes = rows.activation_outcome_share
            news.failed = FailureCause(outcomes.pick(self.luck(entity, "activation.outcome", nth)))
            return
        yield self.until(at)
        self.runs[entity, nth] = at
        if entity not in self.ever_ran:
            self.ever_ran.add(entity)
            self.happened(at // DAY, plan, member, "activated")
        if self.luck(entity, "activation.response-lost", nth) >= rows.response_lost_share:
            yield self.report(member, at)
            news.activated_at = at

    def noted(self, accepted: int, news: News) -> Iterator[Any]:
        """The request to activate has gone out."""
        yield self.until(accepted)
        news.asked_at = accepted

    def night(self, accepted: int, luck: float) -> int:
        """An hour of the night half a day ahead or more, one of some nights."""
        first = self.start + timedelta(seconds=accepted + HALF_DAY)
        hour = timedelta(hours=self.firmware.future_dated_hour)
        night = first.replace(hour=0, minute=0, second=0) + hour
        if night < first:
            night += timedelta(days=1)
        nights = int(luck * self.firmware.future_dated_days)
        return int((night - self.start).total_seconds()) + nights * DAY

    def read(self, plan: Plan, member: Member, today: int, nth: int, news: News) -> Iterator[Any]:
        """The version is asked for (11.2); an answer counts if the image runs by then."""
        number, rows, attempt = member.attempt * 1000 + nth, self.rows, member.attempt
        if self.luck(member.entity, "read.unanswered", number) < rows.read_unanswered_share:
            return
        accept = self.luck(member.entity, "accepted.read", number)
        second = today * DAY + 1 + int(accept * rows.request_acceptance_longest)
        delay = waiting(self.luck(member.entity, "read.delay", number), mean=rows.read_delay * 3600)
        second = self.awake(plan, member, second + 1 + int(delay))
        yield self.until(second)
        if self.runs.get((member.entity, attempt), second + 1) <= second:
            news.read = True

    def bad_for(self, plan: Plan, member: Member) -> float:
        """The chance that the image is bad for a device."""
        model = member.stratum.split("|")[2]
        if self.scenario.bad_images is None:
            is_bad = plan.device_type is DeviceType.ESME and model == self.bad_model
            return self.firmware.bad_image_failed_share if is_bad else 0.0
        found = [0.0]
        shares = 0
        for image in self.scenario.bad_images:
            if image.device_type != plan.device_type:
                continue
            if image.model is not None:
                found.append(image.failed_share if image.model == model else 0.0)
                continue
            if self.luck(member.entity, f"firmware.bad.{shares}") < image.share:
                found.append(image.failed_share)
            shares += 1
        return max(found)


def selects(plan: Plan, region: str, supplier: str, model: str) -> bool:
    """Whether a plan is about devices of a stratum at all."""
    chosen = plan.selection
    return (
        (not chosen.regions or region in chosen.regions)
        and (not chosen.suppliers or supplier in chosen.suppliers)
        and (not chosen.models or model in chosen.models)
    )
