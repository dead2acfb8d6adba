-- Quels chiffres ont sans doute changé d'unité ou d'échelle, et par rapport à quelle cellule ?
-- Which figures have probably changed their unit or scale, and compared with which cell?
SELECT indicator, territory, period, value, old_period, old_value, power_of_ten, raw_text, old_cell
FROM audit.suspect_scale
ORDER BY abs(power_of_ten) DESC, indicator, territory;
