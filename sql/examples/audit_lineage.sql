-- Sur quelles cellules reposent les ratios des Hauts-de-France ?
-- Which cells do the ratios of Hauts-de-France rest on?
SELECT l.figure, l.period, l.figure_value, l.input_indicator, l.input_period, o.raw_text, o.sheet, o.cell
FROM audit.lineage AS l
JOIN fact.observation AS o USING (observation_id)
WHERE l.relation_name = 'kpi.regional' AND l.role = 'term' AND l.territory_code = '32'
ORDER BY l.figure, l.period, l.input_indicator;
