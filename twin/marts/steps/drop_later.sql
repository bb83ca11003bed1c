-- A record sent twice carries the same event id (D3): the first of the log counts, so one that
-- was taken in before an earlier one of the same id gives way.
DELETE FROM told
USING arrivals
WHERE
    told.event_id = arrivals.event_id
    AND arrivals.topic = 'premises.events'
    AND (arrivals.epoch, arrivals."partition", arrivals."offset")
    < (told.epoch, told."partition", told."offset")
