"""Clientscope: `python -m cli serve`, or `streamlit run app.py`.

The script that draws pages is elsewhere: beside a script Streamlit takes a folder ``pages`` for its
older way of making pages, and tells whoever opens a page's address first that there is none.
"""

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).resolve().parent / "entry" / "script.py")
