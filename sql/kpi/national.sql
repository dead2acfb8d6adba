/*
row_en = "One indicator and year for the nation. A sum of the regions that happened to report is never in value."
row_fr = "Un indicateur et une année pour la France. La somme des seules régions connues n'est jamais dans value."
key = ["indicator", "year"]
required = ["label_fr", "label_en", "unit", "basis", "regions_reporting", "regions_expected", "coverage", "known_on"]
like = "kpi.national_as_of"
*/
-- the current figures are those of the end of time; the formulas stand in kpi.national_as_of alone
FROM kpi.national_as_of(DATE '9999-12-31')
