{% from 'macros/publications.sql' import publications %}
/*
row = "One publication, of which a file came, went or changed."
keys = [["publication_id"]]
*/
SELECT DISTINCT publication_id FROM ({{ publications() | indent }}) SEMI JOIN temp.changed USING (submission_id)
