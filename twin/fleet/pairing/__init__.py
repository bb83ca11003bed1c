"""Pairing a CAD, locally and remotely, step by step (Annexes C and D)."""
