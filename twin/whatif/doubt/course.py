"""The course of one campaign on expected numbers, day by day: releases, gates, holds.

A tick stands at the midnight that begins its day. First the gate of the current wave is asked,
then its next part is released; a wave begins on the tick after the one before it has passed.
"""

from typing import Any, NamedTuple

import numpy as np

from twin.compiled import kernel
from twin.whatif.doubt.gate import ERRORS, EVIDENCE, MISS, PASS, SEQUENTIAL, advances, rejects
from twin.whatif.doubt.pace import earns, granted, spent

CONFIRMED, ENDED, ACTIVE, HELD = range(4)
"""Rows of a device's kernel (`twin.whatif.doubt.steps.device`)."""
EXCLUDE, RESUME, STOP = range(3)
"""Answers to a hold (`twin.whatif.scenario.HoldPolicy`)."""
REGION, IS_BAD, OPENS = range(3)
"""Columns of `cells`: the region (0 to 2), whether the image is bad there, the first day."""
RELEASE_DAYS, SOAK_DAYS, SOAK_AFTER = range(3)
"""Columns of `pace`; a soak without a number of confirmations counts from the last release."""
OF_AGE, ANSWER, AFTER_DAYS = range(3)
WHOLE, BAD_MODEL, FIRST_REGION = range(3)
"""Rows that the error gate looks at, the regions last."""
WAVE, BEGUN, COMPLETE, HELD_UNTIL, BLAMED, EXCLUDED_ON, MISSED_UNTIL, STOPPED, SOAKS = range(9)
"""Places of the state of a course; -1 where there is none."""


class Campaign(NamedTuple):
    """A campaign as the kernel takes it.

    `members` by wave and cell; `kernel` by row, cell and age, each summed up; `pace` by wave;
    `frozen` by day; `caps` members a day by region and in all; `rule` and `weights` of the gate.
    """

    members: Any
    cells: Any
    kernel: Any
    pace: Any
    timing: Any
    frozen: Any
    caps: Any
    rule: Any
    weights: Any


@kernel
def course(campaign: Campaign, starts: int) -> Any:
    """Releases by day and cell; first day and end of each wave; the end (-1: none), the exclusion.

    It begins on the day `starts`; a wave that does not end within the horizon has -1.
    """
    days, waves = len(campaign.frozen), campaign.members.shape[0]
    released, spans = np.zeros((days, campaign.members.shape[1])), np.full((waves, 2), -1)
    state, tolerance = np.full(9, -1), np.array([campaign.rule[ERRORS]])
    state[WAVE] = 0
    left, earned = campaign.members[0].copy(), np.zeros(len(campaign.caps))
    for now in range(max(starts, 0), days):
        earns(earned, campaign.caps)
        wave = state[WAVE]
        if state[BEGUN] >= 0 and _decided(campaign, state, tolerance, released, now):
            if state[STOPPED] >= 0:
                return released, spans, -1, state[EXCLUDED_ON]
            if state[WAVE] > wave:
                spans[wave, 1] = now
                if state[WAVE] == waves:
                    return released, spans, now, state[EXCLUDED_ON]
                left = campaign.members[state[WAVE]].copy()
            _without_excluded(campaign, state, left)
            continue
        if state[HELD_UNTIL] < 0 and state[COMPLETE] < 0 and not campaign.frozen[now]:
            part = granted(
                left,
                campaign.members[wave],
                campaign.pace[wave, RELEASE_DAYS],
                now,
                campaign.cells,
                campaign.caps,
                earned,
            )
            _let_out(campaign, state, spans, released, left, part, earned, now)
    return released, spans, -1, state[EXCLUDED_ON]


@kernel
def _let_out(
    campaign: Campaign,
    state: Any,
    spans: Any,
    released: Any,
    left: Any,
    part: Any,
    earned: Any,
    now: int,
) -> None:
    """Release a part of the current wave, whose first one begins it and whose last completes it."""
    if state[BEGUN] < 0:
        state[BEGUN] = spans[state[WAVE], 0] = now
    spent(part, campaign.cells, earned)
    waiting = members = 0.0
    for cell in range(len(part)):
        released[now, cell] += part[cell]
        left[cell] -= part[cell]
        waiting += left[cell]
        members += campaign.members[state[WAVE], cell]
    if waiting <= 1e-9 * max(members, 1.0):
        state[COMPLETE] = now


@kernel
def _without_excluded(campaign: Campaign, state: Any, left: Any) -> None:
    """Of a model that was taken out nobody more is released."""
    if state[EXCLUDED_ON] >= 0:
        for cell in range(len(left)):
            left[cell] *= campaign.cells[cell, IS_BAD] == 0


