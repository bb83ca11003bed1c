"""The same campaigns in SimPy, one process a device, told from the rules: the engine's oracle.

It knows nothing of kernels, arrays, buckets or offsets. A device is a process that waits for the
programme and for its own luck, second by second. The programme is a process that wakes at every
midnight, counts members one by one by their full strata, lets the campaign's own rules decide
(`decide_tick`) and carries orders out. What both share with the engine is on purpose: the purposes
of the draws (so that luck is the same), the reading of scenarios, and the operators.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from tests.whatif.oracle_attempt import Attempts
from tests.whatif.oracle_device import Device
from tests.whatif.oracle_seats import Lots, Seats
from tests.whatif.oracle_world import DAY, Event, Member, World
from twin.campaign.commands import Standing, decide_command
from twin.campaign.decide import decide_tick
from twin.campaign.gates.terms import Cohort
from twin.campaign.handing_in import submitted
from twin.campaign.orders import order_of
from twin.campaign.pacing import Pace, cell_name
from twin.campaign.plan import Plan
from twin.campaign.pointer import SLICES
from twin.campaign.register import Register
from twin.campaign.tallies import CampaignCounts, StratumCount, WaveCount
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import CampaignState
from twin.whatif.operating import Operators
from twin.whatif.reading import Question

COUNTS: Final = 0.5
"""Part of a second after midnight: attempts have been followed up, and the programme counts."""
Cells = Counter[tuple[str, int | None]]
"""How many members of a stratum stand where, by day of release."""


class Oracle:
    """One run of a question; the events of its `world` are the answer."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.scenario = question.scenario
        self.world = World(question)
        self.start = self.world.start
        catalogue = shipped_catalogue()
        self.seats = Seats(self.world, catalogue)
        self.attempts = Attempts(self.world, Device(self.world, catalogue), self.moves)
        self.members: dict[str, list[Member]] = {}
        self.register = Register()
        self.operators = Operators(self.scenario)
        self.cells: dict[str, defaultdict[tuple[int, str], Cells]] = {}
        self.lots: dict[str, Lots] = {}
        self.counted: dict[str, tuple[tuple[str, ...], CampaignCounts]] = {}
        self.held_since: dict[str, datetime] = {}

    def run(self) -> list[Event]:
        """All events of the horizon in order."""
        days = self.scenario.horizon.days
        self.world.env.process(self.programme(days))
        self.world.env.run(until=days * DAY + 1)
        return sorted(event for event in self.world.events if event[0] < days)

    # The programme

    def programme(self, days: int) -> Iterator[Any]:
        """Every midnight from the second on, after devices and follow-ups have spoken."""
        for day in range(1, days + 1):
            yield self.world.until(day * DAY + COUNTS)
            self.tick(day, self.start + timedelta(days=day))

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

    def enrol_all(self, plan: Plan, day: int) -> None:
        """Members in the order of release, and all of them where they are counted."""
        enrolled, self.lots[plan.campaign_id] = self.seats.enrol(plan, day)
        found = sorted(enrolled, key=lambda one: (one.wave, one.place))
        self.members[plan.campaign_id] = found
        cells: defaultdict[tuple[int, str], Cells] = defaultdict(Counter)
        for one in found:
            cells[one.wave, one.stratum]["awaiting", None] += 1
        self.cells[plan.campaign_id] = cells

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
            self.world.happened(day, plan.device_type, member, "released")
        self.world.env.process(self.attempts.followed(plan, member, day))
