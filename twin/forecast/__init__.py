"""When a campaign will be done, with how much doubt, and how good such forecasts were."""
