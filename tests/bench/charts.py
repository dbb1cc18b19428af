"""
Bar charts as SVG: drawn by code, readable in light and dark, the numbers written on the bars.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LABELS, RIGHT = 760, 150, 70
BAR, GAP, GROUP_GAP, TOP = 16, 3, 16, 44

_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2430 }
.title { font-size: 15px; font-weight: 600 } .group { font-weight: 600 }
.axis { stroke: #c5cad3 } .peer { fill: #9aa5b8 } .direct { fill: #ccd2dc } .ours { fill: #1a66c9 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e9ef } .axis { stroke: #4b5363 }
  .peer { fill: #6c7890 } .direct { fill: #454d5c } .ours { fill: #6aa5f5 }
}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """
    One measured value of one target.
    """

    label: str
    value: float

    @property
    def style(self) -> str:
        """
        The class of its colour: ours stand out, the upstream by itself steps back.
        """
        if self.label.startswith("stowage"):
            return "ours"
        return "direct" if self.label == "direct" else "peer"


@dataclass(frozen=True, slots=True)
class Group:
    """
    The bars of one case.
    """

    title: str
    bars: Sequence[Bar]


def render(title: str, groups: Sequence[Group], *, digits: int = 0) -> str:
    """
    Return the chart: shorter bars are better, all on one linear scale.
    """
    most = max((bar.value for group in groups for bar in group.bars), default=1.0)
    scale = (WIDTH - LABELS - RIGHT) / (most or 1.0)
    parts, y = [f'<text class="title" x="0" y="18">{escape(title)}</text>'], float(TOP)
    for group in groups:
        parts.append(f'<text class="group" x="0" y="{y + 8:.0f}">{escape(group.title)}</text>')
        y += 16
        for bar in group.bars:
            parts.append(_bar(bar, y, scale, digits))
            y += BAR + GAP
        y += GROUP_GAP
    axis = f'<line class="axis" x1="{LABELS}" x2="{LABELS}" y1="{TOP}" y2="{y - GROUP_GAP:.0f}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:.0f}" role="img" '
        f'aria-label="{escape(title)}">\n<style>{_STYLE}</style>\n'
        + "\n".join((*parts, axis))
        + "\n</svg>\n"
    )


def _bar(bar: Bar, y: float, scale: float, digits: int) -> str:
    width = max(bar.value * scale, 1.0)
    middle = y + BAR - 4
    return (
        f'<text x="{LABELS - 8}" y="{middle:.0f}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect class="{bar.style}" x="{LABELS}" y="{y:.0f}" width="{width:.1f}" height="{BAR}"/>'
        f'<text x="{LABELS + width + 6:.1f}" y="{middle:.0f}">{bar.value:.{digits}f}</text>'
    )