@kernel
def _decided(campaign: Campaign, state: Any, tolerance: Any, released: Any, now: int) -> bool:
    """Ask the gate of the current wave; whether the tick is spent by what it decides."""
    begun, out_of_it = state[BEGUN], state[EXCLUDED_ON] >= 0
    cells, kernel = campaign.cells, campaign.kernel
    out = _rows(released, kernel, -1, cells, out_of_it, begun, now)
    sure = _rows(released, kernel, CONFIRMED, cells, out_of_it, begun, now)
    over = _rows(released, kernel, ENDED, cells, out_of_it, begun, now)
    if campaign.rule[SEQUENTIAL] > 0:
        found = rejects(out, over, campaign.weights, campaign.rule, tolerance[0])
    else:
        found = _plain(out, over, sure, campaign.rule, tolerance[0])
    if found >= 0 and state[HELD_UNTIL] < 0:
        state[HELD_UNTIL], state[BLAMED] = now + int(campaign.timing[AFTER_DAYS]), found
    if state[HELD_UNTIL] >= 0 and now >= state[HELD_UNTIL]:
        row = max(found, WHOLE)
        errors = np.sum(over[row]) / max(np.sum(out[row]), 1.0)
        return _answered(campaign, state, tolerance, found, errors, now)
    _soaks(campaign, state, np.sum(sure[WHOLE]), np.sum(over[WHOLE]), now)
    if state[HELD_UNTIL] >= 0 or state[COMPLETE] < 0:
        return False
    if state[SOAKS] < 0 or now - state[SOAKS] < campaign.pace[state[WAVE], SOAK_DAYS]:
        return False
    return _judged(campaign, state, tolerance, out, sure, over, now)


@kernel
def _soaks(campaign: Campaign, state: Any, confirmed: float, errors: float, now: int) -> None:
    """The soak begins with the last release, or with so many confirmed, or with all settled."""
    after = campaign.pace[state[WAVE], SOAK_AFTER]
    members = _members(campaign, state)
    if after == 0 or members == 0:
        state[SOAKS] = state[COMPLETE]
    elif state[SOAKS] < 0 and (confirmed >= after or confirmed + errors >= members - 0.5):
        state[SOAKS] = now


@kernel
def _answered(
    campaign: Campaign, state: Any, tolerance: Any, found: int, errors: float, now: int
) -> bool:
    """What is done about a hold once its days are over; whether the tick is spent by it."""
    if campaign.timing[ANSWER] == STOP:
        state[STOPPED] = now
        return True
    taken_out = campaign.timing[ANSWER] == EXCLUDE and state[BLAMED] == BAD_MODEL
    if taken_out and state[EXCLUDED_ON] < 0:
        state[EXCLUDED_ON], state[HELD_UNTIL] = now, now + 1
        return True
    if found >= 0:
        tolerance[0] = min(1.0, errors + campaign.rule[ERRORS])
    state[HELD_UNTIL] = state[BLAMED] = -1
    return False


@kernel
def _judged(
    campaign: Campaign, state: Any, tolerance: Any, out: Any, sure: Any, over: Any, now: int
) -> bool:
    """Whether the wave that is all out and has soaked is over; a success missed costs the hold."""
    members = _members(campaign, state)
    of_age = max(0, now - int(campaign.timing[OF_AGE]) - state[BEGUN] + 1)
    said = PASS
    if members > 0:
        said = advances(out[WHOLE], sure[WHOLE], over[WHOLE], of_age, members, campaign.rule)
    if said == MISS and state[MISSED_UNTIL] < 0:
        state[MISSED_UNTIL] = now + int(campaign.timing[AFTER_DAYS])
        if campaign.timing[ANSWER] == STOP:
            state[STOPPED] = now
            return True
    if said != PASS and not (state[MISSED_UNTIL] >= 0 and now >= state[MISSED_UNTIL]):
        return False
    state[WAVE] += 1
    state[BEGUN] = state[COMPLETE] = state[MISSED_UNTIL] = state[SOAKS] = -1
    tolerance[0] = campaign.rule[ERRORS]
    return True


@kernel
def _members(campaign: Campaign, state: Any) -> float:
    """Members of the current wave; those of a model that was taken out count no more."""
    found = 0.0
    for cell in range(campaign.cells.shape[0]):
        if state[EXCLUDED_ON] < 0 or campaign.cells[cell, IS_BAD] == 0:
            found += campaign.members[state[WAVE], cell]
    return found


@kernel
def _rows(
    released: Any, kernel: Any, row: int, cells: Any, out_of_it: bool, begun: int, now: int
) -> Any:
    """What is known by now of each day's release: the whole, the bad model, each region.

    `row` of the kernel, or -1 for those released; a model that was taken out counts nowhere.
    """
    out = np.zeros((FIRST_REGION + 3, now - begun))
    for cell in range(cells.shape[0]):
        bad = cells[cell, IS_BAD] > 0
        if bad and out_of_it:
            continue
        for day in range(begun, now):
            age = min(now - day, kernel.shape[2] - 1)
            here = released[day, cell] * (kernel[row, cell, age] if row >= 0 else 1.0)
            out[WHOLE, day - begun] += here
            out[BAD_MODEL, day - begun] += here * bad
            out[FIRST_REGION + int(cells[cell, REGION]), day - begun] += here
    return out


@kernel
def _plain(out: Any, over: Any, sure: Any, rule: Any, tolerance: float) -> int:
    """The threshold gate: a share of the settled, once there is evidence; -1 or the whole."""
    errors = np.sum(over[WHOLE])
    settled = errors + np.sum(sure[WHOLE])
    ready = settled >= min(rule[EVIDENCE], max(np.sum(out[WHOLE]), 1.0))
    return WHOLE if ready and errors > tolerance * settled else -1
