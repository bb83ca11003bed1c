-- Premises by whether a Privacy PIN is set now and how guessable it is, or who cleared it.
WITH latest AS (
    SELECT
        CASE event WHEN 'pins.pin-set' THEN 'set' ELSE 'cleared' END AS standing,
        pin_class,
        "by" AS cleared_by
    FROM facts
    WHERE event IN ('pins.pin-set', 'pins.pin-cleared')
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY occurred_at DESC, sequence DESC, source DESC) = 1
)
SELECT standing, pin_class, cleared_by, count(*) AS premises
FROM latest
GROUP BY standing, pin_class, cleared_by
ORDER BY standing, pin_class, cleared_by
LIMIT 5000
