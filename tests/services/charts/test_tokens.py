"""Do page and charts share one set of colors that everybody can read?"""

from __future__ import annotations

import re

import pytest

from services.charts.template import chart_templates, template
from services.charts.tokens import CHART_TOKENS, SIGN_TOKENS, TOKENS_FILE, color, pairs, parse, tokens

TEXTS = ("text", "text-muted", "text-faint", "accent-text", "ok", "warn", "bad", "info", "sample", "up", "down")
GROUNDS = ("canvas", "surface", "raised", "sunken", "hover", "selected")
ON_SOFT = (
    ("ok", "ok-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("info", "info-soft"),
    ("sample", "sample-soft"),
)
OTHER_TEXT = (
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent-text", "accent-soft"),
    ("rail-text", "rail"),
    ("rail-text-strong", "rail-active"),
    ("rail-text-strong", "rail-hover"),
    ("rail-heading", "rail"),
    *ON_SOFT,
)
SHAPES = (
    "ok-fill",
    "warn-fill",
    "bad-fill",
    "line-strong",
    "focus",
    "chart-proposed",
    "chart-muted",
    "up-fill",
    "down-fill",
)


def luminance(value: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(value[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_a_contrast_of_four_and_a_half_on_every_ground(theme):
    named = tokens(theme)
    poor = {
        (text, ground): round(contrast(named[text], named[ground]), 2)
        for text in TEXTS
        for ground in GROUNDS
        if contrast(named[text], named[ground]) < 4.5
    }
    poor |= {
        pair: round(contrast(named[pair[0]], named[pair[1]]), 2)
        for pair in OTHER_TEXT
        if contrast(named[pair[0]], named[pair[1]]) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_shapes_that_carry_a_meaning_stand_out_from_the_surface(theme):
    named = tokens(theme)
    low = 2.5  # amber beside its word and its own shape; everything else reaches 3
    assert {
        shape: contrast(named[shape], named["surface"])
        for shape in SHAPES
        if contrast(named[shape], named["surface"]) < low
    } == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("end", ["chart-map-low", "chart-map-high"])
def test_white_figures_can_be_read_on_the_strongest_cells_of_a_map(theme, end):
    ground = tokens(theme)[end]
    red, green, blue = (int(ground[n : n + 2], 16) for n in (1, 3, 5))
    assert (299 * red + 587 * green + 114 * blue) / 1000 < 128  # Plotly writes white there
    assert contrast("#ffffff", ground) >= 4.5


def test_both_themes_define_the_same_tokens():
    assert set(tokens("light")) == set(tokens("dark"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chart_template_is_made_of_the_tokens(theme):
    made = template(theme).to_plotly_json()["layout"]
    named = tokens(theme)
    assert made["meta"]["theme"] == theme
    assert made["paper_bgcolor"] == made["plot_bgcolor"] == named["surface"]
    assert made["font"]["color"] == named["text"]
    assert list(made["colorway"]) == [named[f"series-{n}"] for n in range(1, 8)]
    assert made["yaxis"]["gridcolor"] == named["grid"]
    assert made["hoverlabel"]["bgcolor"] == named["surface"]
    assert made["title"]["subtitle"]["font"]["color"] == named["text-muted"]


def test_the_series_are_the_palette_of_wong_in_the_light_theme():
    wong = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"]
    assert [tokens("light")[f"series-{n}"] for n in range(1, 8)] == wong


def test_a_figure_can_be_repainted_both_ways():
    to_dark: dict[str, str] = {}
    to_light: dict[str, str] = {}
    for light, dark in pairs():
        assert to_dark.setdefault(light, dark) == dark, light
        assert to_light.setdefault(dark, light) == light, dark
    assert len(pairs()) == len(CHART_TOKENS) + len(SIGN_TOKENS) + 1
    assert set(chart_templates()) == {"light", "dark", "colors"}


def test_alpha_becomes_a_form_that_plotly_reads():
    assert re.fullmatch(r"rgba\(0, 114, 178, 0\.\d+\)", color("chart-band", "light"))


def test_comments_and_other_blocks_do_not_become_tokens():
    css = '/* --q-text: #111111; */ [data-bs-theme="light"] { --q-text: #222222; } .x { --q-text: #333333; }'
    assert parse(css) == {"light": {"text": "#222222"}, "dark": {}}


def test_no_style_sheet_but_the_tokens_names_a_color():
    allowed = {
        "#ffffff",
        "#000000",
        "#ffffff30",
        "#151c2b",
        "#4d586b",
        "#606b80",
        "#c9ced8",
    }  # print and picture grounds
    for sheet in sorted(TOKENS_FILE.parent.glob("*.css")):
        if sheet.name not in ("tokens.css", "wizard.css"):
            found = set(
                re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL))
            )
            assert found <= allowed, sheet.name


def test_pages_without_a_script_follow_the_system_with_the_same_dark_colors():
    sheet = (TOKENS_FILE.parent / "boot" / "system_theme.css").read_text("utf-8")
    assert "@media (prefers-color-scheme: dark)" in sheet
    assert _declared(sheet, "system") == _declared(TOKENS_FILE.read_text("utf-8"), "dark")


def _declared(css: str, theme: str) -> list[str]:
    found = re.search(rf'\[data-bs-theme="{theme}"\] {{(.*?)}}', css, re.DOTALL)
    assert found is not None
    return re.findall(r"[\w-]+: [^;]+;", found[1])
