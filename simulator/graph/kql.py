"""KQL to SQL, as far as Resource Graph understands KQL.

duckdb-kql translates; what it lacks, and what Resource Graph limits, is dealt with here.  Source:
Microsoft Learn, "Understanding the Azure Resource Graph query language", Supported operators.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb_kql
from duckdb_kql.errors import KqlError
from duckdb_kql.translate.functions import SCALAR_FUNCTIONS, FunctionSpec

from simulator.graph.rows import COLUMNS, TABLES

MOST_OF_AN_OPERATOR: Final[Mapping[str, int]] = {"join": 3, "mv-expand": 2, "union": 3}
"""How often an operator may stand in one query."""

DEFAULT_EXPANSION: Final = 128
MAXIMUM_EXPANSION: Final = 400
"""Rows that `mv-expand` makes of one row: unless the query says, and at most."""

_QUOTED_OR_COMMENT: Final = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|//[^\n]*")
_LIMITED: Final = re.compile(r"\|\s*(?:limit|take|sample)\b", re.IGNORECASE)
_SAMPLE: Final = re.compile(r"(?<=\|)(\s*)sample\b", re.IGNORECASE)
_EXPANSION: Final = re.compile(r"\bmv-expand\b", re.IGNORECASE)
_EXPANSION_LIMIT: Final = re.compile(r"\blimit\s+(\d+)", re.IGNORECASE)
_TABLE_NAMES: Final = frozenset(table.lower() for table in TABLES)

# duckdb-kql's registry of functions is plain data, one row a function, and has no row for hash().
# The numbers differ from Kusto's; what queries rely on holds: one text, one number, never negative.
SCALAR_FUNCTIONS["hash"] = FunctionSpec(
    "hash", "template", "CAST(hash(CAST({0} AS VARCHAR)) >> 1 AS BIGINT)", (1,)
)


class InvalidQuery(ValueError):
    """A query that is not KQL, or KQL that Resource Graph does not run."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A query as SQL over tables with their Resource Graph names.

    `limited` tells that the query itself says how many rows it wants, which ends paging.
    """

    sql: str
    limited: bool


@functools.lru_cache(maxsize=256)
def translated(query: str) -> Translation:
    """Translate a query; table names are matched without case.

    Raises:
        InvalidQuery: the query cannot be parsed or translated, or goes over a limit of Resource
            Graph; the message says why.
    """
    blanked = _blanked(query)
    for operator, most in MOST_OF_AN_OPERATOR.items():
        found = len(re.findall(rf"\b{operator}\b", blanked, re.IGNORECASE))
        if found > most:
            raise InvalidQuery(f"A query may hold {most} of {operator}; this one has {found}.")
    words = {word for word in re.findall(r"\w+", blanked) if word.lower() in _TABLE_NAMES}
    schema = {word: list(COLUMNS) for word in (*TABLES, *words)}
    supported = _with_expansion_limits(_with_samples_taken(query, blanked), blanked)
    try:
        sql = duckdb_kql.to_sql(supported, schema=schema, allow_write=False)
    except KqlError as error:
        raise InvalidQuery(str(error)) from error
    return Translation(str(sql), _LIMITED.search(blanked) is not None)


def _blanked(query: str) -> str:
    """Return the query with literals and comments blanked out, every other character in place."""
    return _QUOTED_OR_COMMENT.sub(lambda found: " " * len(found.group()), query)


def _with_samples_taken(query: str, blanked: str) -> str:
    """Return the query with `sample` as `take`, which promises no choice of rows either.

    The query keeps its length.
    """
    for sample in _SAMPLE.finditer(blanked):
        start, end = sample.span()
        query = f"{query[:start]}{sample.group(1)}take  {query[end:]}"
    return query


def _with_expansion_limits(query: str, blanked: str) -> str:
    for expansion in reversed(list(_EXPANSION.finditer(blanked))):
        end = _end_of_operator(blanked, expansion.end())
        wanted = _EXPANSION_LIMIT.search(blanked, expansion.end(), end)
        if wanted is None:
            query = f"{query[:end]} limit {DEFAULT_EXPANSION}{query[end:]}"
        elif int(wanted.group(1)) > MAXIMUM_EXPANSION:
            raise InvalidQuery(f"The limit of mv-expand is {MAXIMUM_EXPANSION}.")
    return query


def _end_of_operator(blanked: str, start: int) -> int:
    """Return where the operator that `start` lies in ends, not counting white space."""
    depth = 0
    end = len(blanked)
    for position in range(start, len(blanked)):
        character = blanked[position]
        depth += (character == "(") - (character == ")")
        if depth < 0 or (depth == 0 and character in "|;"):
            end = position
            break
    return start + len(blanked[start:end].rstrip())
