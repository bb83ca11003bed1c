"""What is found of campaigns: costs beside a reference, why failing ends sooner, exact draws."""

from statistics import fmean

from msgspec.structs import replace

from tests.whatif.asked import kept
from tests.whatif.ready import READY, small
from twin.whatif.compare import sampled, with_seed
from twin.whatif.report.of_campaigns import of_campaigns
from twin.whatif.report.variants import variant_of
from twin.whatif.report.waves import sooner_by_failing


def test_why_a_programme_that_fails_is_over_sooner_is_said_with_its_figures() -> None:
    ready = READY["does-not-fit"]
    assert ready.campaign is not None
    asked = replace(
        ready.campaign, premises=8_000, seeds=2, draws=0, variants=ready.campaign.variants[:2]
    )
    found = of_campaigns(replace(ready, campaign=asked), run=kept)
    (said,) = found.remarks
    assert said.startswith("a tenth too small is over ")
    assert "gates failed 8 of its 8 waves of LCP-METERS (0 of 8 with it fits)" in said
    waves = next(table for table in found.tables if table.caption.startswith("How the waves"))
    fits, share = waves.rows
    assert [row[1] for row in waves.rows] == ["16 of 16", "8 of 16"]
    small_one = sampled(ready.scenarios()["a tenth too small"], premises=8_000)
    rows = [
        row
        for seed in (1, 2)
        for row in kept(with_seed(small_one, seed)).waves.iter_rows(named=True)
        if row["state"] == "FAILED"
    ]
    assert share[4] == f"{fmean((row['ends'] - row['released_by']).days for row in rows):.1f}"
    assert float(share[4]) < float(fits[2]), "a failure is known before a pass would be"
    assert float(share[5].replace(",", "")) > float(fits[5].replace(",", ""))
    one = variant_of("one", ready.scenarios()["a tenth too small"], asked, kept)
    sooner = replace(one, figures=tuple({**f, "end": f["end"] - 5} for f in one.figures))
    assert sooner_by_failing((one, sooner)) == (), "as many failed: that is not why"
    switched = replace(asked, variants=asked.variants[::-1])
    assert of_campaigns(replace(ready, campaign=switched), run=kept).remarks == ()
    assert "nothing is said" in found.sure_doubt


def test_what_is_no_choice_is_what_the_others_are_held_against() -> None:
    ready = small(READY["slow-region"])
    found = of_campaigns(ready, run=kept)
    assert found.finding.startswith("Beside “no region slow” (")
    assert "North slow, first as planned +" in found.finding
    assert "no region slow costs least" not in found.finding
    assert "Over by 2017-12-31: no region slow in " in found.finding
    assert "no region slow" not in found.sure_luck


def test_what_cohorts_do_not_carry_is_drawn_exactly_and_named() -> None:
    found = of_campaigns(small(READY["does-not-fit"]), run=kept)
    assert "for two models, a tenth of all meters, too small, 3 exact runs of 2,000" in found.method
    assert "two bad images of one type of device" in found.method
    assert "the cohort engine for 3 draws of the whole fleet" in found.method
    assert found.sure_doubt.count("of 3 draws") == 3
