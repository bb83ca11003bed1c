-- Obligations (i) and (ii) at the end of every month (paragraph 31): what was newly installed from
-- 1 July 2017 (ASSUMED for mid-2017) up to then and was capable when installed, and what is
-- installed and capable then, by what the device runs.
WITH months AS (
    SELECT CAST(unnest(generate_series(
        date_trunc('month', (SELECT min(day) FROM premises_days)) + INTERVAL 1 MONTH,
        date_trunc('month', (SELECT max(day) FROM premises_days)) + INTERVAL 1 MONTH,
        INTERVAL 1 MONTH
    )) AS DATE) AS ends
    WHERE (SELECT count(*) FROM premises_days) > 0
),
homes AS (SELECT DISTINCT key FROM premises_days),
standing AS (
    SELECT months.ends, homes.key, days.hub, days.esme, days.installed, days.hub_capable,
        days.esme_capable, days.capable
    FROM months
    CROSS JOIN homes
    ASOF JOIN premises_days AS days ON homes.key = days.key AND days.day < months.ends
),
of_devices AS (
    SELECT
        ends,
        count(*) FILTER (hub) AS hubs,
        count(*) FILTER (hub_capable) AS capable_hubs,
        count(*) FILTER (esme) AS meters,
        count(*) FILTER (esme_capable) AS capable_meters,
        count(*) FILTER (installed) AS premises,
        count(*) FILTER (capable) AS capable_premises
    FROM standing
    GROUP BY ends
),
fitted AS (
    SELECT key, device_type, occurred_at, coalesce(pairing_capable, false) AS capable
    FROM facts
    WHERE
        event IN ('lifecycle.hub-installed', 'lifecycle.device-installed')
        AND device_type IN ('CHF', 'ESME')
        AND occurred_at >= TIMESTAMP '2017-07-01'
    QUALIFY
        row_number() OVER (PARTITION BY key, device_id ORDER BY occurred_at, sequence, source) = 1
),
new_homes AS (
    SELECT key, bool_and(capable) AS capable, max(first_at) AS since
    FROM (
        SELECT key, device_type, bool_and(capable) AS capable, min(occurred_at) AS first_at
        FROM fitted
        GROUP BY key, device_type
    )
    GROUP BY key
    HAVING count(*) = 2
),
newly_premises AS (
    SELECT
        months.ends,
        count(new_homes.key) AS new_premises,
        count(*) FILTER (capable) AS new_capable_premises
    FROM months
    LEFT JOIN new_homes ON new_homes.since < months.ends
    GROUP BY months.ends
),
newly AS (
    SELECT
        months.ends,
        count(*) FILTER (device_type = 'CHF') AS new_hubs,
        count(*) FILTER (device_type = 'CHF' AND capable) AS new_capable_hubs,
        count(*) FILTER (device_type = 'ESME') AS new_meters,
        count(*) FILTER (device_type = 'ESME' AND capable) AS new_capable_meters
    FROM months
    LEFT JOIN fitted ON fitted.occurred_at < months.ends
    GROUP BY months.ends
)
SELECT ends - INTERVAL 1 DAY AS month_end, of_devices.* EXCLUDE (ends), newly.* EXCLUDE (ends),
    newly_premises.* EXCLUDE (ends)
FROM of_devices
INNER JOIN newly USING (ends)
INNER JOIN newly_premises USING (ends)
ORDER BY month_end
