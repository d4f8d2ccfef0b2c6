"""One file of an upload beside its mapping: first values of each column, and the field it fills."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crm_data.errors import BadInputError
from crm_data.importers.doubts import SURE
from crm_data.importers.mapping_edit import Correction, corrected, fields_of
from crm_data.importers.preset_files import presets
from crm_data.importers.preview import without_blank_cells
from crm_data.tables import TABLES, table_spec
from ui.context import PageContext
from ui.errors import sentence
from ui.formats import plain
from ui.import_mapping import mapped_field, table_name
from ui.wizard_files import AUTOMATIC, WizardFile, look_again

_ORDERS: dict[str, bool | None] = {"auto": None, "day": True, "month": False}


def file_columns(ctx: PageContext, uploads: Any, file: WizardFile) -> None:
    """Draw a file and its mapping; ``file.mapping`` is what is chosen afterwards."""
    t = ctx.t
    day_first = _how(ctx, uploads, file)
    said = "mapping.by_preset" if file.preview.preset else "mapping.by_words"
    if file.preview.mapping is not None:
        st.caption(t(said, preset=plain(file.preview.preset or "")))
    with st.expander(t("wizard.first_rows"), expanded=False):
        st.dataframe(_first_rows(file), hide_index=True)
    table = _table(file)
    if not table:
        st.warning(t("wizard.no_table"), icon=":material/help:")
        return
    fields = _fields(ctx, file, table)
    constants = _constants(ctx, file, table, fields)
    further = _further(ctx, file, table)
    try:
        correction = Correction(table, fields, constants, day_first, further)
        file.mapping = corrected(file.preview.mapping, correction)
        file.problem = None
    except BadInputError as problem:
        file.mapping, file.problem = None, problem
        st.warning(sentence(t, problem), icon=":material/rule:")
    if file.preview.doubtful and file.mapping == file.preview.mapping:
        asked = dict.fromkeys(n for names in file.preview.doubtful.values() for n in names)
        listed = t("filter.separator").join(mapped_field(ctx, name) for name in asked)
        st.caption(t("wizard.asked", fields=listed))
        file.is_confirmed = st.checkbox(
            t("wizard.confirm"), value=file.is_confirmed, key=f"{file.key}:confirm"
        )


def _how(ctx: PageContext, uploads: Any, file: WizardFile) -> bool | None:
    """Draw table, preset and order of dates; return whether days come first."""
    t = ctx.t
    left, middle, right = st.columns(3)
    names = [AUTOMATIC, *(spec.name for spec in TABLES)]
    left.selectbox(
        t("wizard.table"),
        names,
        index=names.index(file.table),
        format_func=lambda name: table_name(ctx, name) if name else _found(ctx, file),
        key=f"{file.key}:table",
        on_change=_ask,
        args=(ctx, uploads, file, "table"),
    )
    known = [AUTOMATIC, *(p.name for p in presets(ctx.settings.presets_dir))]
    middle.selectbox(
        t("wizard.preset"),
        known,
        index=known.index(file.preset) if file.preset in known else 0,
        format_func=lambda name: name or t("wizard.automatic"),
        key=f"{file.key}:preset",
        on_change=_ask,
        args=(ctx, uploads, file, "preset"),
    )
    told = file.mapping.day_first if file.mapping else None
    order = right.selectbox(
        t("wizard.dates"),
        list(_ORDERS),
        index=list(_ORDERS.values()).index(told),
        format_func=lambda name: t(f"wizard.dates.{name}"),
        key=f"{file.key}:dates",
    )
    return _ORDERS[order]


def _ask(ctx: PageContext, uploads: Any, file: WizardFile, what: str) -> None:
    """Take over another table or preset; one rules out the other."""
    file.table = file.preset = AUTOMATIC
    setattr(file, what, st.session_state[f"{file.key}:{what}"])
    for key in [k for k in st.session_state if str(k).startswith(f"{file.key}:")]:
        del st.session_state[key]
    look_again(ctx, uploads, file)


def _fields(ctx: PageContext, file: WizardFile, table: str) -> dict[str, list[str]]:
    """Draw a row per column of the file; return the fields that each fills."""
    t, spec, chosen = ctx.t, table_spec(table), {}
    now = fields_of(file.mapping or file.preview.mapping, table)
    doubtful = file.preview.doubtful.get(table, ())
    for place, header in enumerate(file.preview.headers):
        column, field = st.columns([1, 1], vertical_alignment="center")
        values = without_blank_cells(file.preview.rows, place)
        shown = t("wizard.values").join(plain(v[:40]) for v in values) or t("wizard.blank")
        with column.container(gap=None):
            st.markdown(f"**{plain(header)}**")
            st.caption(shown)
        chosen[header] = field.multiselect(
            plain(header),
            spec.names,
            default=now.get(header, []),
            format_func=partial(mapped_field, ctx),
            placeholder=t("wizard.not_imported"),
            key=f"{file.key}:{table}:{place}",
            label_visibility="collapsed",
        )
        if file.preview.mapping is not None and chosen[header]:
            least = min(file.preview.confidence.get((table, n), 1.0) for n in chosen[header])
            asks = least < SURE or any(name in doubtful for name in chosen[header])
            if asks or least < 1:
                key = "wizard.sure_asks" if asks else "wizard.sure"
                field.caption(t(key, share=ctx.formats.share_short(least)))
    return chosen


def _constants(
    ctx: PageContext, file: WizardFile, table: str, fields: dict[str, list[str]]
) -> dict[str, str]:
    """Draw fields that have one value in every row; return them."""
    t, filled = ctx.t, {name for names in fields.values() for name in names}
    free = [name for name in table_spec(table).names if name not in filled]
    with st.expander(t("wizard.constants"), expanded=bool(file.constants)):
        names = st.multiselect(
            t("wizard.constant_fields"),
            free,
            default=[name for name in file.constants if name in free],
            format_func=partial(mapped_field, ctx),
            key=f"{file.key}:{table}:constants",
        )
        for name in names:
            file.constants[name] = st.text_input(
                mapped_field(ctx, name),
                value=file.constants.get(name, ""),
                key=f"{file.key}:{table}:constant:{name}",
            )
    file.constants = {name: file.constants.get(name, "") for name in names}
    return {name: value for name, value in file.constants.items() if value.strip()}


def _further(ctx: PageContext, file: WizardFile, table: str) -> list[str]:
    """Draw which other tables the rows hold; return those to take."""
    proposed = file.preview.mapping
    others = [one.table for one in proposed.tables if one.table != table] if proposed else []
    if not others:
        return []
    now = [one.table for one in file.mapping.tables] if file.mapping else others
    return list(
        st.multiselect(
            ctx.t("wizard.further"),
            others,
            default=[name for name in others if name in now],
            format_func=partial(table_name, ctx),
            key=f"{file.key}:{table}:further",
        )
    )


def _first_rows(file: WizardFile) -> pd.DataFrame:
    headers = file.preview.headers
    filled = [[*row, *[""] * len(headers)][: len(headers)] for row in file.preview.rows]
    return pd.DataFrame(filled, columns=list(headers), dtype="str")


def _table(file: WizardFile) -> str:
    if file.preview.mapping is None:
        return file.table
    return file.preview.mapping.tables[0].table


def _found(ctx: PageContext, file: WizardFile) -> str:
    if file.table or file.preview.mapping is None:
        return ctx.t("wizard.automatic")
    return ctx.t("wizard.found", table=table_name(ctx, file.preview.mapping.tables[0].table))
