"""Service requests, responses and alerts as the DCC's gateway has them (DUIS and MMC, XML)."""
