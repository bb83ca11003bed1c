-- Every wave with its tallies (one row a state of execution), its own state, its gate's last word
-- with the figures that it rests on, and what holds its campaign.
WITH counted AS (
    SELECT campaign_id, wave, state, CAST(sum(devices) AS BIGINT) AS devices
    FROM tallies
    WHERE wave > 0
    GROUP BY campaign_id, wave, state
),
gates AS (
    SELECT *
    FROM decided
    WHERE event = 'programme.gate-evaluated'
    QUALIFY row_number() OVER (PARTITION BY campaign_id, wave ORDER BY nth DESC) = 1
),
moved AS (
    SELECT
        campaign_id,
        wave,
        max(nth) FILTER (event = 'programme.wave-released' AND complete) AS completed,
        last(
            CASE event
                WHEN 'programme.wave-passed' THEN 'PASSED'
                WHEN 'programme.wave-failed' THEN 'FAILED'
                WHEN 'programme.wave-advanced' THEN 'SKIPPED'
                ELSE CASE WHEN complete THEN 'SOAKING' ELSE 'RELEASING' END
            END
            ORDER BY nth
        ) AS wave_state
    FROM decided
    WHERE event IN (
        'programme.wave-released',
        'programme.wave-passed',
        'programme.wave-failed',
        'programme.wave-advanced'
    )
    GROUP BY campaign_id, wave
),
-- After its soak a wave is decided: the gate looks at its success.
deciding AS (
    SELECT DISTINCT campaign_id, wave, 'DECIDING' AS later
    FROM decided
    INNER JOIN moved USING (campaign_id, wave)
    WHERE event = 'programme.gate-evaluated'
        AND wave_state = 'SOAKING'
        AND nth > completed
        AND why NOT IN ('soak', 'errors_above')
),
resumed AS (
    SELECT campaign_id, max(nth) AS nth
    FROM decided
    WHERE event = 'programme.campaign-resumed'
    GROUP BY campaign_id
),
-- Of a campaign whose plan cannot be read; of all others `folded` knows, also what was cleared.
held AS (
    SELECT campaign_id, string_agg(DISTINCT reason, ', ' ORDER BY reason) AS holds
    FROM decided
    INNER JOIN campaign_states USING (campaign_id)
    LEFT JOIN resumed USING (campaign_id)
    WHERE event = 'programme.campaign-held'
        AND campaign_state = 'HELD'
        AND decided.nth > coalesce(resumed.nth, 0)
    GROUP BY campaign_id
),
waves AS (
    SELECT campaign_id, wave FROM counted
    UNION
    SELECT campaign_id, wave FROM moved
    UNION
    SELECT campaign_id, wave FROM gates
)
SELECT
    campaign_id,
    wave,
    counted.state AS execution_state,
    counted.devices,
    CASE
        WHEN campaign_state IN ('STOPPED', 'ABORTED', 'CANCELLED', 'SUPERSEDED')
            AND coalesce(wave_state, 'PLANNED') NOT IN ('PASSED', 'FAILED', 'SKIPPED')
            THEN 'CANCELLED'
        ELSE coalesce(later, wave_state, 'PLANNED')
    END AS wave_state,
    campaign_state,
    coalesce(folded.holds, held.holds) AS holds,
    decision,
    why,
    gates.gate,
    gates.stratum,
    gates.n,
    gates.k,
    gates.statistic,
    gates.bound,
    gates.members AS gate_members,
    gates.settled AS gate_settled,
    gates.confirmed AS gate_confirmed,
    gates.errors AS gate_errors,
    gates.tick AS gate_tick
FROM waves
LEFT JOIN counted USING (campaign_id, wave)
LEFT JOIN moved USING (campaign_id, wave)
LEFT JOIN deciding USING (campaign_id, wave)
LEFT JOIN gates USING (campaign_id, wave)
LEFT JOIN campaign_states USING (campaign_id)
LEFT JOIN held USING (campaign_id)
LEFT JOIN folded USING (campaign_id)
ORDER BY campaign_id, wave, execution_state
LIMIT 5000
