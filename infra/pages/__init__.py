"""The page server: the dashboards with their ports plugged in, compressed and watched over."""
