"""What plans and scenarios may say, one kind a name; the engine and its oracle are asked all.

Numbers of devices are shares of the fleet, so that a pace means the same at any size.
"""

from typing import Any, Final

from tests.whatif.questions import HUBS

PACED: Final = """
[[windows]]
days = ["mon", "wed", "fri", "sun"]
opens = "22:00"
closes = "04:00"
[pacing]
per_day = {per_day}
per_region = {{ North = {in_north}, "*" = {elsewhere} }}
[gate]"""
LONG_WAITS = """
[assumptions]
activation_failed_share = { CHF = 0.4 }
undelivered_share = 0.2
response_lost_share = 0.2
read_unanswered_share = 0.4
read_delay = 30
activation_delay = { CHF = 30 }
[hold]
answer = "resume"
after_days = 2
"""
UNEVEN = """
[[slow_regions]]
region = "North"
delivery_ratio = 3.0
[[late_suppliers]]
supplier = "S01"
from = 2017-07-20
"""
BAD = (
    'bad_images = [{ device_type = "CHF", share = 0.3, failed_share = 0.9 }, '
    '{ device_type = "ESME", share = 0.1, failed_share = 1.0 }]'
)
MANY = HUBS.replace("attempts_max = 2", "attempts_max = 5").replace(
    'strata = ["model", "region"] # each model and each region is judged apart, too', ""
)
BY_CAUSE = """
[policy.on_failure.activation_failure]
retries = 1
after_days = 3
[policy.on_failure.invalid_device_id]
[policy.on_failure.not_commissioned]
after_days = 5
[policy.on_failure.delivery_timed_out]
retries = 2
[policy.on_failure.transfer_timed_out]
after_days = 4
[policy.on_failure.not_delivered]
then = "never"
[policy.on_failure.verification_failed]
then = "quarantine"
[policy.on_failure.image_discarded]
then = "quarantine"
retries = 1

[[waves]]"""
STEPS = """[policy]
quarantine_after = 2
quarantine_days = 6
delivery_days = 4
transfer_days = 2
activation_days = 3"""
MANY_FAULTS = """
[assumptions]
warned_share = 0.15
activation_failed_share = { CHF = 0.3, ESME = 0.3, GSME = 0.3 }
unverified_share = { CHF = 0.2, ESME = 0.2, GSME = 0.2 }
undelivered_share = 0.15
response_lost_share = 0.2
verification_failure_told_share = 0.4
"""


def variants(premises: int) -> dict[str, dict[str, Any]]:
    """What `tests.whatif.questions.asked` is given for each kind, for a fleet of so many."""
    paced = PACED.format(per_day=premises // 6, in_north=premises // 20, elsewhere=premises // 9)
    return {
        "windows and pace": {"plan": HUBS.replace("[gate]", paced, 1)},
        "a soak from the kth confirmation": {
            "plan": HUBS.replace(
                "soak_days = 3", f"soak_days = 9\nsoak_after = {max(1, premises // 30)}"
            ).replace("settled_at_least = 0.98", "settled_at_least = 0.5")
        },
        "a ramp": {
            "plan": HUBS.replace(
                "planned_from = 2017-08-05",
                f"ramp = {{ per_day = {premises // 30}, factor = 1.5, after = {premises // 8} }}\n"
                "planned_from = 2017-08-05",
                1,
            )
        },
        "a time of day": {
            "plan": HUBS.replace("[gate]", '[activation]\ntime = "02:00"\n[gate]', 1)
        },
        "a moment": {
            "plan": HUBS.replace("[gate]", "[activation]\nat = 2017-08-01T02:00:00Z\n[gate]", 1)
        },
        "many attempts and long waits": {
            "plan": MANY.replace('kind = "sequential"', 'kind = "threshold"'),
            "more": LONG_WAITS,
        },
        "bad images, a slow region, a late supplier": {"top": BAD, "more": UNEVEN},
        "a stop": {"top": BAD, "more": '[hold]\nanswer = "stop"'},
        "gas meters": {
            "plan": HUBS.replace('"CHF"', '"GSME"'),
            "more": "[assumptions]\ngas_meter_older_share = 0.8",
        },
        "a time to confirm": {
            "plan": HUBS.replace("[policy]", "[policy]\nconfirm_days = 2"),
            "more": "[assumptions]\nread_unanswered_share = 0.6",
        },
        "a freeze": {"more": "[[freezes]]\nfrom = 2017-07-18\ndays = 9"},
        "causes that are followed apart": {
            "plan": MANY.replace("[[waves]]", BY_CAUSE, 1),
            "more": MANY_FAULTS,
        },
        "times of steps and a quarantine": {
            "plan": MANY.replace("[policy]", STEPS),
            "more": MANY_FAULTS,
        },
        "causes and times of steps of meters, with windows": {
            "plan": MANY.replace("[policy]", STEPS)
            .replace("[[waves]]", BY_CAUSE, 1)
            .replace('"CHF"', '"ESME"')
            .replace("[gate]", paced, 1),
            "more": MANY_FAULTS,
        },
        "causes and times of steps of gas meters, dated": {
            "plan": MANY.replace("[policy]", STEPS)
            .replace("[[waves]]", BY_CAUSE, 1)
            .replace('"CHF"', '"GSME"')
            .replace("[gate]", '[activation]\ntime = "02:00"\n[gate]', 1),
            "more": MANY_FAULTS + "gas_meter_older_share = 0.8",
        },
        "a wave by count": {"plan": HUBS.replace("share = 0.02", f"count = {premises // 3}")},
    }
