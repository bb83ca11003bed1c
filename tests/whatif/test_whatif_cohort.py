"""The cohort engine keeps its numbers, agrees with the campaign's own gate, and says its doubt."""

from datetime import date

import numpy as np
import pytest
from msgspec.structs import replace

from tests.whatif.asked import a_question
from twin.campaign.gates import Cohort, Stage, Stratum, judge
from twin.campaign.gates.likelihood import log_e_value
from twin.campaign.plan import shipped_plans
from twin.campaign.policy import OnFailure
from twin.campaign.windows import Window
from twin.vocabulary import DeviceType, FailureCause, GateDecision
from twin.whatif.doubt import gate
from twin.whatif.doubt.bounds import BeyondCohorts
from twin.whatif.doubt.cohort import Cohorts, numbers_of
from twin.whatif.doubt.drawing import doubt
from twin.whatif.doubt.layout import laid_out, places_of
from twin.whatif.doubt.priors import shipped_priors
from twin.whatif.doubt.steps import GRIDS, NUMBERS, device, length

RULE = replace(shipped_plans()[0].gate, strata=())
ROW = np.array(
    [
        *(RULE.success_at_least, RULE.errors_above, RULE.evidence_at_least),
        *(RULE.settled_at_least, RULE.alpha, RULE.accept_good, RULE.accept_bad),
        *(RULE.accept_alpha, RULE.accept_beta, 1.0),
    ]
)
CERTAIN = dict.fromkeys(NUMBERS[:13], 0.0) | {
    "delivery_spread": 0.0,
    "verification_spread": 0.0,
    "activation_spread": 0.0,
}
"""No chance and no spread: every device takes the same steps in the same time."""


def shipped_numbers() -> np.ndarray:
    rows = a_question().rows
    return numbers_of(rows.assumptions, rows.firmware, DeviceType.ESME)


def kernel(**changed: float) -> np.ndarray:
    numbers = shipped_numbers()
    for name, value in changed.items():
        numbers[NUMBERS.index(name)] = value
    return device(numbers, GRIDS, 10, 6, 2, length(follow_up=10, attempts=2))


def test_every_device_ends_one_way_or_the_other() -> None:
    confirmed, ended, active, held = kernel(silent=0.05, failed=0.2, lost=0.3)
    assert (confirmed + ended).sum() == pytest.approx(1, abs=1e-3)
    assert confirmed.sum() <= active.sum() + 1e-9
    assert active.sum() <= held.sum() + 1e-9
    assert min(confirmed.min(), ended.min(), active.min(), held.min()) >= 0


def test_without_chance_a_device_takes_the_days_of_its_steps() -> None:
    confirmed, ended, active, held = kernel(**CERTAIN, delivery=30.0, verification=20.0)
    # 50 hours: seen on tick 3, activated and seen on tick 4, read and known on tick 5
    assert [int(row.argmax()) for row in (held, active, confirmed)] == [3, 4, 5]
    assert confirmed[5] == pytest.approx(1)
    assert ended.sum() == 0


def test_who_never_answers_ends_when_the_last_attempt_times_out() -> None:
    confirmed, ended, _, _ = kernel(silent=1.0)
    assert confirmed.sum() == 0
    # asked on day 0, of age on day 11, counted and asked again on day 12, and once more so
    assert ended[24] == pytest.approx(1)


def test_a_failed_attempt_is_made_good_by_the_next() -> None:
    confirmed, ended, _, _ = kernel(**{**CERTAIN, "failed": 0.3, "again_refused": 1.0})
    assert ended.sum() == pytest.approx(0.09, abs=1e-6)
    assert confirmed.sum() == pytest.approx(0.91, abs=1e-6)


def test_no_attempt_follows_a_cause_that_it_cannot_mend() -> None:
    # of the outcomes of CS06 one in five is a wrong hash
    confirmed, ended, _, _ = kernel(**{**CERTAIN, "failed": 0.3})
    assert ended.sum() == pytest.approx(0.3 * 0.2 + 0.3 * 0.8 * 0.3, abs=1e-6)
    assert confirmed.sum() == pytest.approx(1 - 0.132, abs=1e-6)
    _, ended, _, _ = kernel(**{**CERTAIN, "warned": 0.5})
    assert ended[:2].sum() == pytest.approx(0.5 * 0.8, abs=1e-6)


