"""Colours: readable, and told apart with any colour vision."""

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from charts.theme import PALETTES, Mode

CONFIG = tomllib.loads(
    (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)["theme"]
# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
_TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                    [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    high, low = sorted((float(linear(c) @ weights) for c in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = _TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("mode", PALETTES)
def test_text_is_readable(mode: Mode) -> None:
    colours = PALETTES[mode]

    assert contrast(colours.text, colours.background) >= 7
    assert contrast(colours.muted, colours.background) >= 4.5
    for mark in (colours.main, colours.compare, colours.good, colours.bad):
        assert contrast(mark, colours.background) >= 3


@pytest.mark.parametrize("mode", PALETTES)
def test_streamlit_uses_the_same_colours(mode: Mode) -> None:
    theme = CONFIG[mode]

    assert theme["backgroundColor"] == PALETTES[mode].background
    assert theme["textColor"] == PALETTES[mode].text
    assert theme["chartCategoricalColors"][:7] == list(PALETTES[mode].series)
    for name in ("grayTextColor", "greenTextColor", "redTextColor", "linkColor"):
        assert contrast(theme[name], theme["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", PALETTES)
def test_good_and_bad_are_told_apart_with_any_colour_vision(mode: Mode, vision: str) -> None:
    colours = PALETTES[mode]
    seen = {c: lab(np.array(VISION[vision]) @ linear(c)) for c in (colours.good, colours.bad)}

    assert np.linalg.norm(seen[colours.good] - seen[colours.bad]) >= 20


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", PALETTES)
def test_series_are_told_apart_with_any_colour_vision(mode: Mode, vision: str) -> None:
    seen = [lab(np.array(VISION[vision]) @ linear(c)) for c in PALETTES[mode].series[:5]]

    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 8
