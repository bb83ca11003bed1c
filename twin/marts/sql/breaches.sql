-- Facts that break a rule by themselves: they stay in the log and change no state.
SELECT breach AS rule, event, count(*) AS facts, count(DISTINCT key) AS premises
FROM told
WHERE breach IS NOT NULL
GROUP BY breach, event
ORDER BY rule, event
LIMIT 5000
