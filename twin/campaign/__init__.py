"""Firmware campaigns as pure deciders: plan, members, executions, tallies, gates, decisions."""
