"""For who writes a layout: a proposal for an unknown workbook, and a picture of what a layout claims.

What belongs here: supposing, for a human's eyes. What does not: anything that a load runs.

``housing layout new`` goes through these modules, each of which hands data to the next, until ``write`` makes words:

* ``propose``: from a workbook to its proposal, the one public function.
* ``find_tables``: where tables seem to stand on a sheet.
* ``recognise``: what their columns, sections and words for totals seem to be.
* ``cell_meanings``: what one cell or text seems to say; all of these ask it.
* ``conventions``: how its numbers and its notes write, as they prove.
* ``new_indicators``: what nobody has declared yet.
* ``surroundings``, ``titles``: what stands outside the tables and seems to hold for them.
* ``scopes``: in which scopes the wordings that were found name indicators.
* ``supposed``: the data, tables with their columns, contexts, the whole workbook.
* ``write``, ``toml_writer``: the sentences and declarations of a proposal, and how TOML is written.

``housing layout test`` and ``housing layout explain`` tell of a load aside:

* ``preview``: what each cell was taken for, and that in a terminal; ``picture``: the same as a page.
* ``causes``: what is refused and remarked, by cause; ``drift``: what differs between vintages.
* ``claimants``: which entry claims a cell; ``toml_lines``: the lines that declare it; ``why``: what is told of it.
* ``trial_words``: all of that in words.
"""
