"""The pay year: a company of 10,000 people in 20 divisions and N transactions, the same from the same seed.

A division is closed: its sellers, specialists and managers are credited from its sellers' deals only, so
that one division is a sample whose payments can be compared to the cent.
"""

from pathlib import Path

import duckdb

DIVISIONS, SELLERS, SPECIALISTS, FIRST_MANAGERS, SECOND_MANAGERS = 20, 400, 55, 40, 4
PEOPLE = DIVISIONS * (SELLERS + SPECIALISTS + FIRST_MANAGERS + SECOND_MANAGERS + 1)
SALES_PER_SELLER = 1_250_000
CORRECTED_PERCENT, RETURN_PERCENT, SPECIALIST_PERCENT = 1, 3, 60

# hash() of one whole number gives the same on every run; each use draws with a purpose of its own.
DRAW = """
CREATE MACRO draw(i, purpose, below) AS
    CAST(hash(i * 100 + purpose + {seed} * 1000000000000) % below AS BIGINT)
"""

POSITIONS = """
CREATE TABLE positions AS
WITH seats(role, level, per_division) AS (VALUES
    ('Account Executive', 'A', {sellers}), ('Specialist', 'S', {specialists}),
    ('Manager', 'M', {first}), ('Manager', 'N', {second}), ('Manager', 'O', 1))
SELECT format('{{}}{{:02d}}-{{:03d}}', level, d, n) AS position, role, level, d AS division, n
FROM seats, range({divisions}) divisions(d), range(per_division) numbers(n)
"""

# Of ten neighbouring sellers the first two swap seats on some day between March and October.
ASSIGNMENTS = """
CREATE TABLE assignments AS
WITH swaps AS (
    SELECT position, 'P' || position AS stays_until,
           'P' || left(position, 4) || format('{:03d}', n + CASE n % 10 WHEN 0 THEN 1 ELSE -1 END) AS comes,
           DATE '2026-03-01' + CAST(draw(division * 1000 + n // 10, 1, 240) AS INTEGER) AS swap_day
    FROM positions WHERE level = 'A' AND n % 10 < 2)
SELECT position, stays_until AS participant, DATE '2026-01-01' AS "first", swap_day - 1 AS "last" FROM swaps
UNION ALL SELECT position, comes, swap_day, NULL FROM swaps
UNION ALL SELECT position, 'P' || position, DATE '2026-01-01', NULL FROM positions
WHERE NOT (level = 'A' AND n % 10 < 2)
"""

# Of ten neighbouring sellers the sixth changes to the next first-line manager in mid-year.
REPORTING = """
CREATE TABLE reporting AS
WITH sellers AS (
    SELECT position, division, n // 10 AS team, n % 10 = 5 AS moves,
           DATE '2026-04-01' + CAST(draw(division * 1000 + n, 2, 180) AS INTEGER) AS move_day
    FROM positions WHERE level = 'A')
SELECT position, format('M{:02d}-{:03d}', division, team) AS manager, DATE '2026-01-01' AS "first",
       CASE WHEN moves THEN move_day - 1 END AS "last" FROM sellers
UNION ALL SELECT position, format('M{:02d}-{:03d}', division, (team + 1) % 40), move_day, NULL
FROM sellers WHERE moves
UNION ALL SELECT position, format('N{:02d}-{:03d}', division, n // 10), DATE '2026-01-01', NULL
FROM positions WHERE level = 'M'
UNION ALL SELECT position, format('O{:02d}-000', division), DATE '2026-01-01', NULL
FROM positions WHERE level = 'N'
"""

QUOTAS = """
CREATE TABLE quotas AS
SELECT position, measure, '2026' AS period,
       CAST(expected::BIGINT * (700 + draw(division * 100000 + n, 3, 600)) // 100000 * 100
            AS DECIMAL(18, 0)) AS amount
FROM positions JOIN (VALUES
    ('A', 'new_business', {sales}), ('S', 'overlay', {sales} // {specialists} * {sellers} // 100 * 18),
    ('M', 'team', {sales} * 10), ('N', 'team', {sales} * 50), ('O', 'team', {sales} * 100)
) AS expectation(level, measure, expected) USING (level)
"""

