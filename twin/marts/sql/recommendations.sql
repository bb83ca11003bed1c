-- What reviews of the HAN arrangements recommended, for which SEC objective (F1.4(g), BR40).
SELECT
    recommendation,
    objective,
    framework_change,
    count(*) AS times,
    max(occurred_at) AS newest_at
FROM overseen
WHERE event = 'programme.recommendation-made'
GROUP BY recommendation, objective, framework_change
ORDER BY recommendation, objective, framework_change
LIMIT 5000
