/*
row_en = "One indicator: what can be measured."
row_fr = "Un indicateur : ce qui peut être mesuré."
key = ["code"]
required = ["label_fr", "label_en", "unit", "measure", "is_additive", "definition_fr", "scope"]
columns = ["code", "label_fr", "label_en", "unit", "measure", "is_additive", "definition_fr", "scope"]
*/
SELECT code, label_fr, label_en, unit, measure, is_additive, definition_fr, scope
FROM stage.indicator
ORDER BY scope, code