@pytest.mark.parametrize(("n", "k"), [(100, 3), (1000, 120), (50, 20)])
def test_the_e_value_is_the_campaigns(n: int, k: int) -> None:
    assert gate.log_e_value(n, k, 0.08) == pytest.approx(log_e_value(n=n, k=k, tolerance=0.08))


SAID = {
    GateDecision.ADVANCE: gate.PASS,
    GateDecision.CONTINUE: gate.WAIT,
    GateDecision.HOLD: gate.MISS,
}


@pytest.mark.parametrize("age", [5, 19, 20, 21, 25])
@pytest.mark.parametrize("share", [0.85, 0.93, 0.97, 1.0])
@pytest.mark.parametrize("in_flight", [0, 10, 300])
def test_on_whole_numbers_the_gate_is_the_campaigns(age: int, share: float, in_flight: int) -> None:
    released = np.array([5_000.0, 3_000.0])
    confirmed = np.round((released - in_flight) * share)
    ended = released - in_flight - confirmed
    cohorts = tuple(
        Cohort(1_000 + day, int(released[day]), int(confirmed[day]), int(ended[day]))
        for day in range(2)
    )
    stage = Stage(released=True, soaked=True, tolerance=0.99, today=1_000 + age, follow_up_days=20)
    said = judge(
        rule=replace(RULE, errors_above=0.99),
        members=8_000,
        cohorts={Stratum("North", "S01", "M"): cohorts},
        stage=stage,
    )
    ours = gate.advances(released, confirmed, ended, max(0, age - 20 + 1), 8_000.0, ROW)
    assert ours == SAID[said.decision]


def test_members_of_all_waves_are_all_who_were_installed_before() -> None:
    question = a_question()
    hubs, meters = laid_out(question, places_of(question))
    assert hubs.members.sum() == pytest.approx(meters.members.sum())
    canary = hubs.members[0].sum() / hubs.members.sum()
    assert canary == pytest.approx(0.02)
    # the share of the other suppliers of all but the canary
    others = meters.members[3].sum() / meters.members.sum()
    assert others == pytest.approx(0.98 * (1 - 0.19 - 0.13 - 0.12), rel=1e-6)


def test_hubs_come_first_and_every_wave_follows_the_one_before() -> None:
    hubs, meters = Cohorts(a_question()).expected().courses
    for one in (hubs, meters):
        assert one.waves[1:, 0].tolist() == (one.waves[:-1, 1] + 1).tolist()
        assert one.ends == one.waves[-1, 1]
    assert meters.waves[0, 0] >= hubs.ends


def test_a_bad_image_is_found_and_its_model_taken_out() -> None:
    one = Cohorts(a_question()).expected().courses[1]
    other = Cohorts(a_question(root="bad_images = []\n")).expected().courses[1]
    assert other.exposed == 0
    assert 0 < one.exposed < 0.02 * one.members
    assert one.confirmed[-1] < 0.95 * one.members < other.confirmed[-1]


def test_more_delay_never_ends_sooner_and_a_slow_region_is_slower() -> None:
    cohorts = Cohorts(a_question())
    ends = [cohorts.expected({"delivery_delay.ESME": h}).ends for h in (24, 48, 96, 144)]
    assert ends == sorted(ends)
    assert ends[0] < ends[-1]
    slow = '[[slow_regions]]\nregion = "North"\ndelivery_ratio = 3\n'
    north, rest = (Cohorts(a_question(more)).expected() for more in (slow, ""))
    assert north.ends > rest.ends


