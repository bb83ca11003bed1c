"""The search for plans: the earliest end within limits of exposure and fairness."""
