-- Attempts of others to pair a device at a meter within the period (paragraph 33).
SELECT pin_set, outcome, count(*) AS attempts
FROM facts
CROSS JOIN period
WHERE event = 'pins.unauthorised-pairing-attempted' AND occurred_at >= begins
GROUP BY ALL
ORDER BY ALL
