-- For a database that was made without template1, or restored: psql -d NAME -f
CREATE SCHEMA IF NOT EXISTS conclave;
REVOKE ALL ON SCHEMA conclave FROM PUBLIC;
CREATE OR REPLACE FUNCTION conclave.edge_login(client text, OUT role text, OUT verifier text)
  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
$$ SELECT rolname, rolpassword FROM pg_catalog.pg_authid
   WHERE rolname = client AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
     AND rolname NOT LIKE 'conclave\_%'
     AND (rolvaliduntil IS NULL OR rolvaliduntil > pg_catalog.now()) $$;
REVOKE ALL ON FUNCTION conclave.edge_login(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA conclave TO conclave_edge;
GRANT EXECUTE ON FUNCTION conclave.edge_login(text) TO conclave_edge;
