"""Reference data that every figure is attached to: territories and indicators.

What belongs here: codes, names and definitions from their official sources. What does not: figures.
"""
