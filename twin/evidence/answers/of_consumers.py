"""Figures for Q3, Q4 and Q9: pairing, typing the code, the Privacy PIN."""

from collections.abc import Iterator
from typing import Final

from twin.evidence.answers.said import Ground, Said, share
from twin.evidence.document import in_words
from twin.evidence.review.counts import total
from twin.evidence.telling import told, told_together

_LOCAL: Final = "process Local pairing"


def routes(ground: Ground) -> tuple[Said, ...]:
    """Q3: attempts by route, and how many ended in a pairing."""
    found = []
    for route in ("local", "remote"):
        own = tuple(row for row in ground.counts.pairing if row["route"] == route)
        done = total(own, "attempts", outcome="completed")
        found.append(
            share(f"{route} attempts completed", done, total(own, "attempts"), "mart pairing")
        )
    return tuple(found)


def typing(ground: Ground) -> tuple[Said, ...]:
    """Q4: what came of attempts at the meter, codes typed and refused, and who else got in."""
    ran = ground.ran["local_pairing"]
    counts = dict(ran.activities)
    stopped = total(ground.counts.pairing, "attempts", route="local", cause="code_entry")
    accepted = counts.get("install-code-entered", 0)
    refused = counts.get("install-code-rejected", 0)
    entered = [way for way in ran.variants if "install-code-entered" in way.walked]
    paired = sum(way.cases for way in entered if "completed" in way.walked)
    coded = sum(way.cases for way in entered)
    return (
        Said("codes accepted", told(accepted), _LOCAL),
        share("codes refused, of those typed", refused, accepted + refused, _LOCAL),
        share("given up at the code", stopped, ran.cases, "mart pairing"),
        share("paired after an accepted code", paired, coded, _LOCAL),
        *_time_of_typing(ground),
        *_ends(ground),
        *_others(ground),
    )


def _time_of_typing(ground: Ground) -> Iterator[Said]:
    for step in ground.ran["local_pairing"].steps:
        if (step.before, step.after) == ("cad-selected", "install-code-entered"):
            words = f"{step.median_s / 60:.1f} minutes at the median"
            yield Said("from choosing the CAD to the code", words, _LOCAL)


def _ends(ground: Ground) -> Iterator[Said]:
    """Why attempts at the meter ended without a pairing; their total is told elsewhere."""
    rows = [
        row
        for row in ground.counts.pairing
        if row["route"] == "local" and row["outcome"] in ("failed", "abandoned")
    ]
    words = {"failed": "failed", "abandoned": "given up"}
    cells = told_together([[row["attempts"]] for row in rows])
    for row, (text,) in zip(rows, cells, strict=True):
        name = f"{words[row['outcome']]}: {in_words(row['cause'])}"
        yield Said(name, text, "mart pairing")


def pins(ground: Ground) -> tuple[Said, ...]:
    """Q9: PINs set, how guessable, and what others came to with and without one."""
    counts = ground.counts
    held = total(counts.pins, "premises", standing="set")
    plain = total(counts.pins, "premises", standing="set", pin_class="other")
    return (
        share("premises with a Privacy PIN", held, counts.fleet["installed"], "mart pins"),
        share("of these among the twenty commonest", held - plain, held, "mart pins"),
        *_others(ground),
    )


def _others(ground: Ground) -> Iterator[Said]:
    """What others came to who tried to pair a device, without and with a PIN."""
    for is_set, words in ((False, "without a PIN"), (True, "with a PIN")):
        own = tuple(row for row in ground.counts.intruders if row["pin_set"] is is_set)
        paired = total(own, "attempts", outcome="paired")
        name = f"unauthorised attempts {words} that paired"
        yield share(name, paired, total(own, "attempts"), "mart intruders")
