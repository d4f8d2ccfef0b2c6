"""Fields whose name says that they are measured during a contact, or after it."""

import re

# Of a call or message itself: how long it lasted, how it ended, what was answered or clicked.
_WORDS = (
    "duration", "talk_time", "talktime", "call_length", "call_seconds", "call_minutes",
    "disposition", "call_result", "call_outcome", "contact_result", "contact_outcome",
    "responded", "response", "replied", "clicked", "opened", "converted", "conversion",
)  # fmt: skip
_CHINESE = (
    "通话时长",
    "通话时间",
    "通话结果",
    "联系结果",
    "呼叫结果",
    "接触结果",
    "点击",
    "打开",
    "回复",
    "响应",
)
_BEFORE = ("previous", "prev", "last", "prior", "before", "上次", "历史", "之前", "以往")


def names_the_contact(field: str) -> bool:
    """Return whether a field is called like what only the contact itself can tell.

    ``attributes.duration``, ``Call Duration (s)`` and ``通话时长`` are; ``previous response`` is of
    an earlier one, and is not.

    Examples
    --------
    >>> names_the_contact("attributes.duration"), names_the_contact("attributes.balance")
    (True, False)
    """
    name = field.removeprefix("attributes.")
    plain = re.sub(r"[^a-z0-9\u4e00-\u9fff]+", "_", name.lower()).strip("_")
    padded = f"_{plain}_"
    if any(f"_{word}" in padded or (word in padded and word > "\u4e00") for word in _BEFORE):
        return False
    return any(f"_{word}_" in padded for word in _WORDS) or any(w in plain for w in _CHINESE)
