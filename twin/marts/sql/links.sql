-- Dual band hubs by the high bandwidth links that are open on 868 MHz, and the links that were
-- refused at them so far (alert 0x8F2D). A hub has four (paragraph 3, BR15).
WITH words AS (
    SELECT key, event = 'bands.high-bandwidth-link-opened' AS opened
    FROM facts
    WHERE
        event IN (
            'bands.high-bandwidth-link-opened',
            'bands.high-bandwidth-link-closed',
            'bands.high-bandwidth-link-refused'
        )
    QUALIFY
        row_number() OVER (
            PARTITION BY key, device_id
            ORDER BY occurred_at DESC, sequence DESC, source DESC
        ) = 1
),
held AS (SELECT key, count(*) FILTER (opened) AS links_open FROM words GROUP BY key),
turned_away AS (
    SELECT key, count(*) AS refusals
    FROM facts
    WHERE event = 'bands.high-bandwidth-link-refused'
    GROUP BY key
),
hubs AS (
    SELECT coalesce(links_open, 0) AS links_open, coalesce(refusals, 0) AS refusals
    FROM premises_now
    LEFT JOIN held USING (key)
    LEFT JOIN turned_away USING (key)
    WHERE hub_variant = 'dual_band'
),
counted AS (
    SELECT links_open, count(*) AS hubs, sum(refusals) AS refusals FROM hubs GROUP BY links_open
    UNION ALL
    SELECT range, 0, 0 FROM range(5)
)
SELECT
    links_open,
    CAST(sum(hubs) AS BIGINT) AS hubs,
    CAST(sum(refusals) AS BIGINT) AS refusals
FROM counted
GROUP BY links_open
ORDER BY links_open
LIMIT 5000
