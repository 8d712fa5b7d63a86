-- Every seller's marginal lines: each credit in each band that its step from one total to the next crosses.
COPY (
    WITH walk AS (
        SELECT seats.participant, known.owner AS position, known.id AS transaction, known.date, quota, days, role,
               CAST(amount * 10000 AS BIGINT) * 365 AS step_365,
               CAST(sum(CAST(amount * 10000 AS BIGINT)) OVER (
                   PARTITION BY owner, seats.first ORDER BY date, id ROWS UNBOUNDED PRECEDING) AS BIGINT)
                   * 365 AS after_365
        FROM known
        JOIN seats ON seats.position = owner AND date BETWEEN seats.first AND seats.last
        JOIN quotas ON quotas.position = owner
    )
    SELECT participant, position, transaction, date, percent AS band,
           greatest(least(after_365, after_365 - step_365),
                    CASE WHEN percent > 0 THEN percent * quota::BIGINT * days * 100 END) AS from_365,
           least(greatest(after_365, after_365 - step_365), upper * quota::BIGINT * days * 100) AS to_365,
           sign(step_365) * per_mille AS per_mille
    FROM walk JOIN bands USING (role)
    WHERE (upper IS NULL OR least(after_365, after_365 - step_365) < upper * quota::BIGINT * days * 100)
      AND (percent = 0
           OR greatest(after_365, after_365 - step_365) > percent * quota::BIGINT * days * 100)
) TO '{target}' (FORMAT parquet);
