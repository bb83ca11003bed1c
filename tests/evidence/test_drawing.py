"""Pictures of flows: no label lies on a box or on another label where there is room."""

import re

from twin.evidence.drawing import Arrow, drawn

LABEL = re.compile(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="11" fill="#ffffff"')
BOX = re.compile(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="30"')


def fields(pattern: re.Pattern[str], svg: str, height: int):
    found = [tuple(map(float, one)) for one in pattern.findall(svg)]
    return [(x, y, x + width, y + height) for x, y, width in found]


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
