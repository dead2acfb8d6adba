-- The two roles of a lake whose catalogue is in PostgreSQL: one that publishes, one that reads. Run it as the owner of the
-- server, as often as you like, before the first publication or after:
--
--     createdb lake
--     psql -d lake -v writer=housing_writer -v reader=housing_reader -f deploy/lake/roles.sql
--
-- It sets no password: \password housing_writer does, or a client certificate.
\set ON_ERROR_STOP on
\if :{?writer} \else \set writer housing_writer \endif
\if :{?reader} \else \set reader housing_reader \endif
BEGIN;
SELECT format('CREATE ROLE %I LOGIN', wanted)
FROM unnest(ARRAY[:'writer', :'reader']) AS wanted
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec
ALTER ROLE :"writer" NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE :"reader" NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- messages that logs and colleagues understand, whatever the server speaks
ALTER ROLE :"writer" SET lc_messages = 'C';
ALTER ROLE :"reader" SET lc_messages = 'C';
ALTER ROLE :"reader" SET default_transaction_read_only = on;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO %I', current_database(), :'writer') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'reader') \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"writer";
GRANT USAGE ON SCHEMA public TO :"reader";
-- what stands there already, made by whoever tried it out, belongs to who publishes
SELECT format('ALTER TABLE public.%I OWNER TO %I', tablename, :'writer')
FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'ducklake\_%' \gexec
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"reader";
-- and what each publication adds
ALTER DEFAULT PRIVILEGES FOR ROLE :"writer" IN SCHEMA public GRANT SELECT ON TABLES TO :"reader";
COMMIT;
