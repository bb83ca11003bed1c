-- The two obligations of paragraph 31 for hubs, electricity meters and premises: (i) what was newly
-- installed from mid-2017, read as 1 July (ASSUMED), was capable when it was installed; (ii) what is
-- installed is capable now, by truth. A premises counts under (i) when hub and meter were both
-- newly installed, and is capable when all of them were (BR04, BR05).
WITH installed AS (
    SELECT key, device_type, coalesce(pairing_capable, false) AS capable
    FROM facts
    WHERE
        event IN ('lifecycle.hub-installed', 'lifecycle.device-installed')
        AND device_type IN ('CHF', 'ESME')
        AND occurred_at >= TIMESTAMP '2017-07-01'
    QUALIFY
        row_number() OVER (
            PARTITION BY key, device_id
            ORDER BY occurred_at, sequence, source
        ) = 1
),
homes AS (
    SELECT key, bool_and(capable) AS capable
    FROM installed
    GROUP BY key
    HAVING count(DISTINCT device_type) = 2
),
counted AS (
    SELECT
        'i' AS obligation,
        CASE device_type WHEN 'CHF' THEN 'hubs' ELSE 'meters' END AS of_what,
        count(*) FILTER (capable) AS capable,
        count(*) AS installed
    FROM installed
    GROUP BY device_type
    UNION ALL
    SELECT 'i', 'premises', count(*) FILTER (capable), count(*) FROM homes
    UNION ALL
    SELECT 'ii', 'hubs', count(*) FILTER (hub_capable), count(*) FILTER (hub) FROM premises_now
    UNION ALL
    SELECT 'ii', 'meters', count(*) FILTER (esme_capable), count(*) FILTER (esme) FROM premises_now
    UNION ALL
    SELECT 'ii', 'premises', count(*) FILTER (capable), count(*) FILTER (installed)
    FROM premises_now
    UNION ALL
    SELECT 'i', unnest(['hubs', 'meters']), 0, 0
)
SELECT
    obligation,
    of_what,
    CAST(sum(capable) AS BIGINT) AS capable,
    CAST(sum(installed) AS BIGINT) AS installed
FROM counted
GROUP BY obligation, of_what
ORDER BY obligation, of_what
LIMIT 5000
