/*
row_en = "One source: a family of files with one layout."
row_fr = "Une source : une famille de fichiers partageant une même disposition."
key = ["source"]
required = ["title_fr", "authority"]
columns = ["source", "title_fr", "authority", "due_month"]
*/
SELECT source, title_fr, authority, due_month
FROM stage.source
ORDER BY authority DESC, source
