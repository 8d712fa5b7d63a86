-- From the credit of each seat and month to payments. A seat's quota and cap shrink with its days of 365, so
-- everything is counted in 365ths: no quotient is needed before the one that is written with 10 decimals.
CREATE TABLE bands(role VARCHAR, percent BIGINT, upper BIGINT, per_mille BIGINT);
INSERT INTO bands VALUES
    ('Account Executive', 0, 50, 40), ('Account Executive', 50, 100, 60),
    ('Account Executive', 100, 150, 90), ('Account Executive', 150, NULL, 120),
    ('Specialist', 0, 60, 30), ('Specialist', 60, 100, 40), ('Specialist', 100, NULL, 60),
    ('Manager', 0, 80, 4), ('Manager', 80, 100, 6), ('Manager', 100, NULL, 9);

CREATE TABLE limits(role VARCHAR, cap BIGINT, draw DECIMAL(18, 2));
INSERT INTO limits VALUES
    ('Account Executive', 90000, 4000), ('Specialist', 80000, 0), ('Manager', 150000, 0);

-- Credit to date in 365ths of a hundredth of a cent, bounds of bands likewise.
CREATE TABLE to_date AS
SELECT seats.position, seats.participant, seats.first, seats.role, seats.days, quota, calendar.month,
       coalesce(sum(CAST(credit * 10000 AS BIGINT))
                OVER (PARTITION BY seats.position, seats.first ORDER BY calendar.month), 0) * 365 AS credit_365
FROM seats
JOIN quotas USING (position)
CROSS JOIN (SELECT unnest(range(1, 13)) AS month) AS calendar
LEFT JOIN months ON months.position = seats.position AND months.first = seats.first
                AND months.month = calendar.month;

CREATE TABLE figures AS
SELECT position, participant, first, role, days, month,
       sum(per_mille * (least(credit_365, coalesce(upper * quota::BIGINT * days * 100, credit_365))
                        - percent * quota::BIGINT * days * 100))::HUGEINT AS earned
FROM to_date JOIN bands USING (role)
WHERE percent = 0 OR credit_365 > percent * quota::BIGINT * days * 100
GROUP BY ALL;

-- Written with 10 decimals: 365 is odd, so nothing lies exactly half-way.
CREATE TABLE written AS
SELECT position, participant, first, role, month, uncapped,
       least(uncapped, (2 * cap::HUGEINT * 10000000000 * days + 365) // 730) AS figure
FROM (SELECT *, (2 * earned * 1000 + 365) // 730 - CASE WHEN 2 * earned * 1000 + 365 < 0
                    AND (2 * earned * 1000 + 365) % 730 <> 0 THEN 1 ELSE 0 END AS uncapped
      FROM figures)
JOIN limits USING (role);

CREATE TABLE earnings AS
SELECT participant, any_value(role) AS role, month,
       CAST(sign(sum(change)) * ((abs(sum(change)) + 50000000) // 100000000) AS DECIMAL(18, 0)) * 0.01 AS earned
FROM (SELECT *, figure - coalesce(lag(figure) OVER (PARTITION BY position, first ORDER BY month), 0) AS change
      FROM written)
GROUP BY participant, month;

-- A recoverable draw without limit: what goes beyond it to date is the highest point of the running sum.
CREATE TABLE payments AS
WITH walks AS (
    SELECT *, sum(earned - draw) OVER (PARTITION BY participant ORDER BY month) AS walk
    FROM earnings JOIN limits USING (role)
), beyond AS (
    SELECT *, greatest(0, max(walk) OVER (PARTITION BY participant ORDER BY month)) AS beyond FROM walks
)
SELECT *
FROM (
    SELECT participant, format('2026-{:02d}', month) AS period, CAST(earned AS DECIMAL(18, 2)) AS earned,
           CAST(draw + beyond - coalesce(lag(beyond) OVER (PARTITION BY participant ORDER BY month), 0)
                AS DECIMAL(18, 2)) AS payment
    FROM beyond)
WHERE earned <> 0 OR payment <> 0;
