-- Pairing attempts by route and way in, how they ended, and the furthest step that they reached.
SELECT route, channel, outcome, reached, count(*) AS attempts
FROM pairing_attempts
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