# A mean of 1 from the product of two uniform draws of mean 500; ids rise with the date, as in a CRM.
TRANSACTIONS = """
CREATE TABLE drawn AS
WITH draws AS (
    SELECT i, DATE '2026-01-01' + CAST(i * 365 // {rows} AS INTEGER) AS "date",
           draw(i, 4, {divisions}) AS division, draw(i, 5, {sellers}) AS seller,
           draw(i, 6, 100) < {returns} AS is_return, draw(i, 7, 100) < {with_specialist} AS has_specialist,
           1 + {mean} * (1 + draw(i, 8, 1000)) * (1 + draw(i, 9, 1000)) // 250000 AS cents
    FROM range({rows}) numbers(i))
SELECT i, format('T{{:09d}}', i) AS id, "date",
       CASE WHEN is_return THEN 'return' ELSE 'booking' END AS "type",
       format('A{{:02d}}-{{:03d}}', division, seller) AS owner,
       CASE WHEN has_specialist
            THEN format('S{{:02d}}-{{:03d}}', division, draw(i, 10, {specialists})) END AS specialist,
       CAST(CAST(CASE WHEN is_return THEN -cents ELSE cents END AS DECIMAL(16, 0)) * 0.01
            AS DECIMAL(18, 2)) AS amount
FROM draws
"""

CORRECTED = """
(SELECT * REPLACE (CAST(amount * CAST(90 + draw(i, 11, 21) AS DECIMAL(3, 0)) * 0.01
                        AS DECIMAL(18, 2)) AS amount)
 FROM drawn WHERE draw(i, 12, 100) < {corrected})
"""


def generate(folder: Path, rows: int, seed: int = 1) -> None:
    """Write the facts of a pay year: Parquet files of `rows` transactions and their corrections, and of
    the organisation. The transactions lie in two loads, each sorted by owner and date, as a store keeps them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {
        "rows": rows, "seed": seed, "divisions": DIVISIONS, "sellers": SELLERS, "specialists": SPECIALISTS,
        "first": FIRST_MANAGERS, "second": SECOND_MANAGERS, "sales": SALES_PER_SELLER,
        "returns": RETURN_PERCENT, "corrected": CORRECTED_PERCENT, "with_specialist": SPECIALIST_PERCENT,
        "mean": SALES_PER_SELLER * 100 * DIVISIONS * SELLERS // rows,
    }  # fmt: skip
    with duckdb.connect(str(folder / "scratch.duckdb")) as connection:
        connection.execute("SET memory_limit = '2GB'; SET enable_progress_bar = false")
        connection.execute(DRAW.format(**sizes))
        connection.execute(POSITIONS.format(**sizes))
        connection.execute(ASSIGNMENTS)
        connection.execute(REPORTING)
        connection.execute(QUOTAS.format(**sizes))
        connection.execute(TRANSACTIONS.format(**sizes))
        for table, columns in {
            "positions": 'position, role, DATE \'2026-01-01\' AS "first", NULL::DATE AS "last", division',
            "assignments": "*",
            "reporting": "*",
            "quotas": "*",
        }.items():
            _write(connection, f"SELECT {columns} FROM {table} ORDER BY ALL", folder / f"{table}.parquet")
        facts = 'id, "date", "type", owner, specialist, amount, TIMESTAMP \'{}\' AS loaded'
        order = 'ORDER BY owner, "date", id'
        loads = {
            "transactions.1": f"SELECT {facts.format('2027-01-02 00:00:00')} FROM drawn {order}",
            "transactions.2": f"SELECT {facts.format('2027-01-10 00:00:00')} "
            f"FROM {CORRECTED.format(**sizes)} {order}",
        }
        for name, select in loads.items():
            _write(connection, select, folder / f"{name}.parquet")
    (folder / "scratch.duckdb").unlink()


def _write(connection: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
