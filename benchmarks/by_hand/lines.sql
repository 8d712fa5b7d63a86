-- Every seller's marginal lines: each credit in each band that its step from one total to the next crosses, cut where
-- the cap cuts, in cents that add up to what is earned.
COPY (
    WITH walk AS (
        SELECT seats.participant, known.owner AS position, seats.first, known.id AS transaction, known.date,
               month(known.date) AS month, quota::BIGINT * days * 100 AS percent_365, role,
               CAST(amount * 10000 AS BIGINT) * 365 AS step_365,
               CAST(sum(CAST(amount * 10000 AS BIGINT)) OVER (
                   PARTITION BY owner, seats.first ORDER BY date, id ROWS UNBOUNDED PRECEDING) AS BIGINT)
                   * 365 AS after_365
        FROM known
        JOIN seats ON seats.position = owner AND date BETWEEN seats.first AND seats.last
        JOIN quotas ON quotas.position = owner
    ), ends AS (
        SELECT *, least(after_365, after_365 - step_365) AS low_365, greatest(after_365, after_365 - step_365) AS high_365
        FROM walk
    ), parts AS (
        SELECT participant, position, first, month, transaction, date, percent AS band, per_mille, sign(step_365) AS side,
               CASE WHEN percent > 0 THEN greatest(low_365, percent * percent_365) ELSE low_365 END AS from_365,
               least(high_365, upper * percent_365) AS to_365
        FROM ends JOIN bands USING (role)
        WHERE (upper IS NULL OR low_365 < upper * percent_365)
          AND (percent = 0 OR high_365 > percent * percent_365)
    ), raw AS (
        -- Written with 10 decimals: what is divided is positive, and nothing lies exactly half-way.
        SELECT *, side * ((2 * per_mille * (to_365 - from_365) * 1000 + 365) // 730) AS raw FROM parts
    ), changes AS (
        SELECT position, first, month, figure - coalesce(lag(figure) OVER seat, 0) AS final,
               uncapped - coalesce(lag(uncapped) OVER seat, 0) AS base
        FROM written WINDOW seat AS (PARTITION BY position, first ORDER BY month)
    ), cuts AS (
        SELECT * FROM changes WHERE final <> base AND final BETWEEN least(base, 0) AND greatest(base, 0)
    ), valued AS (
        SELECT raw.*, CASE WHEN base IS NULL THEN raw ELSE CAST(raw::HUGEINT * final // base AS BIGINT) END AS value
        FROM raw LEFT JOIN cuts USING (position, first, month)
    ), floored AS (
        SELECT *, value // 100000000 - CASE WHEN value < 0 AND value % 100000000 <> 0 THEN 1 ELSE 0 END AS cents
        FROM valued
    ), ranked AS (
        SELECT *, sum(cents) OVER earning AS given, count(*) OVER earning AS lines,
               row_number() OVER (PARTITION BY participant, month
                                  ORDER BY value - cents * 100000000 DESC, date, transaction, position, band) AS place
        FROM floored WINDOW earning AS (PARTITION BY participant, month)
    ), spared AS (
        SELECT ranked.*, CAST(earned * 100 AS BIGINT) - CAST(given AS BIGINT) AS spare
        FROM ranked JOIN earnings USING (participant, month)
    )
    SELECT participant, format('2026-{:02d}', month) AS period, position, transaction, date AS credit_date, band,
           CAST((from_365 * 200 + sign(from_365) * 365) // 730 AS DECIMAL(18, 0)) * 0.000001 AS "from",
           CAST((to_365 * 200 + sign(to_365) * 365) // 730 AS DECIMAL(18, 0)) * 0.000001 AS "to",
           CAST(per_mille AS DECIMAL(9, 0)) * 0.001 AS rate,
           CAST(raw AS DECIMAL(18, 0)) * 0.0000000001 AS raw,
           CAST(cents + CASE WHEN place <= spare THEN 1 WHEN place > lines + spare THEN -1 ELSE 0 END AS DECIMAL(18, 0))
               * 0.01 AS amount
    FROM spared
) TO '{target}' (FORMAT parquet);
