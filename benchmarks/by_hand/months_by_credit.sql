-- What an analyst writes: every credit is a row, joined with who held the seat on that day.
CREATE TABLE months AS
WITH first_level AS (
    SELECT known.date, amount, manager
    FROM known JOIN reporting ON reporting.position = owner AND date BETWEEN reporting.first AND reporting.last
), second_level AS (
    SELECT date, amount, reporting.manager
    FROM first_level
    JOIN reporting ON reporting.position = first_level.manager
                  AND date BETWEEN reporting.first AND reporting.last
), third_level AS (
    SELECT date, amount, reporting.manager
    FROM second_level
    JOIN reporting ON reporting.position = second_level.manager
                  AND date BETWEEN reporting.first AND reporting.last
), credits AS (
    SELECT owner AS position, date, amount * 1.0000 AS credit FROM known
    UNION ALL SELECT specialist, date, amount * 0.3000 FROM known WHERE specialist IS NOT NULL
    UNION ALL SELECT manager, date, amount * 1.0000 FROM first_level
    UNION ALL SELECT manager, date, amount * 0.5000 FROM second_level
    UNION ALL SELECT manager, date, amount * 0.2500 FROM third_level
)
SELECT position, participant, seats.first, month(date) AS month, sum(credit) AS credit
FROM credits JOIN seats USING (position)
WHERE date BETWEEN seats.first AND seats.last
GROUP BY ALL;
