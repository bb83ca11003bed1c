-- Every wave with its tallies (one row a state of execution), its own state, and its gate's word.
WITH released AS (
    SELECT
        campaign_id,
        wave,
        CASE last(event ORDER BY n)
            WHEN 'programme.wave-passed' THEN 'PASSED'
            WHEN 'programme.wave-failed' THEN 'FAILED'
            ELSE CASE WHEN bool_or(complete) THEN 'SOAKING' ELSE 'RELEASING' END
        END AS wave_state
    FROM decided
    WHERE event IN ('programme.wave-released', 'programme.wave-passed', 'programme.wave-failed')
    GROUP BY campaign_id, wave
),
gates AS (
    SELECT campaign_id, wave, decision, why, members, settled, confirmed, errors, tick
    FROM decided
    WHERE event = 'programme.gate-evaluated'
    QUALIFY row_number() OVER (PARTITION BY campaign_id, wave ORDER BY n DESC) = 1
),
campaigns AS (
    SELECT
        campaign_id,
        CASE last(event ORDER BY n)
            WHEN 'programme.campaign-submitted' THEN 'READY'
            WHEN 'programme.campaign-started' THEN 'RUNNING'
            WHEN 'programme.campaign-resumed' THEN 'RUNNING'
            WHEN 'programme.campaign-held' THEN 'HELD'
            WHEN 'programme.campaign-stopped' THEN 'STOPPED'
            WHEN 'programme.campaign-finished' THEN 'FINISHED'
        END AS campaign_state
    FROM decided
    WHERE event IN (
        'programme.campaign-submitted',
        'programme.campaign-started',
        'programme.campaign-resumed',
        'programme.campaign-held',
        'programme.campaign-stopped',
        'programme.campaign-finished'
    )
    GROUP BY campaign_id
),
waves AS (
    SELECT campaign_id, wave FROM tallies
    UNION
    SELECT campaign_id, wave FROM released
    UNION
    SELECT campaign_id, wave FROM gates
)
SELECT
    campaign_id,
    wave,
    tallies.state AS execution_state,
    CAST(tallies.devices AS BIGINT) AS devices,
    coalesce(wave_state, 'PLANNED') AS wave_state,
    campaign_state,
    decision,
    why,
    gates.members AS gate_members,
    gates.settled AS gate_settled,
    gates.confirmed AS gate_confirmed,
    gates.errors AS gate_errors,
    gates.tick AS gate_tick
FROM waves
LEFT JOIN tallies USING (campaign_id, wave)
LEFT JOIN released USING (campaign_id, wave)
LEFT JOIN gates USING (campaign_id, wave)
LEFT JOIN campaigns USING (campaign_id)
ORDER BY campaign_id, wave, execution_state
LIMIT 5000
