"""The home area network: visits, device logs, links, the 868 MHz air, power, exchanged hubs."""
