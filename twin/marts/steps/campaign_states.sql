-- The state of each campaign: its facts folded along `moves`, the table that campaigns decide by.
-- A fact that has no move in a state changes no state there.
CREATE OR REPLACE TEMP TABLE campaign_states AS
WITH table_of AS (
    SELECT map(list(before || ' ' || event), list("after")) AS move FROM moves
)
SELECT
    campaign_id,
    list_reduce(
        list_prepend('DRAFT', list(event ORDER BY nth)),
        lambda state, event: coalesce(move[state || ' ' || event], state)
    ) AS campaign_state
FROM decided
CROSS JOIN table_of
GROUP BY campaign_id, move
