-- The positions that this set stands on: the next offset of every partition that was read.
SELECT topic, epoch, "partition", max("offset") + 1 AS position, count(*) AS records
FROM records
GROUP BY topic, epoch, "partition"
ORDER BY topic, epoch, "partition"
LIMIT 5000
