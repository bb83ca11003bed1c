"""Who lives in the fleet, with which devices and which firmware: a function of the seed."""
