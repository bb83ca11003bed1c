-- What each gate looked at: members of a wave to whom the same happened on the same days, as far
-- as forecasts have been made. No row is left out, for a statistic of some rows would be wrong.
SELECT * FROM gate_outcomes
ORDER BY campaign_id, wave, region, supplier, model, released_on, failed_on, confirmed_on, left_on
