-- Que contient ce fichier, schéma par schéma ?
-- What does this file hold, schema by schema?
FROM audit.schema
