"""Segments: condition trees over customers, as JSON, as types, as SQL."""

from crm_data.segments.compile import in_segment, matches, members_of, source_of
from crm_data.segments.fields import SegmentField, event_fields, field, fields
from crm_data.segments.nodes import All, Any, Compare, Event, Node, Not, leaves
from crm_data.segments.parse import parse, to_json

__all__ = [
    "All",
    "Any",
    "Compare",
    "Event",
    "Node",
    "Not",
    "SegmentField",
    "event_fields",
    "field",
    "fields",
    "in_segment",
    "leaves",
    "matches",
    "members_of",
    "parse",
    "source_of",
    "to_json",
]
