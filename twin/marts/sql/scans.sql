-- Requests for a sub GHz channel scan by what asked and how it was answered (BR19).
SELECT "trigger", answer, count(*) AS scans
FROM facts
WHERE event = 'bands.channel-scan-assessed'
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
