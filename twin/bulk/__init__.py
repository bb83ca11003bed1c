"""Rebuilding the fleet from the lake: premises by premises, or by columns and kernels."""
