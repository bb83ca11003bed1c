"""The Business Architecture Document: areas, processes as designed and as they ran (F1.4(i))."""
