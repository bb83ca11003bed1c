-- Who did what, when, and on which basis, newest first: the tick, the command's words and answer, and
-- what the gate had said last; and when the campaign was believed to end, as forecast on that day by
-- what was known before it. `actor` is null where the campaign did it by its plan. Of a release only
-- its first and its last step stand here.
WITH told AS (
    SELECT
        *,
        CASE
            WHEN event = 'programme.gate-evaluated'
                THEN {
                    'wave': wave,
                    'decision': decision,
                    'why': why,
                    'gate': gate,
                    'stratum': stratum,
                    'n': n,
                    'k': k,
                    'statistic': statistic,
                    'bound': bound
                }
        END AS reading
    FROM decided
),
based AS (
    SELECT
        * EXCLUDE (reading, tick),
        -- an answer names no tick of its own: it is that of the facts recorded with it
        last_value(tick IGNORE NULLS) OVER so_far AS tick,
        last_value(reading IGNORE NULLS) OVER so_far AS basis
    FROM told
    WINDOW so_far AS (
        PARTITION BY campaign_id
        ORDER BY nth
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
)
SELECT
    occurred_at,
    tick,
    based.campaign_id,
    coalesce(actor, author) AS actor,
    role,
    event,
    command,
    cause,
    answer,
    wave,
    coalesce(reason, outcome, timer, "by", model) AS what,
    if(answer IS NULL, NULL, why) AS answer_why,
    basis.wave AS gate_wave,
    basis.decision AS gate_decision,
    basis.why AS gate_why,
    basis.gate AS gate,
    basis.stratum AS gate_stratum,
    basis.n AS gate_n,
    basis.k AS gate_k,
    basis.statistic AS gate_statistic,
    basis.bound AS gate_bound,
    ends.p50 AS forecast_p50,
    ends.p90 AS forecast_p90,
    epoch,
    "partition",
    "offset"
FROM based
LEFT JOIN (SELECT campaign_id, day, p50, p90 FROM forecasts WHERE scope = 'campaign') AS ends
    ON
        based.campaign_id = ends.campaign_id
        AND CAST(occurred_at AS DATE) = ends.day
QUALIFY
    event <> 'programme.wave-released'
    OR complete
    OR row_number() OVER (PARTITION BY based.campaign_id, wave, event ORDER BY nth) = 1
ORDER BY nth DESC
LIMIT 500
