/*
row_en = "One sum that was compared: what is stated, what its parts add up to, and whether the writing explains the gap."
row_fr = "Une somme comparée : ce qui est énoncé, ce que donnent ses parties, et si l'écriture des chiffres explique l'écart."
view = true
by = "sum"
required = ["kind", "what", "unit", "stated_value", "parts", "parts_missing", "verdict", "stated_cell"]
columns = [
    "kind", "what", "indicator", "territory_level", "territory_code", "territory_id", "territory", "period", "period_label", "unit", "stated_value",
    "stated_precision", "stated_qualifier", "parts_sum", "parts_precision", "parts", "parts_missing", "gap",
    "tolerance", "verdict", "stated_known_on", "parts_known_on", "stated_cell", "parts_cells",
]

[describe.kind]
en = "stated_total: a total in a file; indicators: parts of one; departments_to_region; regions_to_nation; plan: its lines; dont: a part; growth: a rate."
fr = "stated_total : total d'un fichier ; indicators : ses parties ; departments_to_region ; regions_to_nation ; plan : ses lignes ; dont : partie ; growth : taux."
allowed = ["stated_total", "indicators", "departments_to_region", "regions_to_nation", "plan", "dont", "growth"]

[describe.what]
en = "What is compared: the label of the total, of the indicator or of the commitment."
fr = "Ce qui est comparé : libellé du total, de l'indicateur ou de l'engagement."

[describe.parts_sum]
type = "DOUBLE"
en = "Sum of the parts that have a value; for a growth rate, the one that the two years give."
fr = "Somme des parties renseignées ; pour un taux d'évolution, celui que donnent les deux années."

[describe.parts_precision]
type = "DOUBLE"
en = "Sum of the precisions of the parts; for a growth rate, how far the precisions of the two years let it be."
fr = "Somme des précisions des parties ; pour un taux d'évolution, ce qu'en laissent les précisions des deux années."

[describe.stated_qualifier]
en = "How the stated value is hedged: =, >, <, ~ or interval."
fr = "Nuance de la valeur énoncée : =, >, <, ~ ou interval."
allowed = ["=", ">", "<", "~", "interval"]

[describe.parts_missing]
type = "INTEGER"
en = "Number of parts without a usable value: not reported, missing, or stated in another unit."
fr = "Nombre de parties sans valeur exploitable : non communiquées, manquantes, ou dans une autre unité."
minimum = 0

[describe.stated_known_on]
type = "DATE"
en = "Day on which the stated value became known."
fr = "Jour où la valeur énoncée a été connue."

[describe.parts_known_on]
type = "DATE"
en = "Day on which the latest of the parts became known; when it is earlier, the total may have been revised without its parts."
fr = "Jour où la dernière des parties a été connue ; s'il est antérieur, le total a pu être révisé sans ses parties."

[describe.stated_cell]
en = "Cell of the stated value, as [file]sheet!cell."
fr = "Cellule de la valeur énoncée, sous la forme [fichier]feuille!cellule."

[describe.parts_cells]
en = "Cells of the parts, as [file]sheet!cell; for a total within a file, addresses on its sheet."
fr = "Cellules des parties, sous la forme [fichier]feuille!cellule ; pour un total d'un fichier, adresses sur sa feuille."
*/
-- Do published totals agree with their parts? The question journalists ask first. The tolerance is what the writing
-- allows: "14,4 milliards" against 5,5 + 3,7 + 5,25 may differ by 0,05 + 0,05 + 0,05 + 0,005, and not by more. A number
-- that ends in zeros may have been rounded: what only that explains cannot be told.
SELECT * EXCLUDE (stated_id, parts_ids)
FROM audit.reconciliation_figures
UNION ALL
FROM audit.reconciliation_stated
