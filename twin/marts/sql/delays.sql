-- How long the newest records took from the log to this set: seconds, by the clock of the broker.
SELECT records, median_s, p95_s
FROM delays
ORDER BY ALL
LIMIT 1
