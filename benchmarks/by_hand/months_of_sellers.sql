-- The sellers alone, added up by seat and month at once.
CREATE TABLE months AS
SELECT owner AS position, participant, seats.first, month(date) AS month,
       CAST(sum(CAST(amount * 100 AS BIGINT)) * 0.01 AS DECIMAL(18, 4)) AS credit
FROM known JOIN seats ON seats.position = owner AND date BETWEEN seats.first AND seats.last
GROUP BY ALL;

DELETE FROM seats WHERE role <> 'Account Executive';
