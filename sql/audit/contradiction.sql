{% from 'macros/contradiction_kinds.sql' import described %}
/*
row_en = "One contradiction of the sources: a figure, what it cannot stand beside or is not to be compared with, and both cells."
row_fr = "Une contradiction des sources : un chiffre, ce qui l'exclut ou ne s'y compare pas, et les cellules des deux."
view = true
by = "territory"
required = [
    "kind", "kind_fr", "kind_en", "verdict", "indicator", "period", "period_label", "unit", "left_value", "left_text",
    "left_file", "left_sheet", "left_cell",
    "right_value", "right_cell", "message_fr", "message_en",
]
columns = [
    "kind", "kind_fr", "kind_en", "verdict", "indicator", "territory_level", "territory_id", "territory", "period",
    "period_label", "population", "unit",
    "left_value", "left_text", "left_publisher", "left_known_on", "left_file", "left_sheet", "left_cell",
    "left_cell_id", "right_indicator", "right_territory_id", "right_period", "right_period_label", "right_population", "right_value", "right_text",
    "right_publisher", "right_known_on", "right_file", "right_sheet", "right_cell", "right_cell_ids", "through_cells", "through_cell_id",
    "expected", "gap", "gap_percent", "message_fr", "message_en",
]

{{ described() }}

[describe.kind_fr]
en = "Name of the kind, in French."
fr = "Nom de la règle, en français."

[describe.kind_en]
en = "Name of the kind, in English."
fr = "Nom de la règle, en anglais."

{% for side, en, fr in (("left", "the figure in doubt", "du chiffre en cause"), ("right", "what it is held against", "de ce à quoi il est confronté")) %}
[describe.{{ side }}_value]
type = "DOUBLE"
en = "Value of {{ en }}{{ ", or the sum of the parts" if side == "right" }}."
fr = "Valeur {{ fr }}{{ ", ou somme des parties" if side == "right" }}."

[describe.{{ side }}_text]
en = "Text of the cell of {{ en }}{{ "; null where it is a sum" if side == "right" }}."
fr = "Texte de la cellule {{ fr }}{{ " ; nul s'il s'agit d'une somme" if side == "right" }}."

[describe.{{ side }}_publisher]
en = "Who published {{ en }}; null where its file does not say."
fr = "Qui a publié le texte {{ fr }} ; nul si le fichier ne le dit pas."

[describe.{{ side }}_known_on]
type = "DATE"
en = "Day on which {{ en }} became known."
fr = "Jour où a été connue la valeur {{ fr }}."

[describe.{{ side }}_file]
en = "File of {{ en }}, below raw/."
fr = "Fichier {{ fr }}, sous raw/."

[describe.{{ side }}_sheet]
en = "Sheet of {{ en }}."
fr = "Feuille {{ fr }}."

[describe.{{ side }}_cell]
en = "Cell of {{ en }}{{ "; of a sum, the cells of its parts" if side == "right" }}."
fr = "Cellule {{ fr }}{{ " ; pour une somme, celles des parties" if side == "right" }}."

{% endfor %}
[describe.right_indicator]
en = "Indicator of what it is held against."
fr = "Indicateur de ce à quoi le chiffre est confronté."

[describe.right_territory_id]
en = "Territory of what it is held against."
fr = "Territoire de ce à quoi le chiffre est confronté."

[describe.right_period]
en = "Period of what it is held against."
fr = "Période de ce à quoi le chiffre est confronté."

[describe.right_period_label]
en = "The same period as people write it."
fr = "La même période telle qu'on l'écrit."

[describe.right_population]
en = "Population of what it is held against, where it is not that of its indicator's definition."
fr = "Population de ce à quoi le chiffre est confronté, quand ce n'est pas celle de la définition."

[describe.through_cells]
en = "Further cells that the comparison takes, as [file]sheet!cell; null where there are none."
fr = "Autres cellules sur lesquelles s'appuie la comparaison, sous la forme [fichier]feuille!cellule ; nul s'il n'y en a pas."

[describe.left_cell_id]
en = "Key of the cell of the figure in doubt, submission/sheet/cell, as observation_id."
fr = "Clé de la cellule du chiffre en cause, dépôt/feuille/cellule, comme observation_id."

[describe.right_cell_ids]
type = "VARCHAR[]"
en = "Keys of the cells of what it is held against: one, or those of the parts of a sum."
fr = "Clés des cellules de ce à quoi le chiffre est confronté : une, ou celles des parties d'une somme."

[describe.through_cell_id]
en = "Key of the further cell that the comparison takes; null where there is none."
fr = "Clé de l'autre cellule sur laquelle s'appuie la comparaison ; nulle s'il n'y en a pas."

[describe.expected]
type = "DOUBLE"
en = "What the right side would have to be for both to hold; null where nothing says so."
fr = "Ce que devrait être le second chiffre pour que les deux tiennent ; nul si rien ne le dit."

[describe.gap]
type = "DOUBLE"
en = "Right side minus what is expected."
fr = "Second chiffre moins ce qui en est attendu."

[describe.gap_percent]
type = "DOUBLE"
unit = "percent"
en = "Gap in percent of what is expected."
fr = "Écart en pourcentage de ce qui est attendu."

[describe.message_fr]
en = "What contradicts what, in French."
fr = "Ce qui contredit quoi, en français."

[describe.message_en]
en = "What contradicts what, in English."
fr = "Ce qui contredit quoi, en anglais."
*/
-- What do the sources say that cannot stand beside something else they say? No rule names a territory, an indicator, a
-- value or a file: what belongs together is declared with the indicators. What only rounding explains is no
-- contradiction, and what cannot be compared is shown as such.
FROM audit.contradiction_within
UNION ALL
FROM audit.contradiction_between
UNION ALL
FROM audit.contradiction_sums
