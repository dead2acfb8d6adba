-- Avec qui chaque organisme a-t-il signé ?
-- With whom has each organisation signed?
SELECT a.party, b.party AS other_party, a.theme, a.territory, a.signed_on
FROM fact.agreement_party AS a
JOIN fact.agreement_party AS b USING (submission_id, sheet, cell)
WHERE a.position <> b.position AND a.state = 'signed'
ORDER BY a.party, a.signed_on, other_party;
