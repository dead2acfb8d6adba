"""For who writes a layout: a proposal for an unknown workbook, and a picture of what a layout claims.

What belongs here: guessing, for a human's eyes. What does not: anything that a load runs.
"""
