"""The thinking of the fleet twin: events, state, rules, campaign, fleet, lake and marts."""