def test_a_freeze_a_pace_and_a_late_supplier_cost_days() -> None:
    plain = Cohorts(a_question()).expected().ends
    frozen = "[[freezes]]\nfrom = 2017-07-23\ndays = 9\n"
    assert Cohorts(a_question(frozen)).expected().ends == plain + 9
    late = '[[late_suppliers]]\nsupplier = "S07"\nfrom = 2017-08-01\n'
    found = Cohorts(a_question(late)).expected()
    assert found.ends > plain
    assert found.courses[0].waves[0, 1] >= (date(2017, 8, 1) - date(2017, 4, 1)).days


def test_draws_give_a_fan_a_chance_and_a_sorted_tornado() -> None:
    question = a_question("[obligations]\nall_installed_by = 2017-12-31\n")
    found = doubt(question, draws=40, seed=3)
    assert found.draws == 40
    assert (np.diff(found.fan, axis=0) >= 0).all()
    assert (np.diff(found.fan[2]) >= -1e-6).all()
    chances = [found.chance_by(date(2017, 12, day)) for day in (1, 22, 31)]
    assert chances == sorted(chances)
    assert chances[-1] == np.mean((found.ends >= 0) & (found.ends <= 274))
    assert [s.days for s in found.tornado] == sorted((s.days for s in found.tornado), reverse=True)
    assert found.tornado[0].name == "delivery_delay.ESME"
    again = doubt(question, draws=40, seed=3)
    assert again.ends.tolist() == found.ends.tolist()
    assert doubt(question, draws=40, seed=4).fan.tolist() != found.fan.tolist()


def test_a_prior_without_width_has_no_doubt_in_it() -> None:
    narrow = tuple(
        replace(p, p10=m * 0.999, p90=m * 1.001, least=m * 0.9, most=min(m * 1.1, 0.99))
        for p in shipped_priors()
        if p.unit == "share" and (m := getattr(a_question().rows.assumptions, p.name, None))
    )
    found = doubt(a_question(), draws=10, priors=narrow)
    assert len(set(found.ends.tolist())) == 1
    assert found.ends[0] == found.middle.ends


def test_suppliers_apart_come_to_the_same_fleet_and_say_who_waits() -> None:
    question = a_question('[[late_suppliers]]\nsupplier = "S07"\nfrom = 2017-07-20\n')
    together, apart = Cohorts(question), Cohorts(question, apart=True)
    assert len(together.places) < len(apart.places) == 36
    assert apart.expected().ends == together.expected().ends
    assert apart.expected().capable.sum(axis=1) == pytest.approx(
        together.expected().capable.sum(axis=1)
    )
    waits = apart.waits()
    # the large suppliers are first in the default programme
    assert waits["supplier", "S01"] < waits["supplier", "S12"]
    assert waits["region", "North"] < waits["region", "South"]


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("bad_images = [{device_type = 'ESME', failed_share = 0.5, share = 0.1}, "
         "{device_type = 'ESME', failed_share = 0.5, share = 0.2}]\n", "two bad images"),
    ],
)  # fmt: skip
def test_what_cohorts_cannot_carry_is_refused(root: str, said: str) -> None:
    with pytest.raises(BeyondCohorts, match=said):
        Cohorts(a_question(root=root))


def test_windows_are_refused() -> None:
    question = a_question()
    nights = Window(days=("mon",), opens="01:00", closes="05:00")
    plan = replace(question.plans[0], windows=(nights,))
    with pytest.raises(BeyondCohorts, match="the windows of LCP-HUBS"):
        Cohorts(replace(question, plans=(plan,)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"on_failure": {FailureCause.NOT_DELIVERED: OnFailure(then="never")}},
            "what follows from causes in LCP-HUBS",
        ),
        ({"transfer_days": 3}, "the times of single steps of LCP-HUBS"),
    ],
)
def test_a_plan_that_follows_causes_or_steps_is_refused(
    changed: dict[str, object], said: str
) -> None:
    question = a_question()
    policy = replace(question.plans[0].policy, **changed)
    plan = replace(question.plans[0], policy=policy)
    with pytest.raises(BeyondCohorts, match=said):
        Cohorts(replace(question, plans=(plan,)))
