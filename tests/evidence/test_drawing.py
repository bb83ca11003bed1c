"""Pictures of flows: no label lies on a box or on another label where there is room."""

import re
from itertools import pairwise

from twin.evidence.drawing import Arrow, drawn

LABEL = re.compile(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="11" fill="#ffffff"')
BOX = re.compile(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="30"')


def fields(pattern: re.Pattern[str], svg: str, height: int):
    found = [tuple(map(float, one)) for one in pattern.findall(svg)]
    return [(x, y, x + width, y + height) for x, y, width in found]


def point(levers, t: float) -> tuple[float, float]:
    """The point of a curve by its ends and levers, at `t` from 0 to 1."""
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    x, y = (sum(w * lever[k] for w, lever in zip(weights, levers, strict=True)) for k in (0, 1))
    return x, y


def meet(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_labels_lie_on_no_box_and_on_no_other_label():
    boxes = {name: f"step {name} (10,000)" for name in "abcd"}
    arrows = [
        Arrow("a", "b", "28,751 · 5.0 min"),
        Arrow("b", "c", "28,751 · 0 s"),
        Arrow("c", "d", "9 · 3.2 h"),
        Arrow("a", "c", "214 · 0 s"),
        Arrow("a", "d", "95 · 188.8 d"),
        Arrow("b", "d", "12 · 1.0 d"),
    ]

    svg = drawn(boxes, arrows, starts=("a",), title="a flow")

    labels, held = fields(LABEL, svg, 11), fields(BOX, svg, 30)
    assert (len(labels), len(held)) == (6, 4)
    assert not [(one, box) for one in labels for box in held if meet(one, box)]
    pairs = [(one, other) for n, one in enumerate(labels) for other in labels[:n]]
    assert not [pair for pair in pairs if meet(*pair)]
    assert svg == drawn(boxes, arrows, starts=("a",), title="a flow")


PATH = re.compile(r'<path d="M([\d.]+),([\d.]+) C([\d. ,]+)"')


def test_a_loop_stands_beside_its_box_and_the_next_box_leaves_it_room():
    boxes = {"a": "from", "b": "step b", "c": "step c"}
    loop = Arrow("b", "b", "95 · 188.8 d", "wrong", 0.5)

    svg = drawn(boxes, [Arrow("a", "b"), Arrow("a", "c"), loop], starts=("a",), title="a flow")

    _, left, right = fields(BOX, svg, 30)
    (label,) = fields(LABEL, svg, 11)
    start = (left[2], left[1] + 7)
    (courses,) = [tail for x, y, tail in PATH.findall(svg) if (float(x), float(y)) == start]
    reach = max(float(point.split(",")[0]) for point in courses.split())
    back = courses.split()[-1].split(",")
    assert 25 < reach - left[2] < 60, "it is beside its box, not at the side of the picture"
    assert (float(back[0]), float(back[1])) == (left[2], left[3] - 7), "and comes back to it"
    assert left[2] < label[0] < label[2] < right[0], "its label lies between the two boxes"
    assert left[1] < label[1] < label[3] < left[3]


def test_an_arrow_over_a_row_does_not_run_behind_the_box_between():
    boxes = {name: f"a long name of a step {name}" for name in "abcd"}
    arrows = [Arrow("a", "c"), Arrow("c", "d"), Arrow("b", "d")]

    svg = drawn(boxes, arrows, starts=("a", "b"), title="a flow")

    _, b, c, _ = fields(BOX, svg, 30)
    middle = (b[0] + b[2]) / 2
    (course,) = [tail for x, _, tail in PATH.findall(svg) if abs(float(x) - middle) < 0.1]
    levers = [(middle, b[3]), *(tuple(map(float, p.split(","))) for p in course.split())]
    for step in range(101):
        x, y = point(levers, step / 100)
        assert not (c[0] < x < c[2] and c[1] < y < c[3])


def test_the_picture_is_as_wide_as_its_widest_arrow_and_label():
    names = [f"step {n}" for n in range(9)]
    arrows = [
        *(Arrow(one, other) for one, other in pairwise(names)),
        Arrow(names[0], names[8], "95 · 188.8 d"),
        Arrow(names[8], names[0], "12 · 1.0 d"),
    ]

    svg = drawn(dict(zip(names, names, strict=True)), arrows, starts=names[:1], title="a flow")

    (width,) = map(float, re.findall(r'viewBox="0 0 (\d+) \d+"', svg))
    reached = [label[2] for label in fields(LABEL, svg, 11)]
    for x, y, tail in PATH.findall(svg):
        levers = [(float(x), float(y)), *(tuple(map(float, p.split(","))) for p in tail.split())]
        reached += [point(levers, step / 50)[0] for step in range(51)]
    assert max(reached) <= width
    assert width - max(reached) < 30, "and no wider"
