-- What was said of each Privacy PIN: set, changed, cleared or disabled, and how guessable it is.
CREATE OR REPLACE TEMP TABLE pin_words AS
SELECT
    key,
    CAST(occurred_at AS DATE) AS day,
    occurred_at,
    sequence,
    source,
    event IN ('pins.pin-set', 'pins.pin-changed') AS is_set,
    pin_class
FROM facts
WHERE event IN ('pins.pin-set', 'pins.pin-changed', 'pins.pin-cleared', 'pins.pin-disabled')
