-- Premises in which the newest proof found a difference, and the first event after which they part.
SELECT premises_id, "partition", why, fields, event, "offset"
FROM differences
ORDER BY premises_id
LIMIT 100
