-- Pairing attempts by day of the week (1 Monday to 7 Sunday) and hour (UTC) in which they began.
SELECT
    CAST(isodow(began) AS INTEGER) AS weekday,
    CAST(hour(began) AS INTEGER) AS hour,
    count(*) AS attempts,
    count(*) FILTER (outcome = 'failed') AS failed,
    count(*) FILTER (outcome = 'abandoned') AS abandoned
FROM pairing_attempts
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT 5000
