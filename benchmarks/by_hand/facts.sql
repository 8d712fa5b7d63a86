-- What is known at the end: of each key the newest version. The second load holds nothing but corrections.
CREATE VIEW known AS
SELECT base.id, base.date, base.owner, base.specialist, base.amount
FROM read_parquet('{folder}/transactions.1.parquet') AS base
LEFT JOIN read_parquet('{folder}/transactions.2.parquet') AS newer USING (id)
WHERE newer.id IS NULL
UNION ALL
SELECT id, date, owner, specialist, amount FROM read_parquet('{folder}/transactions.2.parquet');

CREATE TABLE seats AS
SELECT position, participant, first, coalesce(last, DATE '2026-12-31') AS last, positions.role,
       date_diff('day', first, coalesce(last, DATE '2026-12-31')) + 1 AS days
FROM read_parquet('{folder}/assignments.parquet')
JOIN (SELECT position, role FROM read_parquet('{folder}/positions.parquet')) AS positions USING (position);

CREATE TABLE reporting AS
SELECT position, manager, first, coalesce(last, DATE '2026-12-31') AS last
FROM read_parquet('{folder}/reporting.parquet');

CREATE TABLE quotas AS SELECT position, amount AS quota FROM read_parquet('{folder}/quotas.parquet');
