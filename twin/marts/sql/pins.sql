-- Premises by whether a Privacy PIN is set now and how guessable it is, or who cleared it: the
-- consumer at the meter, or a DCC User by service request 3.5 (BR10).
WITH latest AS (
    SELECT
        CASE WHEN event IN ('pins.pin-set', 'pins.pin-changed') THEN 'set' ELSE 'cleared' END
            AS standing,
        pin_class,
        CASE event
            WHEN 'pins.pin-cleared' THEN 'consumer'
            WHEN 'pins.pin-disabled' THEN 'dcc_user'
        END AS cleared_by
    FROM facts
    WHERE
        event IN ('pins.pin-set', 'pins.pin-changed', 'pins.pin-cleared', 'pins.pin-disabled')
    QUALIFY
        row_number() OVER (PARTITION BY key ORDER BY occurred_at DESC, sequence DESC, source DESC) = 1
)
SELECT standing, pin_class, cleared_by, count(*) AS premises
FROM latest
GROUP BY standing, pin_class, cleared_by
ORDER BY standing, pin_class, cleared_by
LIMIT 5000
