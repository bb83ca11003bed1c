"""The emulated fleet: a seeded population and the field that it lives in (design section 8)."""
