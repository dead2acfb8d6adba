"""How words are compared and typed; what an indicator and a territory are called.

``words`` compares wordings, ``typography`` brings characters to one form, ``indicators`` and ``territories`` resolve
what people write to one of the code lists of ``reference/``.

What belongs here: words. What does not: cells and files, and what a number means (``pipeline.figures``).
"""
