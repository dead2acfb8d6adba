-- Que savait-on à la fin de 2022 ?
-- What was known at the end of 2022?
SELECT territory, indicator, period, value, known_on
FROM fact.observation_as_of(DATE '2022-12-31')
ORDER BY known_on DESC;
