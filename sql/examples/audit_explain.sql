-- D'où vient ce nombre ?
-- Where does this number come from?
FROM audit.explain('households_housed', 'Hauts-de-France', '2021');
