"""The rules that judge rows, and totals compared with their parts.

What belongs here: which rows are accepted, and why the others are not. What does not: vintages and KPIs (``sql/``).
"""
