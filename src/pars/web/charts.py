"""Charts as SVG from the server: no script, no style of their own, and a table with the same numbers beside each."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

WIDTH: Final = 720
ROW, LEFT, RIGHT = 44, 30, 30
DAY_HEIGHT, TOP, BOTTOM = 200, 34, 30
NAMELESS: Final = 14
"""So much of a group's row is free of names, its own and the next one's, in the large letters of a phone, too."""
LEAST, MOST = 1 / 64, 64.0
TICKS: Final = (1 / 16, 1 / 4, 1.0, 4.0, 16.0)


def limits(rows: Sequence[tuple[str, float, float, bool]], allowed: float, title: str, unit: str) -> Markup:
    """A line for each group from its lower to its upper limit, on a scale of odds ratios, and what is allowed.

    The name of a group stands above its line, so that both are seen on a phone, too; the scale's own lines stand beside
    the groups' lines and leave the names out. A line whose limit may lie beyond the scale ends in an arrow.
    """
    height = ROW * len(rows) + 40
    parts = [
        _upright("axis", tick, len(rows))
        + Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            _at(tick), height - 8, _ratio(tick)
        )
        for tick in TICKS
    ]
    parts.append(_upright("allowed", allowed, len(rows)))
    for place, (name, low, high, outside) in enumerate(rows):
        y = _row(place)
        style = "limits outside" if outside else "limits"
        parts.append(
            Markup('<text class="named" x="{}" y="{}">{}</text>').format(LEFT, y, name)
            + Markup('<line class="{}" x1="{:.1f}" y1="{y}" x2="{:.1f}" y2="{y}"/>').format(
                style, _at(low), _at(high), y=y + 13
            )
        )
        parts += [_arrow(style, end, toward, y + 13) for end, toward in _beyond(low, high)]
    parts.append(
        Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(WIDTH - 4, height + 16, unit)
    )
    return _svg(height + 24, title, parts)


def _row(place: int) -> int:
    """Where the name of a group stands: the foot of its letters."""
    return 22 + ROW * place


def _upright(style: str, ratio: float, rows: int) -> Markup:
    """A line of the scale at an odds ratio, beside each group's line and not through its name, on a phone either."""
    pieces = " ".join(f"M{_at(ratio):.1f} {_row(place) + 6} v{NAMELESS}" for place in range(rows))
    return Markup('<path class="{}" d="{}"/>').format(style, pieces)


def _beyond(low: float, high: float) -> list[tuple[float, int]]:
    """The ends of a line at an end of the scale, and the way on which it may go on."""
    return [(at, toward) for at, toward, is_so in ((LEAST, -1, low <= LEAST), (MOST, 1, high >= MOST)) if is_so]


def _arrow(style: str, end: float, toward: int, y: int) -> Markup:
    x = _at(end)
    return Markup('<path class="{}" d="M{:.1f} {} L{:.1f} {} L{:.1f} {} Z"/>').format(
        f"{style} beyond", x, y - 8, x + 14 * toward, y, x, y + 8
    )


def days(rows: Sequence[tuple[date, int, int]], title: str, unit: str) -> Markup:
    """Two bars for each day: people who could newly be asked about, and those of them who were looked up."""
    most = max((max(could, looked) for _, could, looked in rows), default=1) or 1
    step = min(60.0, (WIDTH - 60) / max(1, len(rows)))
    parts = [
        Markup('<line class="axis" x1="50" y1="{0}" x2="{1}" y2="{0}"/>').format(DAY_HEIGHT - BOTTOM, WIDTH - 10),
        Markup('<text class="tick" x="44" y="{}" text-anchor="end">{}</text>').format(TOP + 8, most),
        Markup('<text class="tick" x="50" y="20">{}</text>').format(unit),
        Markup('<text class="tick" x="44" y="{}" text-anchor="end">0</text>').format(DAY_HEIGHT - 28),
    ]
    for place, (on, could, looked) in enumerate(rows):
        x = 50 + step * place
        parts.append(_bar("could", x, could, most, step * 0.8) + _bar("looked", x, looked, most, step * 0.4))
        if place in {0, len(rows) - 1}:
            parts.append(
                Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="{}">{:%m/%d}</text>').format(
                    x, DAY_HEIGHT - 12, "start" if place == 0 else "middle", on
                )
            )
    return _svg(DAY_HEIGHT, title, parts)


def _bar(name: str, x: float, many: int, most: int, width: float) -> Markup:
    height = (DAY_HEIGHT - TOP - BOTTOM) * many / most
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        name, x, DAY_HEIGHT - BOTTOM - height, width, height
    )


def _svg(height: int, title: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, title, Markup("").join(parts)
    )


def _at(ratio: float) -> float:
    share = (math.log(min(MOST, max(LEAST, ratio))) - math.log(LEAST)) / (math.log(MOST) - math.log(LEAST))
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _ratio(ratio: float) -> str:
    return f"{ratio:g} ×" if ratio >= 1 else f"1/{1 / ratio:g} ×"
