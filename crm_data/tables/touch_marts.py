"""Mart of touches: what attribution is made from."""

from crm_data.frames import FrameSpec, columns_of

# touch_no counts touches by person and time. person_no: a customer, or a visitor who is not known
# to be one; missing where neither is on record. next_: the paid order that came next, with the days
# until then; first_: the first paid order of the customer, where it came after the touch. Missing
# where there is none (yet).
TOUCH_PATHS = FrameSpec(
    "touch_paths",
    "one row per touch, sorted by person and time",
    ("touch_no",),
    columns_of(
        "touch_no:count person_no:count customer_no:count owner_id:text occurred_at:instant "
        "channel:text channel_no:count next_no:count next_value:money next_days:number "
        "first_no:count first_value:money first_days:number"
    ),
)

TOUCH_MARTS = (TOUCH_PATHS,)
