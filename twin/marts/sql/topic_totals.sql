-- Records held of each topic.
SELECT topic, count(*) AS records, count(refusal) AS unreadable, max(logged_at) AS newest_logged_at
FROM records
GROUP BY topic
ORDER BY topic
LIMIT 5000
