-- Facts about premises, each once: a record sent twice carries the same event id (D3).
CREATE OR REPLACE TEMP TABLE facts AS
SELECT
    * EXCLUDE (device_type),
    CASE event WHEN 'lifecycle.hub-installed' THEN 'CHF' ELSE device_type END AS device_type
FROM records
WHERE topic = 'premises.events' AND event IS NOT NULL AND family <> 'programme'
QUALIFY
    row_number() OVER (PARTITION BY event_id ORDER BY epoch, "partition", "offset") = 1
