"""Who may see what. Every query that touches customers takes an ``AccessScope``."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, true


@dataclass(frozen=True)
class AccessScope:
    """Which owners' customers a viewer may see.

    Parameters
    ----------
    owner_ids : frozenset of str or None
        Employees whose customers are visible. The default, an empty set, shows nothing;
        ``None`` shows everything, unowned rows included.
    """

    owner_ids: frozenset[str] | None = frozenset()

    @property
    def is_everything(self) -> bool:
        """Whether the viewer sees every row."""
        return self.owner_ids is None

    @property
    def is_nothing(self) -> bool:
        """Whether the viewer sees no row at all."""
        return self.owner_ids is not None and not self.owner_ids


EVERYTHING = AccessScope(None)
NOBODY = AccessScope()


def visible_to(scope: AccessScope, owner_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the WHERE clause that keeps only rows ``scope`` may see.

    An empty owner set compiles to a clause that is never true, so a query fails closed. Rows
    without an owner are visible to those who see everything, and to nobody else.
    """
    if scope.owner_ids is None:
        return true()
    if not scope.owner_ids:
        return false()
    return owner_id.in_(sorted(scope.owner_ids))
