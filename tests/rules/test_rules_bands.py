"""Bands and links (fact sheet 1.5, vector 12)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.answers import rule_of
from tests.state.histories import LAWS
from twin.rules.bands import (
    check_band,
    check_ihd_connection,
    close_link,
    is_high_bandwidth,
    open_link,
    select_band,
    technically_impracticable,
)
from twin.rules.refusal import GRANTED, Refusal
from twin.vocabulary import Band, BandReason, DeviceType, HubVariant

DUAL, SINGLE = HubVariant.DUAL_BAND, HubVariant.SINGLE_BAND


@pytest.mark.rule("BR11", "BR12", "BR14")
@pytest.mark.parametrize(
    ("device_type", "ghz_2_4", "sub_ghz", "variant", "capable"),
    list(product(DeviceType, [True, False], [True, False], HubVariant, [True, False])),
)
def test_what_is_selected_breaks_no_rule_and_prefers_2_4_ghz(
    device_type: DeviceType, ghz_2_4: bool, sub_ghz: bool, variant: HubVariant, capable: bool
) -> None:
    band, reason = select_band(
        device_type=device_type,
        ghz_2_4=ghz_2_4,
        sub_ghz=sub_ghz,
        hub_variant=variant,
        sub_ghz_capable=capable,
    )
    chosen = check_band(device_type=device_type, band=band, reason=reason, hub_variant=variant)
    assert chosen == GRANTED
    if ghz_2_4:
        assert band is Band.GHZ_2_4
    if band is Band.SUB_GHZ:
        assert (sub_ghz, variant, capable, ghz_2_4) == (True, DUAL, True, False)
        assert reason is BandReason.TECHNICALLY_IMPRACTICABLE
    if not ghz_2_4 and not sub_ghz:
        assert (band, reason) == (Band.ALTERNATIVE_HAN, BandReason.NO_BAND)


@pytest.mark.rule("BR11")
@pytest.mark.parametrize("reason", BandReason)
def test_an_electricity_meter_never_has_868(reason: BandReason) -> None:
    answer = check_band(
        device_type=DeviceType.ESME, band=Band.SUB_GHZ, reason=reason, hub_variant=DUAL
    )
    assert rule_of(answer) == "BR11"


@pytest.mark.rule("BR12")
def test_a_display_has_868_for_one_reason_only() -> None:
    for reason in BandReason:
        answer = check_band(
            device_type=DeviceType.IHD, band=Band.SUB_GHZ, reason=reason, hub_variant=DUAL
        )
        allowed = reason is BandReason.TECHNICALLY_IMPRACTICABLE
        assert rule_of(answer) == (None if allowed else "BR12")
    assert technically_impracticable(connects_as_is=False)
    assert not technically_impracticable(connects_as_is=True)


@pytest.mark.rule("BR13")
@pytest.mark.parametrize("band", Band)
def test_a_display_is_connected_at_2_4_where_that_works(band: Band) -> None:
    assert check_ihd_connection(ghz_2_4=False, band=band) == GRANTED
    connected = check_ihd_connection(ghz_2_4=True, band=band)
    assert rule_of(connected) == (None if band is Band.GHZ_2_4 else "BR13")


@pytest.mark.rule("BR14")
def test_a_single_band_hub_has_no_868() -> None:
    answer = check_band(
        device_type=DeviceType.GSME,
        band=Band.SUB_GHZ,
        reason=BandReason.TECHNICALLY_IMPRACTICABLE,
        hub_variant=SINGLE,
    )
    assert rule_of(answer) == "BR14"
    assert rule_of(open_link(links_in_use=0, hub_variant=SINGLE, device_capable=True)) == "BR14"
    assert rule_of(open_link(links_in_use=0, hub_variant=DUAL, device_capable=False)) == "BR14"


@pytest.mark.rule("BR15")
def test_five_openings_give_four_links_and_one_refusal() -> None:
    links, refused = 0, []
    for _ in range(5):
        answer = open_link(links_in_use=links, hub_variant=DUAL, device_capable=True)
        if isinstance(answer, Refusal):
            refused.append(answer)
        else:
            links = answer
    assert links == 4
    assert [answer.rule for answer in refused] == ["BR15"]
    assert "0x8F2D" in refused[0].why
    assert close_link(links_in_use=links) == 3
    assert rule_of(close_link(links_in_use=0)) == "BR15"


@pytest.mark.rule("BR15")
@LAWS
@given(st.lists(st.booleans(), max_size=40))
def test_no_history_of_links_leaves_the_bounds(openings: list[bool]) -> None:
    links = 0
    for opening in openings:
        answer = (
            open_link(links_in_use=links, hub_variant=DUAL, device_capable=True)
            if opening
            else close_link(links_in_use=links)
        )
        links = links if isinstance(answer, Refusal) else answer
        assert 0 <= links <= 4


@pytest.mark.rule("BR15")
def test_ten_seconds_or_better_is_high_bandwidth() -> None:
    assert [is_high_bandwidth(interval_s=s) for s in (0, 1, 10, 10.1)] == [False, True, True, False]
