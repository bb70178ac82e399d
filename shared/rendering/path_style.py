"""How a drawn path looks: by daylight and in print, and in the dark.

Class names begin with `pp-`, so that a page which holds the picture is not touched by it.
"""

from __future__ import annotations

from typing import Final

_SHAPES: Final = """
.pp text{font-family:"Segoe UI",system-ui,"Noto Sans","DejaVu Sans",sans-serif;stroke:none}
.pp .pp-title{font-size:20px;font-weight:600}
.pp .pp-head{font-size:16px;font-weight:600}
.pp .pp-verdict,.pp .pp-access{font-size:13px;font-weight:600}
.pp .pp-label{font-size:10.5px;font-weight:600;letter-spacing:.09em}
.pp .pp-small{font-size:13px}
.pp .pp-quiet{font-size:15px}
.pp .pp-count{font-size:14px;font-weight:600}
.pp .pp-code{font-size:12px;font-family:ui-monospace,Consolas,"DejaVu Sans Mono",monospace}
.pp .pp-end{text-anchor:end}
.pp .pp-middle{text-anchor:middle}
.pp .pp-ring{stroke-width:2}
.pp .pp-line{stroke-width:1;fill:none}
.pp .pp-nobody{stroke-width:2;stroke-dasharray:3 5;stroke-linecap:round;fill:none}
.pp .pp-unsure{opacity:.55}
.pp .pp-faint{opacity:.5}
.pp g[class^=pp-sign]>*{fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.pp g[class^=pp-sign]>.pp-absent{stroke-dasharray:2 3}
"""


def _colours(paper: str, ink: str, quiet: str, line: str, tones: dict[str, tuple[str, str]]) -> str:
    """Give the rules of one scheme; `tones` are strong and soft colours by their name."""
    rules = [
        f".pp .pp-card{{fill:{paper};stroke:{line}}}",
        f".pp text{{fill:{ink}}}",
        f".pp .pp-label,.pp .pp-small,.pp .pp-code,.pp .pp-quiet{{fill:{quiet}}}",
        f".pp .pp-line,.pp .pp-nobody{{stroke:{line}}}",
    ]
    for tone, (strong, soft) in tones.items():
        rules += [
            f".pp .pp-ink-{tone}{{fill:{strong}}}",
            f".pp .pp-fill-{tone}{{fill:{strong};stroke:none}}",
            f".pp .pp-soft-{tone}{{fill:{soft};stroke:none}}",
            f".pp .pp-sign-{tone}>*{{stroke:{strong}}}",
            f".pp .pp-sign-{tone}>.pp-ring{{fill:{soft}}}",
            f".pp .pp-sign-{tone}>.pp-dot{{fill:{strong}}}",
        ]
    return "\n".join(rules)


_LIGHT: Final = _colours(
    "#ffffff",
    "#17202b",
    "#566273",
    "#cfd6df",
    {
        "plain": ("#4a6785", "#eef3f8"),
        "exposed": ("#bf2330", "#fdecec"),
        "closed": ("#14734a", "#e6f5ed"),
        "unknown": ("#8f5f00", "#fdf3dc"),
    },
)
_DARK: Final = _colours(
    "#11161d",
    "#e8edf3",
    "#9fabb9",
    "#333d49",
    {
        "plain": ("#8fb0d0", "#1b2632"),
        "exposed": ("#ff7b7f", "#3a1b20"),
        "closed": ("#5fcf97", "#15301f"),
        "unknown": ("#e9b44c", "#332709"),
    },
)
STYLE: Final = f"{_SHAPES}{_LIGHT}\n@media screen and (prefers-color-scheme:dark){{\n{_DARK}\n}}\n"
