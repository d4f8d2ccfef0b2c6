"""Training of the comparison of records, and its use (splink on DuckDB, in memory)."""

import logging
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd
from splink import DuckDBAPI, Linker, block_on

from analytics.identity_blocks import Blocks
from analytics.identity_levels import Comparison

# Pairs that agree beyond doubt: with fewer the data cannot say what agreement looks like.
ENOUGH_SURE = 20
_RANDOM_PAIRS = 200_000
_TRAINING_PAIRS = 2_000_000.0
_ASSUMED_SURE = 10.0  # what is assumed weighs like so many pairs of one person
_ASSUMED_RANDOM = 2_000.0  # and like so many pairs of two
_MANY_RECORDS = 100_000  # from here on pairs for training are drawn by lot
_FEW_RECORDS = 200  # below, how rare a value is cannot be told
_LEAST_WEIGHT = (
    -12.0
)  # log2 of the odds, at even prior odds of _START, below which a pair is forgotten
_START = 1e-4

logging.getLogger("splink").setLevel(logging.CRITICAL)


class IdentityModel:
    """Compares records of one frame.

    Parameters
    ----------
    records : DataFrame
        As ``identity_fields.comparable`` gives them.
    blocks : Blocks
    comparisons : list of Comparison
    seed : int
        Of the draw of random pairs.

    Attributes
    ----------
    is_trained : bool
        Whether agreement was learnt from the data; else it is as assumed.
    """

    def __init__(
        self, records: pd.DataFrame, blocks: Blocks, comparisons: list[Comparison], seed: int
    ) -> None:
        self._comparisons = comparisons
        self._api = DuckDBAPI()
        self._rows = self._api.register(pd.concat([records, blocks.keys], axis=1))
        self._keys = [str(key) for key in blocks.keys]
        self.is_trained = blocks.sure >= ENOUGH_SURE
        learnt = self._random_pairs(_settings(comparisons, self._keys, len(records)), seed)
        passes = [self._pass(learnt, columns, len(records)) for columns in self._training(blocks)]
        random = min(len(records) * (len(records) - 1) / 2, _RANDOM_PAIRS)
        _blend(learnt, comparisons, passes, float(blocks.sure), random)
        self._linker = self._linker_of(learnt)

    def _linker_of(self, settings: dict[str, Any]) -> Linker:
        return Linker(self._rows, deepcopy(settings), log_level=None, validate_settings=False)

    def _random_pairs(self, settings: dict[str, Any], seed: int) -> dict[str, Any]:
        """Return the settings with u as random pairs meet the levels."""
        linker = self._linker_of(settings)
        linker.training.estimate_u_using_random_sampling(
            max_pairs=_RANDOM_PAIRS, seed=seed, min_count_per_level=None
        )
        return dict(linker.misc.save_model_to_json())

    def _training(self, blocks: Blocks) -> tuple[tuple[str, ...], ...]:
        return blocks.training if self.is_trained else ()

    def _pass(
        self, settings: dict[str, Any], columns: tuple[str, ...], size: int
    ) -> dict[str, Any] | None:
        """Return the settings as learnt from pairs that agree on some columns.

        None where a level that no pair of one person meets runs below what a number can hold.
        """
        linker = self._linker_of(settings)
        most = _TRAINING_PAIRS if size > _MANY_RECORDS else None
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), max_pairs=most
            )
        except ValueError:
            return None
        return dict(linker.misc.save_model_to_json())

    def pairs(self) -> pd.DataFrame:
        """Return what is known of each pair that shares a key.

        Returns
        -------
        DataFrame
            ``l``, ``r`` (row numbers, l < r), ``weight`` (log2 of the factor by which the fields
            change the odds), and of each comparison ``level_<field>`` (place of the level from 0,
            -1 where missing) and ``weight_<field>``.
        """
        return self._read(self._linker.inference.predict(threshold_match_weight=_LEAST_WEIGHT))

    def between(self, left: np.ndarray, right: np.ndarray) -> pd.DataFrame:
        """Return the same of the pairs given by row numbers."""
        asked = pd.DataFrame({"join_key_l": left, "join_key_r": right, "match_key": "0"})
        self._linker.table_management.register_blocked_pairs_for_predict(self._api.register(asked))
        return self._read(self._linker.inference.predict())

    def _read(self, predicted: Any) -> pd.DataFrame:
        found = predicted.as_pandas_dataframe()
        left, right = found["unique_id_l"].to_numpy(), found["unique_id_r"].to_numpy()
        prior = np.log2(_START / (1 - _START))
        made = {
            "l": np.minimum(left, right),
            "r": np.maximum(left, right),
            "weight": found["match_weight"].to_numpy(np.float64) - prior,
        }
        for one in self._comparisons:
            gamma = found[f"gamma_{one.field}"].to_numpy(np.int64)
            weight = found[f"mw_{one.field}"].to_numpy(np.float64)
            if f"mw_tf_adj_{one.field}" in found:
                weight = weight + found[f"mw_tf_adj_{one.field}"].to_numpy(np.float64)
            made[f"level_{one.field}"] = np.where(gamma < 0, -1, len(one.levels) - 1 - gamma)
            made[f"weight_{one.field}"] = weight
        return pd.DataFrame(made).sort_values(["l", "r"], ignore_index=True)


