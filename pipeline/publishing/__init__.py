"""To the reader: what a run tells about its own work, or why it could not do it.

What belongs here: which rows are shown and counted, the sentence of each failure. What does not: doing the work.
"""
