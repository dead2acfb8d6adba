/*
row_en = "One population that a text can name beside the one of an indicator's definition."
row_fr = "Une population qu'un texte peut nommer, autre que celle de la définition d'un indicateur."
key = ["population"]
required = ["label_fr", "label_en"]
columns = ["population", "label_fr", "label_en", "population_part_of"]

[describe.population]
en = "Code of the population, as in the column population of the figures."
fr = "Code de la population, comme dans la colonne population des chiffres."
*/
SELECT population, label_fr, label_en, population_part_of
FROM stage.population
ORDER BY population
