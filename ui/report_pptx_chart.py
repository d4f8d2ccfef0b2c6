"""A forecast as a chart of PowerPoint's own: lines, and bands as areas below them."""

from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Length, Pt

from analytics.stats import Floats
from charts.theme import PALETTES
from ui.report import ReportChart

_AREAS = 4
_TICKS = 12  # labels of the axis at most
# How Excel writes money and counts in short; a literal point stands in for a division by ten.
_SHORT = {
    "en": '[>=1000000]#,##0.0,,"M";[>=10000]#,##0,"K";#,##0',
    "zh_CN": '[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";#,##0',
}
_LINES = (("actual", "actual"), ("yhat", "forecast"), ("running", "running"))


def add_chart(
    shapes: Any, told: ReportChart, box: tuple[Length, Length, Length, Length],
    language: str,
) -> Any:  # fmt: skip
    """Draw the chart in ``box`` (left, top, width, height) and return it.

    Series in order: the lower bound of the outer band (not seen), three widths that are stacked
    upon it (outer, inner, outer), actual, forecast, and the period in progress.
    """
    data: Any = CategoryChartData(number_format="General")  # type: ignore[no-untyped-call]  # has no types
    data.categories = [str(label).replace("<br>", " ") for label in told.points["label"]]
    labels = told.labels
    names = [f"{labels.outer} ▁", labels.outer, labels.inner, f"{labels.outer} ▔"]
    for name, widths in zip(names, band_widths(told.points).T, strict=True):
        data.add_series(name, _cells(widths))
    for column, label in _LINES:
        values = told.points[column].to_numpy(dtype="float64")
        if column != "running" or np.isfinite(values).any():
            data.add_series(getattr(labels, label), _cells(values))
    chart = shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box, data).chart
    _style_lines(chart)
    _as_areas(chart)
    _style_axes(chart, language, len(told.points))
    chart.has_title, chart.has_legend = False, True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    for place in (_AREAS - 1, 0):  # each is put first
        chart.legend._element.insert(1, _hidden_entry(place))
    return chart


def band_widths(points: pd.DataFrame) -> Floats:
    """Return the lower bound of the outer band and three widths upon it, a row per period.

    They begin at the last value that came, with no width; NaN where there is no band.
    """
    names = ["low_outer", "low", "high", "high_outer"]
    bounds = points[names].to_numpy(dtype="float64").copy()
    known = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    actual = points["actual"].to_numpy(dtype="float64")
    if len(known) and known[0] and np.isfinite(actual[known[0] - 1]):
        bounds[known[0] - 1] = actual[known[0] - 1]
    return np.column_stack([bounds[:, 0], np.diff(bounds, axis=1)])


def _cells(values: Floats) -> list[float | None]:
    return [float(one) if np.isfinite(one) else None for one in values]


def _style_lines(chart: Any) -> None:
    colours = PALETTES["light"]
    for place, series in enumerate(list(chart.plots[0].series)[_AREAS:]):
        colour = rgb(colours.compare if place == 1 else colours.main)
        series.smooth = False
        series.format.line.width = Pt(2.25)
        series.format.line.color.rgb = colour
        series.marker.style = XL_MARKER_STYLE.CIRCLE
        series.marker.size = 4
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour
        if place == 1:
            series.format.line.dash_style = MSO_LINE.DASH
        if place == 2:  # a mark alone: it is not what the period will come to
            series.format.line.fill.background()
            series.marker.size = 9
            series.marker.format.fill.background()


def _as_areas(chart: Any) -> None:
    """Make the first series areas over the same axes, below the lines."""
    line = chart._chartSpace.plotArea.find(qn("c:lineChart"))
    area = parse_xml(
        f"<c:areaChart {nsdecls('c')}><c:grouping val='stacked'/><c:varyColors val='0'/>"
        "</c:areaChart>"
    )
    line.addprevious(area)
    for series in line.findall(qn("c:ser"))[:_AREAS]:
        for tag in ("c:marker", "c:smooth"):
            for found in series.findall(qn(tag)):
                series.remove(found)
        area.append(series)
    for axis in line.findall(qn("c:axId")):
        area.append(deepcopy(axis))
    band = rgb(PALETTES["light"].compare)
    for series, light in zip(chart.plots[0].series, (None, 0.8, 0.6, 0.8), strict=True):
        series.format.line.fill.background()
        if light is None:
            series.format.fill.background()
            continue
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = band
        series.format.fill.fore_color.brightness = light


def _style_axes(chart: Any, language: str, periods: int) -> None:
    colours = PALETTES["light"]
    value, category = chart.value_axis, chart.category_axis
    value.tick_labels.number_format = _SHORT[language]
    value.tick_labels.number_format_is_linked = False
    value.major_gridlines.format.line.color.rgb = rgb(colours.grid)
    value.format.line.fill.background()
    category.format.line.color.rgb = rgb(colours.grid)
    step = max(1, -(-periods // _TICKS))
    last = category._element.find(qn("c:noMultiLvlLbl"))
    for name in ("tickLblSkip", "tickMarkSkip"):
        last.addprevious(parse_xml(f"<c:{name} {nsdecls('c')} val='{step}'/>"))


def _hidden_entry(place: int) -> object:
    return parse_xml(
        f"<c:legendEntry {nsdecls('c')}><c:idx val='{place}'/><c:delete val='1'/></c:legendEntry>"
    )


def rgb(colour: str) -> RGBColor:
    """Return ``#rrggbb`` as the library takes it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]  # has no types
