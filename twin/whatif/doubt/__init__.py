"""How sure: parameters drawn from stated priors, and what luck alone moves, shown apart."""
