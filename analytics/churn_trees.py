"""Small boosted trees, and what each field adds to their log-odds, exactly and fast.

Contributions are Shapley values of each tree, with the customers that each branch had in training
standing in for a field that is not known (S. Lundberg et al. 2020, Nature Machine Intelligence 2,
56–67, "path-dependent TreeSHAP"). A tree of depth three asks at most seven questions, so a customer
is one of 128 patterns of answers to it: the values of all patterns are worked out once per tree,
and a customer costs one look-up per field of the tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.churn_features import Flags
from analytics.stats import Floats

DEPTH = 3
LEAVES = 2**DEPTH
MOST_TREES = 300
STEP = 10  # trees between two numbers of trees that are tried
_RATE = 0.1
_LEAST_LEAF = 30  # customers
_MISSING = 255
_BLOCK = 1 << 15  # customers whose codes stay in the processor cache

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Tree:
    """The tables of one tree.

    Attributes
    ----------
    fields : tuple of int
        Fields that it asks about.
    answers : tuple of ndarray of uint8, shape (256,)
        For each of them, the bits of its questions that a code answers with "left".
    total : ndarray of shape (n_patterns,)
        Log-odds by pattern of answers.
    values : ndarray of shape (n_fields, n_patterns)
        Contribution of each field; with the mean of the tree they add up to ``total``.
    """

    fields: tuple[int, ...]
    answers: tuple[Codes, ...]
    total: Floats
    values: Floats

    def patterns(self, codes: Sequence[Codes]) -> Codes:
        """Return the pattern of answers of each customer."""
        found = self.answers[0].take(codes[self.fields[0]])
        for field, answers in zip(self.fields[1:], self.answers[1:], strict=True):
            found |= answers.take(codes[field])
        return found


@dataclass(frozen=True)
class TreeScorer:
    """Fitted boosted trees; nothing of scikit-learn is left in them.

    Attributes
    ----------
    start : float
        Log-odds before the first tree.
    base : float
        Log-odds of a customer of whom nothing is known.
    edges : tuple of ndarray
        Of each field, the borders that the trees ask about; None for text.
    trees : tuple of Tree
    """

    start: float
    base: float
    edges: tuple[Floats | None, ...]
    trees: tuple[Tree, ...]

    def score(self, matrix: Floats) -> Floats:
        """Return the log-odds of each customer."""
        found = np.full(len(matrix), self.start)
        for start in range(0, len(matrix), _BLOCK):
            block = slice(start, start + _BLOCK)
            codes = self._codes(matrix[block])
            for tree in self.trees:
                found[block] += tree.total.take(tree.patterns(codes))
        return found

    def contributions(self, matrix: Floats) -> Floats:
        """Return log-odds by customer and field; with ``base`` they add up to the score."""
        found = np.zeros(matrix.shape, order="F")
        for start in range(0, len(matrix), _BLOCK):
            block = slice(start, start + _BLOCK)
            codes = self._codes(matrix[block])
            for tree in self.trees:
                pattern = tree.patterns(codes).astype(np.intp)
                for field, values in zip(tree.fields, tree.values, strict=True):
                    found[block, field] += values.take(pattern)
        return found

    def _codes(self, matrix: Floats) -> list[Codes]:
        return [_codes(matrix[:, field], edges) for field, edges in enumerate(self.edges)]


def one_thread() -> Any:
    """Return a context in which trees are grown on one thread: quicker where cores are shared.

    The limit holds for libraries that are loaded, so that scikit-learn's trees are loaded first.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no stubs

    import_module("sklearn.ensemble")
    return threadpool_limits(1)


