/*
row_en = "One indicator: what can be measured."
row_fr = "Un indicateur : ce qui peut être mesuré."
key = ["code"]
required = ["label_fr", "label_en", "unit", "measure", "is_additive", "definition_fr", "scope", "own_population", "plausible_change", "largest_restatement"]
columns = [
    "code", "label_fr", "label_en", "unit", "measure", "is_additive", "definition_fr", "scope", "own_population",
    "same_as", "part_of", "included_in", "growth_of", "numerator", "denominator", "cumulates", "akin_to",
    "largest_fall", "plausible_change", "largest_restatement",
]
*/
SELECT
    code, label_fr, label_en, unit, measure, is_additive, definition_fr, scope, own_population, same_as, part_of,
    included_in, growth_of, numerator, denominator, cumulates, akin_to, largest_fall, plausible_change,
    largest_restatement
FROM stage.indicator
ORDER BY scope, code
