"""Boxes and arrows as SVG: each box below those that lead to it, arrows back at the side.

An arrow from a box to itself is a loop at its right edge.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from math import ceil
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Style = Literal["plain", "dashed", "wrong"]
_BOX_HEIGHT: Final = 30
_GAP_ACROSS: Final = 26
_GAP_DOWN: Final = 58
_MARGIN: Final = 14
_LETTER: Final = 6.4
_BACK: Final = 46
_LOOP: Final = 30
"""How far a loop reaches out of its box."""
_SMALL_LETTER: Final = 5.8
"""Across, of a label: of the widest fonts that stand in for Arial."""
_ABOVE: Final = 90
"""Ends of an arrow that are less apart than this lie above each other."""
_STOPS: Final = (0.5, 0.62, 0.4, 0.72, 0.3, 0.8, 0.22, 0.87, 0.93)
"""Where along an arrow its label may stand, the best first."""
_STROKES: Final = {
    "plain": 'stroke="#12436D"',
    "dashed": 'stroke="#8a97a3" stroke-dasharray="4 3"',
    "wrong": 'stroke="#B3341D"',
}


class Arrow(Struct, frozen=True):
    """An arrow from a box to another, with a label; `weight` from 0 to 1 is its thickness."""

    before: str
    after: str
    label: str = ""
    style: Style = "plain"
    weight: float = 0.0


class _Box(Struct, frozen=True):
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


Places: TypeAlias = tuple[tuple[float, float], ...]


class _Course(Struct, frozen=True):
    """How an arrow runs; `places` are where its label may stand, the best first.

    `right` is how far it comes to the right.
    """

    path: str
    tip: str
    places: Places
    right: float


def drawn(
    boxes: Mapping[str, str], arrows: Sequence[Arrow], *, starts: Sequence[str], title: str
) -> str:
    """The picture: `boxes` by name with their labels, `starts` in the first row.

    The same boxes and arrows in the same order give the same text.
    """
    loops = {arrow.before: _reach(arrow) for arrow in arrows if arrow.before == arrow.after}
    places = _placed(boxes, _ranks(list(boxes), arrows, starts), loops)
    ends = (box.x + box.width + loops.get(name, 0.0) for name, box in places.items())
    width = max(ends, default=0.0) + _MARGIN
    height = max((box.y + _BOX_HEIGHT for box in places.values()), default=0.0) + _MARGIN
    courses = [
        (_course(places[arrow.before], places[arrow.after], width), arrow) for arrow in arrows
    ]
    labels = list(_placed_labels(courses, places.values()))
    ends = (_field(at, arrow.label)[2] for at, (_, arrow) in zip(labels, courses, strict=True))
    whole = ceil(max([width, *ends, *(course.right + _MARGIN for course, _ in courses)]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {height:.0f}" '
        f'width="{whole}" height="{height:.0f}" font-family="Arial, sans-serif" '
        f'font-size="11" aria-label="{escape(title)}">',
        *(_line(course, arrow) for course, arrow in courses),
        *(_label(at, arrow.label) for at, (_, arrow) in zip(labels, courses, strict=True)),
        *(line for name, box in places.items() for line in _box(box, boxes[name])),
        "</svg>",
    ]
    return "".join(parts)


def _ranks(names: Sequence[str], arrows: Sequence[Arrow], starts: Sequence[str]) -> dict[str, int]:
    """Rows by the longest way down from a start; arrows that close a circle lead back up."""
    after: dict[str, list[str]] = {name: [] for name in names}
    for arrow in arrows:
        after[arrow.before].append(arrow.after)
    order, back = _in_order([*(one for one in starts if one in after), *names], after)
    ranks = dict.fromkeys(names, 0)
    for name in order:
        for one in after[name]:
            if (name, one) not in back:
                ranks[one] = max(ranks[one], ranks[name] + 1)
    return ranks


def _in_order(
    roots: Sequence[str], after: Mapping[str, Sequence[str]]
) -> tuple[list[str], set[tuple[str, str]]]:
    """Names so that each stands before what it leads to, and the arrows that close a circle."""
    done: dict[str, None] = {}
    open_names: dict[str, None] = {}
    back: set[tuple[str, str]] = set()

    def visit(name: str) -> None:
        open_names[name] = None
        for one in after[name]:
            if one in open_names:
                back.add((name, one))
            elif one not in done:
                visit(one)
        del open_names[name]
        done[name] = None

    for root in roots:
        if root not in done:
            visit(root)
    return list(reversed(done)), back


def _placed(
    boxes: Mapping[str, str], ranks: Mapping[str, int], loops: Mapping[str, float]
) -> dict[str, _Box]:
    """Where each box stands; beside one with a loop there is room for it, if another follows."""
    rows: dict[int, list[str]] = {}
    for name, rank in ranks.items():
        rows.setdefault(rank, []).append(name)
    widths = {name: max(48.0, len(label) * _LETTER + 16) for name, label in boxes.items()}
    across = {
        rank: sum(widths[name] for name in row)
        + sum(_GAP_ACROSS + loops.get(name, 0.0) for name in row[:-1])
        for rank, row in rows.items()
    }
    widest = max(across.values(), default=0.0)
    found = {}
    for nth, rank in enumerate(sorted(rows)):
        x = _MARGIN + (widest - across[rank]) / 2
        for name in rows[rank]:
            y = _MARGIN + nth * (_BOX_HEIGHT + _GAP_DOWN)
            found[name] = _Box(x, y, widths[name])
            x += widths[name] + _GAP_ACROSS + loops.get(name, 0.0)
    return found


def _box(box: _Box, label: str) -> Iterator[str]:
    yield (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{_BOX_HEIGHT}" '
        'rx="5" fill="#f3f6f9" stroke="#12436D"/>'
    )
    yield (
        f'<text x="{box.middle:.1f}" y="{box.y + 19:.1f}" text-anchor="middle" fill="#1b2733">'
        f"{escape(label)}</text>"
    )


def _course(before: _Box, after: _Box, side: float) -> _Course:
    """Where an arrow runs: down to a lower row, else back at the side, or round to its own box."""
    if after == before:
        return _loop(before)
    if after.y <= before.y:
        out = side + _BACK * (0.4 + 0.6 * (before.y % 7) / 7)
        y1, y2 = before.y + _BOX_HEIGHT / 2, after.y + _BOX_HEIGHT / 2 - 5
        x1, x2 = before.x + before.width, after.x + after.width
        tip = f"M{x2 + 6:.1f},{y2 - 3.5:.1f} L{x2:.1f},{y2:.1f} L{x2 + 6:.1f},{y2 + 3.5:.1f}"
        return _curve(((x1, y1), (out, y1), (out, y2), (x2, y2)), tip)
    x1, y1, x2, y2 = before.middle, before.y + _BOX_HEIGHT, after.middle, after.y
    tip = f"M{x2 - 3.5:.1f},{y2 - 6:.1f} L{x2:.1f},{y2:.1f} L{x2 + 3.5:.1f},{y2 - 6:.1f}"
    return _curve(((x1, y1), *_levers(x1, y1, x2, y2), (x2, y2)), tip)


def _loop(box: _Box) -> _Course:
    """Out of the right edge of a box and back into it, its label beyond."""
    x, y1, y2 = box.x + box.width, box.y + 7, box.y + _BOX_HEIGHT - 7
    out = x + _LOOP * 4 / 3  # a curve comes three quarters of the way to its levers
    tip = f"M{x + 7:.1f},{y2 - 1.5:.1f} L{x:.1f},{y2:.1f} L{x + 4.5:.1f},{y2 + 6:.1f}"
    found = _curve(((x, y1), (out, y1 - 12), (out, y2 + 12), (x, y2)), tip)
    beyond = (x + _LOOP + 6, box.y + _BOX_HEIGHT / 2 + 3)
    return _Course(found.path, found.tip, (beyond,), found.right)


def _reach(arrow: Arrow) -> float:
    """How far a loop and its label reach beyond the box."""
    return _LOOP + 8 + len(arrow.label) * _SMALL_LETTER


def _curve(levers: Places, tip: str) -> _Course:
    """A curve by its ends and the two levers between them."""
    start, *others = (f"{x:.1f},{y:.1f}" for x, y in levers)
    places = tuple((x + 4, y) for x, y in (_at(levers, t) for t in _STOPS))
    right = max(_at(levers, t / 20)[0] for t in range(21))
    return _Course(f"M{start} C{' '.join(others)}", tip, places, right)


def _at(levers: Places, t: float) -> tuple[float, float]:
    """The point of a curve at `t`, from 0 at its beginning to 1 at its end."""
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    x, y = (sum(w * lever[k] for w, lever in zip(weights, levers, strict=True)) for k in (0, 1))
    return x, y


def _placed_labels(
    courses: Sequence[tuple[_Course, Arrow]], boxes: Iterable[_Box]
) -> Iterator[tuple[float, float]]:
    """A place for each label that lies on no box and on no label before it, where there is one."""
    taken = [(box.x, box.y, box.x + box.width, box.y + _BOX_HEIGHT) for box in boxes]
    for course, arrow in courses:
        fields = [_field(place, arrow.label) for place in course.places]
        free = (n for n, one in enumerate(fields) if not any(_meet(one, held) for held in taken))
        nth = next(free, 0)
        taken.append(fields[nth])
        yield course.places[nth]


def _field(place: tuple[float, float], label: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a label's ground."""
    x, y = place
    return x - 4, y - 8, x + len(label) * _SMALL_LETTER + 4, y + 3


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _levers(
    x1: float, y1: float, x2: float, y2: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The levers of an arrow down; one over several rows keeps aside, not to run behind boxes.

    It bends out where both ends lie above each other, and else stays at its beginning for long.
    """
    down = y2 - y1
    rows = down / (_BOX_HEIGHT + _GAP_DOWN)
    if rows > 1 and abs(x1 - x2) >= _ABOVE:
        return (x1, y1 + 0.95 * down), (x1 - (x1 - x2) / 3, y2 - 0.15 * down)
    out = min(40 * rows, 120 + 10 * rows) if rows > 1 else 0.0
    return (x1 + out, y1 + down / 2), (x2 + out, y2 - down / 2)


def _line(course: _Course, arrow: Arrow) -> str:
    stroke = f'fill="none" {_STROKES[arrow.style]} stroke-width="{1 + 3 * arrow.weight:.1f}"'
    return f'<path d="{course.path}" {stroke}/><path d="{course.tip}" {stroke}/>'


def _label(place: tuple[float, float], label: str) -> str:
    """The label on white, so that it can be read where arrows cross."""
    if not label:
        return ""
    left, top, right, bottom = _field(place, label)
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
        f'height="{bottom - top:.0f}" fill="#ffffff"/><text x="{place[0]:.1f}" '
        f'y="{place[1]:.1f}" font-size="10" fill="#35424e">{escape(label)}</text>'
    )
