-- How each premises stands at the end of every day on which something of it changed.
-- Truth moves with what a device does; belief only with what the inventory hears (BR35): an
-- installation, an activation whose response came back, an alert that the executing version
-- changed (0x8F43), a version that was read, its own entry for the device (8.2, 8.4, 12.2).
-- It counts every readable fact of the log, also those that wait behind a refused record or a gap;
-- the live state takes those in when they are let through.
-- Order is that of the facts' stamps: when it happened, number at the source, source (D11).
-- Only premises of which a fact has come in since the last time are made anew (`moving`, so many at
-- a time); of the others the days are those that they were.
DELETE FROM premises_days WHERE key IN (SELECT key FROM moving);
INSERT INTO premises_days BY NAME
WITH moves AS (
    SELECT
        key,
        device_type,
        CASE event WHEN 'lifecycle.hub-replaced' THEN replaced_device_id ELSE device_id END
            AS device_id,
        occurred_at,
        event IN ('lifecycle.hub-installed', 'lifecycle.device-installed') AS installs,
        event = 'lifecycle.hub-replaced' AS retires,
        firmware_version IS NOT NULL AS tells,
        event = 'lifecycle.inventory-entry-told' AS believes,
        coalesce(pairing_capable, false) AS capable,
        NOT coalesce(response_lost, false) AS heard,
        row_number() OVER (PARTITION BY key ORDER BY occurred_at, sequence, source) AS n
    FROM facts
    WHERE
        key IN (SELECT key FROM moving)
        AND device_type IN ('CHF', 'ESME')
        AND event IN (
            'lifecycle.hub-installed',
            'lifecycle.hub-replaced',
            'lifecycle.device-installed',
            'lifecycle.inventory-entry-told',
            'firmware.activated',
            'firmware.executing-changed',
            'firmware.version-read'
        )
),
-- one hub and one electricity meter are active at a time: the last installed that has not been
-- exchanged since (BR43)
exchanges AS (FROM moves WHERE installs OR retires),
standing AS (
    SELECT
        now.key,
        now.device_type,
        now.n,
        earlier.device_id,
        max(earlier.n) FILTER (earlier.installs) AS installed,
        max(earlier.n) FILTER (earlier.retires) AS retired
    FROM exchanges AS now
    INNER JOIN exchanges AS earlier
        ON
            now.key = earlier.key
            AND now.device_type = earlier.device_type
            AND now.n >= earlier.n
    GROUP BY now.key, now.device_type, now.n, earlier.device_id
),
fitted AS (
    SELECT
        key,
        device_type,
        n,
        coalesce(arg_max(device_id, installed) FILTER (installed > coalesce(retired, 0)), '')
            AS fitted_id
    FROM standing
    GROUP BY key, device_type, n
),
active AS (
    SELECT
        moves.*,
        nullif(last_value(fitted_id IGNORE NULLS) OVER so_far, '') AS active_id
    FROM moves
    LEFT JOIN fitted USING (key, device_type, n)
    WINDOW so_far AS (PARTITION BY key, device_type ORDER BY n)
),
truths AS (SELECT key, device_id, n, capable FROM moves WHERE tells AND NOT believes),
beliefs AS (SELECT key, device_id, n, capable FROM moves WHERE tells AND heard),
devices AS (
    SELECT
        active.key,
        active.device_type,
        active.occurred_at,
        active.n,
        active.active_id,
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
        nullif(last_value(CASE WHEN device_type = 'CHF' THEN coalesce(active_id, '') END IGNORE NULLS) OVER so_far, '')
            AS hub_id,
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
    hub_id,
    hub AND esme AS installed,
    hub,
    esme,
    hub_capable,
    esme_capable,
    hub_capable AND esme_capable AS capable,
    hub_believed AND esme_believed AS believed
FROM beside
QUALIFY row_number() OVER (PARTITION BY key, CAST(occurred_at AS DATE) ORDER BY n DESC) = 1;
DELETE FROM moved WHERE key IN (SELECT key FROM moving)
