"""Questions that are not about campaigns, asked of the emulated field under common luck."""
