-- What an expert writes who knows the data: add up each seller's and each specialist's day first, in cents.
CREATE TABLE seller_days AS
SELECT owner AS position, date, sum(CAST(amount * 100 AS BIGINT))::BIGINT AS cents FROM known GROUP BY ALL;

CREATE TABLE months AS
WITH specialist_days AS (
    SELECT specialist AS position, date, sum(CAST(amount * 100 AS BIGINT))::BIGINT AS cents
    FROM known WHERE specialist IS NOT NULL GROUP BY ALL
), first_level AS (
    SELECT manager AS position, date, sum(cents)::BIGINT AS cents
    FROM seller_days JOIN reporting USING (position)
    WHERE date BETWEEN first AND last GROUP BY ALL
), second_level AS (
    SELECT manager AS position, date, sum(cents)::BIGINT AS cents
    FROM first_level JOIN reporting USING (position)
    WHERE date BETWEEN first AND last GROUP BY ALL
), third_level AS (
    SELECT manager AS position, date, sum(cents)::BIGINT AS cents
    FROM second_level JOIN reporting USING (position)
    WHERE date BETWEEN first AND last GROUP BY ALL
), days AS (
    SELECT position, date, cents * 100 AS parts FROM seller_days
    UNION ALL SELECT position, date, cents * 30 FROM specialist_days
    UNION ALL SELECT position, date, cents * 100 FROM first_level
    UNION ALL SELECT position, date, cents * 50 FROM second_level
    UNION ALL SELECT position, date, cents * 25 FROM third_level
)
SELECT position, participant, seats.first, month(date) AS month,
       CAST(sum(parts) * 0.0001 AS DECIMAL(18, 4)) AS credit
FROM days JOIN seats USING (position)
WHERE date BETWEEN seats.first AND seats.last
GROUP BY ALL;