def boosted(places: list[int], trees: int, seed: int) -> Any:
    """Return scikit-learn's estimator, not fitted.

    Parameters
    ----------
    places : list of int
        Places of each text field, 0 for a number.
    trees : int
        Number of trees.
    seed : int
        Of the sample that borders of numbers are taken from.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=_RATE,
        max_iter=trees,
        max_leaf_nodes=LEAVES,
        max_depth=DEPTH,
        min_samples_leaf=_LEAST_LEAF,
        l2_regularization=1.0,
        categorical_features=[n > 0 for n in places],
        early_stopping=False,
        random_state=seed,
    )


def grown(matrix: Floats, churned: Flags, places: list[int], *, trees: int, seed: int) -> Any:
    """Return scikit-learn's estimator, fitted; see ``boosted`` and ``fit_trees``.

    A field that nobody among these customers has (as of an early date, say) has no borders, which
    scikit-learn does not take: it is 0 for all of them, and no tree asks about it.
    """
    is_absent = np.isnan(matrix).all(axis=0)
    if is_absent.any():
        matrix = np.where(is_absent, 0.0, matrix)
    return boosted(places, trees, seed).fit(matrix, churned)


def fit_trees(
    matrix: Floats, churned: Flags, places: list[int], *, trees: int, seed: int
) -> TreeScorer:
    """Fit, and work out the tables of contributions.

    Parameters
    ----------
    matrix : ndarray of shape (n_customers, n_fields)
        See ``analytics.churn_features``.
    churned : ndarray of bool, shape (n_customers,)
    places, trees, seed
        See ``boosted``.
    """
    model = grown(matrix, churned, places, trees=trees, seed=seed)
    predictors = [one for (one,) in model._predictors]
    # scikit-learn puts text fields before numbers.
    order = np.argsort([n_places == 0 for n_places in places], kind="stable")
    edges = tuple(
        None if n_places else _edges(predictors, int(np.flatnonzero(order == field)[0]))
        for field, n_places in enumerate(places)
    )
    start = float(model._baseline_prediction[0, 0])
    tables = [_table(one, order, edges) for one in predictors if len(one.nodes) > 1]
    base = start + sum(mean for _, mean in tables)
    return TreeScorer(start, base, edges, tuple(tree for tree, _ in tables))


def _edges(predictors: list[Any], position: int) -> Floats:
    found = [one.nodes["num_threshold"][_asks(one.nodes, position)] for one in predictors]
    return np.unique(np.concatenate(found))


def _asks(nodes: Any, position: int) -> Any:
    return (nodes["feature_idx"] == position) & (nodes["is_leaf"] == 0)


def _codes(values: Floats, edges: Floats | None) -> Codes:
    """Return places among the borders (a value equal to one is below it), 255 for missing."""
    is_missing = np.isnan(values)
    if edges is None:
        return np.where(is_missing, _MISSING, values).astype(np.uint8)
    codes = np.searchsorted(edges, values, side="left").astype(np.uint8)
    codes[is_missing] = _MISSING
    return codes


def _table(predictor: Any, order: Any, edges: tuple[Floats | None, ...]) -> tuple[Tree, float]:
    """Return the tables of a tree and its mean over the customers learnt from."""
    nodes = predictor.nodes
    questions = np.flatnonzero(nodes["is_leaf"] == 0)
    asked = order[nodes["feature_idx"][questions]]
    fields = tuple(int(field) for field in np.unique(asked))
    answers = [np.zeros(256, dtype=np.uint8) for _ in fields]
    for bit, (node, field) in enumerate(zip(questions, asked, strict=True)):
        goes_left = _goes_left(nodes[node], predictor.raw_left_cat_bitsets, edges[field])
        answers[fields.index(field)] |= goes_left << np.uint8(bit)
    known = _known(nodes, questions, [fields.index(field) for field in asked])
    values = _shapley(known, len(fields))
    return Tree(fields, tuple(answers), known[-1], values), float(known[0, 0])


def _goes_left(node: Any, bitsets: Any, edges: Floats | None) -> Codes:
    """Return, for each code, 1 where the node sends it left."""
    codes = np.arange(256)
    if edges is None:
        bits = np.asarray(bitsets[node["bitset_idx"]], dtype=np.uint32)
        left = (bits[codes >> 5] >> (codes & 31).astype(np.uint32)) & 1
    else:
        left = codes <= np.searchsorted(edges, node["num_threshold"])
    found: Codes = left.astype(np.uint8)
    found[_MISSING] = node["missing_go_to_left"]
    return found


def _known(nodes: Any, questions: Any, asked: list[int]) -> Floats:
    """Return the expected value of the tree by set of known fields and pattern of answers.

    ``asked`` is the place, among the fields of the tree, of the field of each question.
    """
    pattern = np.arange(2 ** len(questions))
    sets = np.arange(2 ** (max(asked) + 1))
    found = np.zeros((len(sets), len(pattern)))

    def walk(node: int, weight: Floats) -> None:
        if nodes["is_leaf"][node]:
            found[:] += weight * nodes["value"][node]
            return
        bit = int(np.searchsorted(questions, node))
        is_known = (sets >> asked[bit]) & 1 == 1
        goes_left = (pattern >> bit) & 1 == 1
        for side, goes in (("left", goes_left), ("right", ~goes_left)):
            child = int(nodes[side][node])
            share = float(nodes["count"][child]) / float(nodes["count"][node])
            walk(child, weight * np.where(is_known[:, None], goes[None, :], share))

    walk(0, np.ones_like(found))
    return found


def _shapley(known: Floats, n: int) -> Floats:
    """Return the Shapley value of each field by pattern, from the values of all sets of fields."""
    sets = np.arange(2**n)
    size = np.array([int(one).bit_count() for one in sets])
    values = np.zeros((n, known.shape[1]))
    for field in range(n):
        without = sets[(sets >> field) & 1 == 0]
        weight = np.array(
            [factorial(k) * factorial(n - k - 1) / factorial(n) for k in size[without]]
        )
        values[field] = weight @ (known[without | (1 << field)] - known[without])
    return values
