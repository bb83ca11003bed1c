"""The review of the HAN arrangements over a period (F1.4(g), F1.6; paragraphs 8 to 10)."""
