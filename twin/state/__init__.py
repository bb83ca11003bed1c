"""State as a pure fold of the log: structs, `evolve`, `step`, digests, replay."""
