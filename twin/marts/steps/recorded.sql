-- How many facts that `attempts` is made of were recorded on each day.
SELECT CAST(recorded_at AS DATE) AS day, count(*) AS facts
FROM facts
WHERE family IN ('firmware', 'lifecycle')
GROUP BY day
