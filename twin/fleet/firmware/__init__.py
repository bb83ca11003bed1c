"""How devices and the DCC answer service requests 11.1, 11.2 and 11.3."""
