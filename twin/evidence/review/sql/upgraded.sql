-- Hubs and electricity meters that were not capable of local pairing when they were installed
-- (paragraph 29): capable by the firmware that they run now, exchanged meanwhile, still without it.
WITH installed AS (
    SELECT key, device_type, device_id, coalesce(pairing_capable, false) AS capable
    FROM facts
    WHERE
        event IN ('lifecycle.hub-installed', 'lifecycle.device-installed')
        AND device_type IN ('CHF', 'ESME')
    QUALIFY
        row_number() OVER (PARTITION BY key, device_id ORDER BY occurred_at, sequence, source) = 1
),
runs AS (
    SELECT key, device_id, coalesce(pairing_capable, false) AS capable
    FROM facts
    WHERE
        event IN (
            'lifecycle.hub-installed',
            'lifecycle.device-installed',
            'firmware.activated',
            'firmware.executing-changed',
            'firmware.version-read'
        )
        AND device_type IN ('CHF', 'ESME')
        AND firmware_version IS NOT NULL
    QUALIFY
        row_number() OVER (
            PARTITION BY key, device_id
            ORDER BY occurred_at DESC, sequence DESC, source DESC
        ) = 1
),
gone AS (
    SELECT DISTINCT key, replaced_device_id AS device_id
    FROM facts
    WHERE event = 'lifecycle.hub-replaced'
),
bare AS (
    SELECT
        device_type,
        gone.device_id IS NOT NULL AS exchanged,
        coalesce(runs.capable, false) AS capable
    FROM installed
    LEFT JOIN gone USING (key, device_id)
    LEFT JOIN runs USING (key, device_id)
    WHERE NOT installed.capable
)
SELECT
    of_what,
    count(exchanged) AS bare,
    count(*) FILTER (NOT exchanged AND capable) AS upgraded,
    count(*) FILTER (exchanged) AS exchanged,
    count(*) FILTER (NOT exchanged AND NOT capable) AS left_over
FROM (SELECT unnest(['CHF', 'ESME']) AS device_type, unnest(['hubs', 'meters']) AS of_what)
LEFT JOIN bare USING (device_type)
GROUP BY of_what
ORDER BY of_what
