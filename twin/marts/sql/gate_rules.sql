-- The gate of each wave, by the plan handed in last, and how many members the wave has.
SELECT * FROM gate_rules ORDER BY campaign_id, wave
