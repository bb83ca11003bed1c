SELECT correlation_id AS case_id, name AS activity, moment, place, system
FROM told_steps
WHERE
    correlation_id IN (
        SELECT correlation_id FROM told_steps WHERE event = 'pairing.started' AND route = 'local'
    )
