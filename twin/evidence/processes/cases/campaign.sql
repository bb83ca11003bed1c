SELECT campaign_id AS case_id, name AS activity, moment, place, system
FROM told_steps
WHERE topic = 'campaign.events'
