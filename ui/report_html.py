"""A report as one HTML page that asks nothing of a network, and prints on A4."""

from html import escape

from plotly.offline import get_plotlyjs

from charts.forecast import forecast_lines
from ui.report import Fact, Report, ReportChart, Section

_STYLE = (
    "body{font:15px/1.5 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
    "max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2430}"
    "h1{margin-bottom:.3rem}h2{margin:2rem 0 .5rem;font-size:1.2rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}"
    "th,td{border-bottom:1px solid #e6eaef;padding:.3rem .5rem;text-align:left;font-size:.85rem}"
    "td,th{word-break:keep-all;overflow-wrap:break-word}th{color:#566270;font-weight:600}"
    ".facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.6rem}"
    ".facts div{border:1px solid #e6eaef;border-radius:6px;padding:.5rem .8rem}"
    "dt{color:#566270;font-size:.85rem}dd{margin:0;font-weight:600}"
    ".facts dd{font-size:1.3rem}.facts p{margin:0;color:#566270;font-size:.8rem}"
    ".stamp{color:#566270;font-size:.85rem;display:grid;grid-template-columns:auto 1fr;"
    "gap:.1rem 1rem}.stamp dd{font-weight:400}"
)
_WIDTH = "178mm"  # between the margins of a page; a chart is as wide as it was when it was drawn
_PRINT = (
    "@page{size:A4;margin:15mm 16mm 18mm}"
    "@page{@bottom-left{content:FOOTER;font:8px system-ui,'Noto Sans CJK SC',sans-serif;"
    "color:#566270;width:85%}@bottom-right{content:counter(page) ' / ' counter(pages);"
    "font:8px system-ui,sans-serif;color:#566270}}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:12px}"
    "h2{break-after:avoid}thead{display:table-header-group}tr,.chart,.facts div{break-inside:avoid}"
    "th,td{font-size:.75rem;padding:.2rem .3rem}.wide{overflow:visible}"
    ".facts{grid-template-columns:repeat(3,1fr)}.facts dd{font-size:1.1rem}}"
)


def html_bytes(report: Report, *, is_print: bool = False) -> bytes:
    """Return the report as a page; ``is_print``: its charts are as wide as a sheet, and still."""
    width = _WIDTH if is_print else "100%"
    footer = '"' + report.footer.replace("\\", "\\\\").replace('"', '\\"') + '"'
    style = _STYLE + _PRINT.replace("FOOTER", footer).replace("</", "<\\/")
    sections = "".join(
        _section(section, place, width) for place, section in enumerate(report.sections)
    )
    charts = [
        _drawn(section.chart, place, is_still=is_print)
        for place, section in enumerate(report.sections)
        if section.chart
    ]
    stamp = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in report.stamp
    )
    language = report.language.replace("_", "-")
    parts = [
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'>",
        f"<meta name='viewport' content='width=device-width'><title>{escape(report.title)}</title>",
        f"<style>{style}</style></head><body><h1>{escape(report.title)}</h1>",
        f"<dl class='stamp'>{stamp}</dl>{sections}",
        f"<script>{get_plotlyjs()}</script>" if charts else "",
        f"<script>{';'.join(charts)}</script></body></html>",
    ]
    return "".join(parts).encode("utf-8")


def _section(section: Section, place: int, width: str) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>"]
    if section.facts:
        parts.append(f"<dl class='facts'>{''.join(map(_fact, section.facts))}</dl>")
    if section.chart:
        parts.append(f"<div class='chart' id='chart{place}' style='width:{width};height:360px'>")
        parts.append("</div>")
    parts += [f"<p>{escape(one)}</p>" for one in section.sentences]
    if section.table is not None:
        parts.append(f"<div class='wide'>{section.table.to_html(index=False, border=0)}</div>")
    return f"<section>{''.join(parts)}</section>"


def _fact(fact: Fact) -> str:
    note = f"<p>{escape(fact.note)}</p>" if fact.note else ""
    return f"<div><dt>{escape(fact.name)}</dt><dd>{escape(fact.value)}</dd>{note}</div>"


def _drawn(chart: ReportChart, place: int, *, is_still: bool) -> str:
    figure = forecast_lines(chart.points, labels=chart.labels, write=chart.write)
    spec = str(figure.to_json()).replace("</", "<\\/")
    still = "true" if is_still else "false"
    return (
        f"(f=>Plotly.newPlot('chart{place}',f.data,f.layout,"
        f"{{displayModeBar:false,responsive:{'false' if is_still else 'true'},"
        f"staticPlot:{still}}}))({spec})"
    )
