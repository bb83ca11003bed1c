"""Answers to the consultation: figures for each question, duties, milestones."""
