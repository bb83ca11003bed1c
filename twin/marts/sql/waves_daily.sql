-- What the gate of each wave said last on each day on which it was asked, with the figures that it
-- rests on: members of the wave, those settled, confirmed and in error, and the reading.
SELECT
    CAST(occurred_at AS DATE) AS day,
    campaign_id,
    wave,
    decision,
    why,
    gate,
    stratum,
    n,
    k,
    statistic,
    bound,
    members,
    settled,
    confirmed,
    errors
FROM decided
WHERE event = 'programme.gate-evaluated'
QUALIFY row_number() OVER (
    PARTITION BY campaign_id, wave, CAST(occurred_at AS DATE) ORDER BY nth DESC
) = 1
ORDER BY day DESC, campaign_id, wave
LIMIT 5000
