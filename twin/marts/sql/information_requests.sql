-- What SEC parties were asked for and answered; late is an answer after the due day (F1.6, BR40).
SELECT
    party,
    subject,
    count(*) FILTER (event = 'programme.information-requested') AS asked,
    count(*) FILTER (event = 'programme.information-provided') AS answered,
    count(*) FILTER (NOT on_time) AS late
FROM overseen
WHERE event IN ('programme.information-requested', 'programme.information-provided')
GROUP BY party, subject
ORDER BY party, subject
LIMIT 5000
