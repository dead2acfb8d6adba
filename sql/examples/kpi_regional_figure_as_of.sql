-- De quelles cellules les chiffres de 2021, énoncés ou dérivés, étaient-ils faits à la fin de 2022 ?
-- From which cells were the figures of 2021, stated or derived, made at the end of 2022?
SELECT region, figure, value, observation_ids
FROM kpi.regional_figure_as_of(DATE '2022-12-31')
WHERE year = 2021
ORDER BY region, figure;