def _settings(comparisons: list[Comparison], keys: list[str], size: int) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": _START,
        "em_convergence": 0.001,
        "max_iterations": 15,
        "comparisons": [_comparison(one, size) for one in comparisons],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f'l."{key}" = r."{key}"', "sql_dialect": "duckdb"} for key in keys
        ],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(one: Comparison, size: int) -> dict[str, Any]:
    column = one.column
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": f'"{column}_l" IS NULL OR "{column}_r" IS NULL',
            "label_for_charts": "missing",
            "is_null_level": True,
        }
    ]
    for level in one.levels:
        made: dict[str, Any] = {
            "sql_condition": level.condition,
            "label_for_charts": level.code,
            "m_probability": level.m,
            "u_probability": level.u,
        }
        if level.rare and size >= _FEW_RECORDS:
            made |= {"tf_adjustment_column": level.rare, "tf_adjustment_weight": 1.0}
        levels.append(made)
    return {"output_column_name": one.field, "comparison_levels": levels}


def _blend(
    learnt: dict[str, Any],
    comparisons: list[Comparison],
    passes: list[dict[str, Any] | None],
    sure: float,
    pairs: float,
) -> None:
    """Weigh what was learnt against what is assumed; what was never seen stays as assumed."""
    for place, one in enumerate(comparisons):
        found = [_levels(each, place) for each in passes if each is not None]
        for number, (level, assumed) in enumerate(
            zip(_levels(learnt, place), one.levels, strict=True)
        ):
            told = [levels[number].get("m_probability") for levels in found]
            # A field that a pass agrees on is not learnt from it: it stays as it was.
            shares = [m for m in told if isinstance(m, float) and m != assumed.m]
            mean = sum(shares) / len(shares) if shares else assumed.m
            level["m_probability"] = _weighed(mean, sure, assumed.m, _ASSUMED_SURE)
            level["u_probability"] = _weighed(
                level.get("u_probability"), pairs, assumed.u, _ASSUMED_RANDOM
            )


def _levels(settings: dict[str, Any], place: int) -> list[dict[str, Any]]:
    levels = settings["comparisons"][place]["comparison_levels"]
    return [level for level in levels if not level.get("is_null_level")]


def _weighed(found: object, weight: float, assumed: float, assumed_weight: float) -> float:
    share = float(found) if isinstance(found, int | float) else 0.0
    return (share * weight + assumed * assumed_weight) / (weight + assumed_weight)
