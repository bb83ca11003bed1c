"""What people do: set PINs, wish for CADs, try at other people's meters."""
