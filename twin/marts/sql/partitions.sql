-- How far each stage has come in each partition, and how much it has still to do.
SELECT
    topic,
    "partition",
    stage,
    end_offset,
    position,
    greatest(end_offset - position, 0) AS lag
FROM health
ORDER BY topic, "partition", stage
LIMIT 5000
