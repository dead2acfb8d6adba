/*
row_en = "One region and year: its current annual figures, then ratios and changes. Null is unknown, never 0."
row_fr = "Une région et une année : ses chiffres annuels courants, puis ratios et évolutions. Nul : inconnu, jamais 0."
key = ["region_code", "year"]
required = ["region", "known_on"]
like = "kpi.regional_as_of"
*/
-- the current figures are those of the end of time; the formulas stand in kpi.regional_as_of alone
FROM kpi.regional_as_of(DATE '9999-12-31')
