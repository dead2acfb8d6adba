/*
relation = "audit.suspect_scale"
blocking = false
en = "No figure is about 10, 100, 1 000 or 1 000 000 times the last one known before it, which smells of a unit."
fr = "Aucun chiffre n'est environ 10, 100, 1 000 ou 1 000 000 fois le dernier connu avant lui, ce qui trahit une unité."
*/
-- Was a column filled in thousands this time, or an amount in M€ under a heading in €?
SELECT
    s.file, x.sheet, x.cell, x.raw_text, x.indicator, x.territory, x.breakdown, x.period, x.value, x.old_period,
    x.old_value, x.old_cell
FROM audit.suspect_scale AS x
JOIN fact.submission AS s USING (submission_id)
