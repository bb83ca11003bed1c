-- Records by family, for each minute of the log's own time in the hour before publishing.
SELECT
    date_trunc('minute', logged_at) AS minute,
    topic,
    CASE
        WHEN topic = 'premises.dead-letters' THEN 'dead letters'
        ELSE coalesce(family, 'unreadable')
    END AS family,
    count(*) AS events
FROM records
CROSS JOIN params
WHERE
    logged_at >= date_trunc('minute', published_at) - INTERVAL 59 MINUTE
    AND logged_at <= published_at
GROUP BY 1, 2, 3
ORDER BY minute, topic, family
LIMIT 5000
