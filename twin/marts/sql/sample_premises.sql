-- A few premises worth looking at: those to which most kinds of things happened.
SELECT
    key AS premises_id,
    count(*) AS events,
    count(DISTINCT event) AS kinds,
    bool_or(event = 'firmware.activation-failed') AS activation_failed,
    bool_or(coalesce(response_lost, false)) AS response_lost,
    bool_or(family = 'pairing') AS pairing,
    bool_or(family = 'pins') AS pin
FROM facts
GROUP BY key
ORDER BY kinds DESC, events DESC, premises_id
LIMIT 20
