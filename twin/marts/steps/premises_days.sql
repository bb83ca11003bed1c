-- How each premises stands at the end of every day on which something of it changed.
-- Truth moves with what a device does; belief only with what the inventory hears (BR35): an
-- installation, an activation whose response came back, a version that was read.
-- It counts every readable fact of the log, also those that wait behind a refused record or a gap;
-- the live state takes those in when they are let through.
-- Order is that of the facts' stamps: when it happened, number at the source, source (D11).
CREATE OR REPLACE TEMP TABLE premises_days AS
WITH moves AS (
    SELECT
        key,
        device_type,
        device_id,
        occurred_at,
        event LIKE 'lifecycle.%' AS installs,
        firmware_version IS NOT NULL AS tells,
        coalesce(pairing_capable, false) AS capable,
        NOT coalesce(response_lost, false) AS heard,
        row_number() OVER (PARTITION BY key ORDER BY occurred_at, sequence, source) AS n
    FROM facts
    WHERE
        device_type IN ('CHF', 'ESME')
        AND event IN (
            'lifecycle.hub-installed',
            'lifecycle.device-installed',
            'firmware.activated',
            'firmware.version-read'
        )
),
-- one hub and one electricity meter are active at a time: the last installed (BR43)
active AS (
    SELECT
        *,
        last_value(CASE WHEN installs THEN device_id END IGNORE NULLS)
            OVER (PARTITION BY key, device_type ORDER BY n) AS active_id
    FROM moves
),
truths AS (SELECT key, device_id, n, capable FROM moves WHERE tells),
beliefs AS (SELECT key, device_id, n, capable FROM moves WHERE tells AND heard),
devices AS (
    SELECT
        active.key,
        active.device_type,
        active.occurred_at,
        active.n,
        active.active_id IS NOT NULL AS fitted,
        coalesce(truths.capable, false) AS truth,
        coalesce(beliefs.capable, false) AS belief
    FROM active
    ASOF LEFT JOIN truths
        ON
            active.key = truths.key
            AND active.active_id = truths.device_id
            AND active.n >= truths.n
    ASOF LEFT JOIN beliefs
        ON
            active.key = beliefs.key
            AND active.active_id = beliefs.device_id
            AND active.n >= beliefs.n
),
beside AS (
    SELECT
        key,
        occurred_at,
        n,
        coalesce(last_value(CASE WHEN device_type = 'CHF' THEN fitted END IGNORE NULLS) OVER so_far, false)
            AS hub,
        coalesce(last_value(CASE WHEN device_type = 'ESME' THEN fitted END IGNORE NULLS) OVER so_far, false)
            AS esme,
        coalesce(last_value(CASE WHEN device_type = 'CHF' THEN truth END IGNORE NULLS) OVER so_far, false)
            AS hub_capable,
        coalesce(last_value(CASE WHEN device_type = 'ESME' THEN truth END IGNORE NULLS) OVER so_far, false)
            AS esme_capable,
        coalesce(last_value(CASE WHEN device_type = 'CHF' THEN belief END IGNORE NULLS) OVER so_far, false)
            AS hub_believed,
        coalesce(last_value(CASE WHEN device_type = 'ESME' THEN belief END IGNORE NULLS) OVER so_far, false)
            AS esme_believed
    FROM devices
    WINDOW so_far AS (PARTITION BY key ORDER BY n)
)
SELECT
    key,
    CAST(occurred_at AS DATE) AS day,
    hub AND esme AS installed,
    hub,
    esme,
    hub_capable,
    esme_capable,
    hub_capable AND esme_capable AS capable,
    hub_believed AND esme_believed AS believed
FROM beside
QUALIFY row_number() OVER (PARTITION BY key, CAST(occurred_at AS DATE) ORDER BY n DESC) = 1
