-- De quelles relations le tableau régional est-il fait, et quelles formules les produisent ?
-- Which relations is the regional table made from, and which formulas make them?
SELECT behind.relation_name, behind.inputs, behind.statement
FROM audit.relation AS asked
JOIN audit.relation AS behind ON list_contains(asked.upstream, behind.relation_name)
WHERE asked.relation_name = 'kpi.regional'
ORDER BY list_position(asked.upstream, behind.relation_name);
