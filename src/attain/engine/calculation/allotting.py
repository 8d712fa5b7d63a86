"""Amounts of lines at the minor unit: floors, and the units that are left by largest remainder.

Each earning has a number. Of its lines those with the larger fractions get a unit more; only lines with the
fraction at which the units end are ranked, since of those some get one and others none.
"""

from collections.abc import Sequence

from attain.engine.backends import numbers
from attain.engine.backends.numbers import Number
from attain.engine.calculation.formulas import text_literals
from attain.engine.calculation.terms import DECIMALS

EARNED = ("participant", "plan", "component", "period", "currency")

FRACTION = Number("", DECIMALS, 9)
UNITS = "DECIMAL(18, 0)"
LARGEST_LINE = 10**12


def earned(earnings: Sequence[str], people: Sequence[str], numbers: str = "") -> str:
    """A select of what some people, or all, have earned by tables of earnings: number and amount of each participant,
    plan, component, period and currency; in order of these, or as another table numbers them."""
    keys = ", ".join(EARNED)
    limit = f" WHERE participant IN ({text_literals(people)})" if people else ""
    every = " UNION ALL ".join(f"SELECT {keys}, amount FROM {table}{limit}" for table in earnings)
    summed = (
        f"SELECT {keys}, CAST(SUM(amount) AS DECIMAL(22, 4)) AS amount FROM ({every}) AS e GROUP BY {keys}"
    )
    if not numbers:
        return f"SELECT {keys}, amount, CAST(ROW_NUMBER() OVER (ORDER BY {keys}) AS BIGINT) AS number FROM ({summed}) AS s"
    named, same = (
        ", ".join(f"s.{key} AS {key}" for key in EARNED),
        " AND ".join(f"n.{key} = s.{key}" for key in EARNED),
    )
    return f"SELECT {named}, s.amount AS amount, n.number AS number FROM ({summed}) AS s INNER JOIN {numbers} AS n ON {same}"


def in_units(lines: str, keep: Sequence[str], bound: int, places: int) -> str:
    """A select of lines with their `value` in whole minor units, rounded down, and the fraction of one that is left.

    `bound` is the size of the largest value.
    """
    value = Number("k.value", DECIMALS, min(bound, LARGEST_LINE))
    exact = numbers.multiply(
        value, Number(f"CAST('{10**places}' AS DECIMAL({places + 1}, 0))", 0, 10**places)
    )
    kept = ", ".join(f"k.{name} AS {name}" for name in ("number", "paid", *keep, "value"))
    columns = ", ".join(("number", "paid", *keep, "value", "units"))
    whole = f"(SELECT {kept}, {exact.sql} AS exact, CAST(FLOOR({exact.sql}) AS {UNITS}) AS units FROM ({lines}) AS k)"
    return f"SELECT {columns}, CAST(exact - units AS {FRACTION.type}) AS fraction FROM {whole} AS k"


def edges_of(lines: str, earned: str, places: int) -> str:
    """A select of how the units that are left end: by number `less` (1 where floors give too much already, so that all
    start one unit below), the `edge` down to which fractions get a unit, how many lines `take` one at the edge, and
    whether that is only a part of them."""
    unit = f"CAST('{10**places}' AS DECIMAL({places + 1}, 0))"
    spread = f"SELECT number, fraction, CAST(COUNT(*) AS BIGINT) AS lines FROM {lines} AS k GROUP BY number, fraction"
    down = "PARTITION BY number ORDER BY fraction DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    reached = f"SELECT number, fraction, lines, CAST(SUM(lines) OVER ({down}) AS BIGINT) AS upto FROM ({spread}) AS s"
    whole = (
        f"SELECT number, CAST(COUNT(*) AS BIGINT) AS every, CAST(SUM(units) AS DECIMAL(20, 0)) AS units "
        f"FROM {lines} AS k GROUP BY number"
    )
    spare = f"CAST(CAST(e.amount * {unit} AS DECIMAL(20, 0)) - w.units AS BIGINT)"
    spared = (
        f"SELECT w.number AS number, w.every AS every, {spare} AS spare FROM ({whole}) AS w "
        f"INNER JOIN {earned} AS e ON e.number = w.number"
    )
    goals = (
        f"SELECT r.number AS number, r.fraction AS fraction, r.lines AS lines, r.upto AS upto, g.every AS every, g.spare AS spare "
        f"FROM ({reached}) AS r INNER JOIN ({spared}) AS g ON g.number = r.number"
    )
    left = (
        f"SELECT number, fraction, upto, upto - lines AS above, CASE WHEN spare < 0 THEN every + spare ELSE spare END AS more, "
        f"CASE WHEN spare < 0 THEN 1 ELSE 0 END AS less FROM ({goals}) AS g"
    )
    most = f"CAST('1' AS {FRACTION.type})"
    return (
        f"SELECT number, MAX(less) AS less, COALESCE(MIN(CASE WHEN above < more THEN fraction END), {most}) AS edge, "
        f"COALESCE(MIN(CASE WHEN above < more THEN more - above END), 0) AS take, "
        f"MAX(CASE WHEN above < more AND upto > more THEN 1 ELSE 0 END) AS part FROM ({left}) AS l GROUP BY number"
    )


def allotted(lines: str, edges: str, keep: Sequence[str], places: int) -> str:
    """A select of lines with their amounts: number, paid, the columns to keep, value, amount."""
    smallest = "1" if places == 0 else f"0.{'0' * (places - 1)}1"

    def amount(more: str) -> str:
        whole = f"CAST(units - less + CASE WHEN {more} THEN 1 ELSE 0 END AS {UNITS})"
        return f"CAST({whole} * CAST('{smallest}' AS DECIMAL({places + 1}, {places})) AS DECIMAL(18, 4)) AS amount"

    kept = ", ".join(("number", "paid", *keep, "value"))
    named = ", ".join(
        f"k.{name} AS {name}" for name in ("number", "paid", *keep, "value", "units", "fraction")
    )
    joined = f"SELECT {named}, x.less AS less, x.edge AS edge, x.take AS take FROM {lines} AS k INNER JOIN {edges} AS x ON x.number = k.number"
    at_edge = "x.part = 1 AND k.fraction = x.edge"
    kind = "CASE kind WHEN 'line' THEN 0 WHEN 're-rating' THEN 1 ELSE 2 END"
    order = f"credit_date IS NULL, credit_date, transaction, position, rule, band, {kind}, raw"
    ranked = f"SELECT j.*, ROW_NUMBER() OVER (PARTITION BY number ORDER BY {order}) AS place FROM ({joined} WHERE {at_edge}) AS j"
    return (
        f"SELECT {kept}, {amount('fraction >= edge')} FROM ({joined} WHERE NOT ({at_edge})) AS j "
        f"UNION ALL SELECT {kept}, {amount('place <= take')} FROM ({ranked}) AS r"
    )
