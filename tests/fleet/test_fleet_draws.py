import numpy as np
import pytest

from twin.fleet.numbers.draws import draw, draws

GOLDEN = (0.052691468691325904, 0.9091338200036234)


def test_draws_equal_the_scalar_function_bit_by_bit():
    entities = np.concatenate(
        [np.arange(5_000, dtype=np.uint64), np.uint64(2**64 - 1) - np.arange(50, dtype=np.uint64)]
    )
    for seed, purpose, attempt in ((0, "premises.type", 0), (7, "pin.class", 3), (-1, "", 99)):
        many = draws(seed=seed, entities=entities, purpose=purpose, attempt=attempt)
        one_by_one = [
            draw(seed=seed, entity=int(entity), purpose=purpose, attempt=attempt)
            for entity in entities
        ]
        assert many.tolist() == one_by_one


def test_draws_are_the_same_for_ever():
    """A change of these numbers is a change of every run: it must be meant."""
    assert draw(seed=1, entity=0, purpose="premises.type") == pytest.approx(GOLDEN[0], abs=1e-15)
    assert draw(seed=1, entity="P0", purpose="a", attempt=2) == pytest.approx(GOLDEN[1], abs=1e-15)


def test_every_argument_moves_the_draw():
    here = dict(seed=1, entity=5, purpose="a", attempt=0)
    others = [dict(here, **change) for change in ({"seed": 2}, {"entity": 6}, {"purpose": "b"})]
    others.append(dict(here, attempt=1))
    found = {draw(**arguments) for arguments in [here, *others]}
    assert len(found) == 5


def test_draws_are_uniform_and_purposes_are_independent():
    entities = np.arange(200_000, dtype=np.uint64)
    first = draws(seed=3, entities=entities, purpose="first")
    second = draws(seed=3, entities=entities, purpose="second")
    counts, _ = np.histogram(first, bins=100, range=(0, 1))
    chi_square = float(((counts - 2_000.0) ** 2 / 2_000).sum())
    assert 50 < chi_square < 160  # 99 degrees of freedom
    assert first.min() >= 0
    assert first.max() < 1
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.01
