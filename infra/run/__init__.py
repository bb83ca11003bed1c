"""`twin run`: one TWIN_HOME, one history, its processes under one supervisor."""
