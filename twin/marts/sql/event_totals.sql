-- Records of each event type; those that are no event by their cause, dead letters as such.
SELECT
    topic,
    CASE
        WHEN topic = 'premises.dead-letters' THEN 'dead letters'
        ELSE coalesce(family, 'unreadable')
    END AS family,
    coalesce(event, refusal, 'dead letter') AS event,
    count(*) AS records
FROM records
GROUP BY ALL
ORDER BY topic, family, event
LIMIT 5000
