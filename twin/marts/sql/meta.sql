-- What this set is and what it stands on.
SELECT
    params.set_id,
    (
        SELECT string_agg(line, '; ' ORDER BY topic, epoch)
        FROM (
            SELECT
                topic,
                epoch,
                topic || ' epoch ' || epoch || ': ' || string_agg(
                    "partition" || '@' || position, ' ' ORDER BY "partition"
                ) AS line
            FROM (
                SELECT topic, epoch, "partition", max("offset") + 1 AS position
                FROM records
                GROUP BY topic, epoch, "partition"
            )
            GROUP BY topic, epoch
        )
    ) AS basis,
    (SELECT count(DISTINCT "partition") FROM records WHERE topic = 'premises.events') AS partitions,
    params.as_at,
    (SELECT max(logged_at) FROM records) AS newest_logged_at,
    (SELECT count(*) FROM records) AS records,
    (SELECT count(*) FROM told) AS facts,
    params.code_version,
    params.seed,
    params.premises,
    params.scenario,
    params.simulated,
    params.published_at
FROM params
ORDER BY set_id
