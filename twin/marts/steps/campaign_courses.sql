-- Each device that a campaign has asked, with the days on which it was asked first, read to run the
-- campaign's version (confirmed, D34), and failed: its newest attempt ended in a failure and it was
-- never confirmed.
CREATE OR REPLACE TEMP TABLE campaign_courses AS
WITH asked AS (
    SELECT
        campaign_id,
        key,
        device_id,
        min(occurred_at) AS asked_at,
        max(firmware_version) FILTER (
            event IN ('firmware.update-requested', 'firmware.update-unanswered')
        ) AS target,
        max_by(event, (attempt, occurred_at, sequence)) FILTER (
            event <> 'firmware.activated' OR NOT response_lost
        ) AS newest,
        max_by(transfer, (attempt, occurred_at, sequence)) FILTER (
            event = 'firmware.transferred'
        ) AS transfer,
        max(occurred_at) AS newest_at
    FROM facts
    WHERE campaign_id IS NOT NULL AND attempt IS NOT NULL
    GROUP BY campaign_id, key, device_id
),
confirmed AS (
    SELECT asked.campaign_id, asked.key, asked.device_id, min(facts.occurred_at) AS confirmed_at
    FROM asked
    INNER JOIN facts
        ON
            facts.key = asked.key
            AND facts.device_id = asked.device_id
            AND facts.event = 'firmware.version-read'
            AND facts.firmware_version = asked.target
    GROUP BY asked.campaign_id, asked.key, asked.device_id
)
SELECT
    campaign_id,
    key,
    device_id,
    CAST(asked_at AS DATE) AS asked_on,
    CAST(confirmed_at AS DATE) AS confirmed_on,
    CASE
        WHEN
            confirmed_at IS NULL
            AND (
                newest IN (
                    'firmware.update-warned',
                    'firmware.delivery-failed',
                    'firmware.verification-failed',
                    'firmware.activation-failed',
                    'firmware.activation-cancelled',
                    'firmware.update-conflicted',
                    'firmware.update-timed-out',
                    'firmware.confirmation-timed-out'
                )
                OR (newest = 'firmware.transferred' AND transfer <> 'success')
            )
            THEN CAST(newest_at AS DATE)
    END AS failed_on
FROM asked
LEFT JOIN confirmed USING (campaign_id, key, device_id)
