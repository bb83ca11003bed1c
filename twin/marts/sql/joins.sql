-- Joining and unjoining by the devices, the word told, and its method, response or key (BR20 to
-- BR26). `outcome` is the event: asked for (join-requested), in the network (device-joined, with
-- the key that let it in), in the partner's log (join-succeeded, join-failed), out of it.
SELECT
    device_type,
    partner_device_type,
    split_part(event, '.', 2) AS outcome,
    "method",
    CASE event WHEN 'pairing.join-succeeded' THEN 'success' ELSE response END AS response,
    key_source,
    count(*) AS joins
FROM facts
WHERE
    event IN (
        'pairing.join-requested',
        'pairing.device-joined',
        'pairing.join-succeeded',
        'pairing.join-failed',
        'pairing.device-unjoined'
    )
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
