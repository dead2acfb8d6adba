-- Comment le chiffre national des agréments de 2021 a-t-il évolué au fil des publications ?
-- How did the national figure of approvals in 2021 change from one publication to the next?
SELECT known_on, superseded_on, value, qualifier, raw_text, source
FROM fact.observation_history
WHERE indicator = 'approvals' AND territory_level = 'national' AND period = '2021'
ORDER BY known_on;
