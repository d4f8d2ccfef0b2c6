"""What comments are judged by: their texts, and what is filtered by. Runs in DuckDB."""

from crm_data.frames import FrameSpec, columns_of

# By number, which goes by time: the same data gives the same scores whatever its history.
COMMENT_TEXTS = FrameSpec(
    "comment_texts",
    "one row per comment, by number",
    ("comment_no",),
    columns_of(
        "comment_no:count customer_no:count owner_id:text region:text written_on:day origin:text "
        "channel:text kind:text score:number scale:count ticket_category:text "
        "product_category:text comment:text"
    ),
)
COMMENT_TEXTS_SQL = (
    f"SELECT {', '.join(COMMENT_TEXTS.column_names)} FROM comment_facts ORDER BY comment_no"
)
