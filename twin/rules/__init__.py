"""The rules BR01 to BR43: deciding on plain values, judging folded state, and the book of both."""
