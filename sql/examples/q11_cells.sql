-- De quelle cellule vient le nombre de ménages logés en Hauts-de-France en 2021 ?
-- From which cell does the number of households housed in Hauts-de-France in 2021 come?
SELECT value, raw_text, file, sheet, cell, known_on, is_current
FROM audit.explain('households_housed', 'Hauts-de-France', 2021);
