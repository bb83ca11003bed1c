-- How each premises stands now: its active hub with its bands, capability by truth and belief.
CREATE OR REPLACE TEMP TABLE premises_now AS
WITH newest AS (
    FROM premises_days
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY day DESC) = 1
),
variants AS (
    SELECT
        key,
        device_id,
        arg_max(hub_variant, (occurred_at, sequence, source)) AS hub_variant
    FROM facts
    WHERE event = 'lifecycle.hub-installed'
    GROUP BY key, device_id
)
SELECT newest.*, variants.hub_variant
FROM newest
LEFT JOIN variants ON newest.key = variants.key AND newest.hub_id = variants.device_id
