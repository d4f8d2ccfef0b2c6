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

# Names that are hidden before anything is made of the words: of who wrote, and of their contacts.
COMMENT_NAMES = FrameSpec(
    "comment_names",
    "one row per customer who wrote and name of it or of a contact",
    (),
    columns_of("customer_no:count name:text is_person:flag"),
)
COMMENT_NAMES_SQL = """
WITH named AS (
  SELECT customer_id, name, coalesce(kind, 'person') = 'person' AS is_person FROM customers
  UNION ALL
  SELECT customer_id, name, true FROM contacts
)
SELECT f.customer_no, n.name, n.is_person
FROM named n JOIN customer_facts f USING (customer_id)
WHERE n.name IS NOT NULL AND f.customer_no IN (SELECT customer_no FROM comment_facts)
ORDER BY f.customer_no, n.name
"""
