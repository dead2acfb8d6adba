-- The role under which hosts that share an installation work: it adds lines to the ledger and can change none. Run it as
-- the owner of the database, as often as you like, after 'housing migrate' or a first 'housing receive' has made the tables:
--
--     psql -d housing -v host=housing_host -f deploy/hosts/roles.sql
--
-- It sets no password: \password housing_host does, or a client certificate. What replaces a ledger, 'housing migrate' and
-- 'housing restore', is done as the owner.
\set ON_ERROR_STOP on
\if :{?host} \else \set host housing_host \endif
BEGIN;
SELECT format('CREATE ROLE %I LOGIN', :'host')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'host') \gexec
ALTER ROLE :"host" NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE :"host" SET lc_messages = 'C';
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'host') \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA housing TO :"host";
REVOKE ALL ON ALL TABLES IN SCHEMA housing FROM :"host";
GRANT SELECT, INSERT ON housing.ledger TO :"host";
GRANT SELECT, INSERT, UPDATE, DELETE ON housing.reading TO :"host";
COMMIT;
