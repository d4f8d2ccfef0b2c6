"""A segment being edited: conditions as plain dictionaries, changed by path, with undo.

A path leads from the top to a node: a number is a place in a group or list, ``not`` goes into a
negation, ``filters`` to what an event is narrowed by.
"""

import copy
import json
from dataclasses import dataclass, field
from typing import Any

from crm_data.errors import UsageError
from crm_data.segments import field as field_named
from crm_data.segments import parse, to_json

Node = dict[str, Any]
Path = tuple[int | str, ...]
EMPTY: Node = {"all": []}
_MOST_UNDONE = 50
_NUMBERS = ("count", "money", "number", "share")


@dataclass(frozen=True)
class Saved:
    """What a saved segment says; ``definition`` is a group of conditions as text."""

    name: str
    note: str
    definition: str


@dataclass
class Draft:
    """What is being edited. ``revision`` changes when widgets must forget what they hold.

    Attributes
    ----------
    segment_id : str
        The saved segment that is changed; empty for a new one.
    name, note : str
        As last saved, or typed.
    tree : dict
        A group of conditions.
    saved : Saved or None
        What was saved when editing began, or last; None for a new one.
    renewed : int
        Changes when the widgets of name and note must forget what they hold.
    """

    segment_id: str = ""
    name: str = ""
    note: str = ""
    tree: Node = field(default_factory=lambda: copy.deepcopy(EMPTY))
    undone: list[Node] = field(default_factory=list)
    done: list[Node] = field(default_factory=list)
    revision: int = 0
    saved: Saved | None = None
    renewed: int = 0

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from what was saved; of a new one, from nothing at all."""
        return self.as_saved != (self.saved or Saved("", "", text_of(EMPTY)))

    @property
    def as_saved(self) -> Saved:
        """Return what would be saved now, in the one form in which it can be compared."""
        return Saved(" ".join(self.name.split()), self.note.strip(), text_of(self.tree))

    def reset(self, saved: Saved | None) -> None:
        """Go back to what is saved, or to nothing; ``undo`` brings the conditions back."""
        self.saved = saved
        self.name, self.note = (saved.name, saved.note) if saved else ("", "")
        self.change(group_of(saved.definition) if saved else copy.deepcopy(EMPTY))
        self.renewed += 1

    def change(self, tree: Node, *, redraws: bool = True) -> None:
        """Take another tree; the one before can be had back."""
        if tree == self.tree:
            return
        self.done = [*self.done, self.tree][-_MOST_UNDONE:]
        self.undone = []
        self.tree = tree
        self.revision += redraws

    def undo(self) -> None:
        """Go back one change."""
        if self.done:
            self.undone.append(self.tree)
            self.tree = self.done.pop()
            self.revision += 1

    def redo(self) -> None:
        """Take back what was undone last."""
        if self.undone:
            self.done.append(self.tree)
            self.tree = self.undone.pop()
            self.revision += 1


def group_of(definition: str) -> Node:
    """Return conditions as a group, so that more can be added."""
    tree: Node = json.loads(definition)
    return tree if "all" in tree or "any" in tree else {"all": [tree]}


def checked(tree: Node) -> tuple[str, UsageError | None]:
    """Return the conditions as JSON, or why they cannot be asked yet."""
    try:
        return to_json(parse(json.dumps(tree))), None
    except UsageError as error:
        return "", error


def read(text: str) -> tuple[Node, UsageError | None]:
    """Return conditions that were pasted as a group, or why they cannot be read."""
    try:
        return group_of(to_json(parse(text))), None
    except UsageError as error:
        return EMPTY, error


def raw(tree: Node) -> str:
    """Return conditions as text, whether they can be asked or not."""
    return json.dumps(tree, ensure_ascii=False)


def text_of(tree: Node) -> str:
    """Return conditions as text, in their one form where they can be asked."""
    return checked(tree)[0] or raw(tree)


def at(tree: Node, path: Path) -> Node:
    """Return the node at a path."""
    node: Any = tree
    for step in path:
        if isinstance(step, str):
            node = node[step]  # what is denied, or the filters of an event
        else:
            node = (node if isinstance(node, list) else items(node))[step]
    found: Node = node
    return found


def items(group: Node) -> list[Node]:
    """Return the items of a group."""
    found: list[Node] = group["all"] if "all" in group else group["any"]
    return found


def put(tree: Node, path: Path, node: Node) -> Node:
    """Return the tree with another node at a path."""
    if not path:
        return node
    fresh = copy.deepcopy(tree)
    parent: Any = at(fresh, path[:-1])
    step = path[-1]
    if isinstance(step, str):
        parent[step] = node
    else:
        (parent if isinstance(parent, list) else items(parent))[step] = node
    return fresh


def added(tree: Node, path: Path, node: Node) -> Node:
    """Return the tree with a node at the end of the group at a path."""
    fresh = copy.deepcopy(tree)
    items(at(fresh, path)).append(copy.deepcopy(node))
    return fresh


def removed(tree: Node, path: Path) -> Node:
    """Return the tree without the item at a path."""
    fresh = copy.deepcopy(tree)
    del items(at(fresh, path[:-1]))[int(path[-1])]
    return fresh


def negated(node: Node) -> Node:
    """Return the opposite of a node."""
    inner: Node = node.get("not", {"not": node})
    return inner


def first_condition(name: str, event: str = "") -> Node:
    """Return a condition on a field to begin with: its first operator, a value of its kind."""
    about = field_named(name, event or None)  # type: ignore[arg-type]  # refused there
    if about.kind == "text":
        return {"field": name, "op": "in", "values": []}
    if about.kind == "flag":
        return {"field": name, "op": "eq", "values": [True]}
    if about.kind in _NUMBERS:
        return {"field": name, "op": "ge", "values": [1]}
    return {"field": name, "op": "within_days", "values": [90]}


def fitted(node: Node, op: str, kind: str) -> Node:
    """Return a condition with another operator and values that go with it."""
    values = list(node["values"])
    if op in ("is_missing", "is_known"):
        values = []
    elif op == "between":
        values = [values[0], values[0]] if len(values) == 1 else (values or [0, 1])[:2]
    elif op in ("within_days", "before_days"):
        values = [90] if not values or not isinstance(values[0], int) else values[:1]
    elif op in ("contains", "begins"):
        values = values[:1] or ["a"]
    elif op not in ("in", "not_in"):
        values = values[:1] or [_default(kind)]
    if kind in ("day", "instant") and op not in ("within_days", "before_days"):
        values = [v if isinstance(v, str) else "2025-01-01" for v in values]
    return {"field": node["field"], "op": op, "values": values}


def _default(kind: str) -> object:
    return {"flag": True, "day": "2025-01-01", "instant": "2025-01-01"}.get(kind, 1)
