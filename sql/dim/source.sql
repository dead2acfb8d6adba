/*
row_en = "One source: a family of files with one layout."
row_fr = "Une source : une famille de fichiers partageant une même disposition."
key = ["source"]
required = ["title_fr", "authority", "is_prose"]
columns = ["source", "title_fr", "authority", "due_month", "is_prose"]
*/
SELECT source, title_fr, authority, due_month, is_prose
FROM stage.source
ORDER BY authority DESC, source
