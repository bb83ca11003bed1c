-- Attempts of others to pair a device at a meter, with and without a Privacy PIN (paragraph 33).
SELECT
    pin_set,
    outcome,
    count(*) AS attempts,
    CAST(sum(guesses) AS BIGINT) AS guesses
FROM facts
WHERE event = 'pins.unauthorised-pairing-attempted'
GROUP BY pin_set, outcome
ORDER BY pin_set, outcome
LIMIT 5000
