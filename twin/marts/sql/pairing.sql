-- Pairing attempts by route, how they ended, and the cause (failed) or the stage (abandoned).
SELECT route, outcome, cause, count(*) AS attempts
FROM pairing_attempts
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
