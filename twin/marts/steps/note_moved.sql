-- Premises whose days must be made anew: those of the facts that come in, and of those that give
-- way to them. Which events count is for `premises_days` to say; here they are only fewer.
INSERT INTO moved
SELECT key
FROM arrivals
WHERE
    topic = 'premises.events'
    AND (event LIKE 'lifecycle.%' OR event LIKE 'firmware.%')
UNION
SELECT told.key
FROM told
INNER JOIN arrivals USING (event_id)
