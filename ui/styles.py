"""Style sheets: the only place that puts one into a page, from files of ours without any data."""

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
SHEETS = {language: _ASSETS / f"words.{language}.css" for language in ("en", "zh_CN")}
COMMON = _ASSETS / "words.css"


def put_on(language: str) -> None:
    """Replace Streamlit's own words, which it cannot translate, by ours."""
    st.html(COMMON)
    st.html(SHEETS[language])
