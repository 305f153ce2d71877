-- Functions belong to the role whose rights they use.
GRANT CREATE, USAGE ON SCHEMA evently TO evently_verbs, evently_gatekeeper;
DO $$
DECLARE
  f record;
BEGIN
  FOR f IN SELECT p.oid::regprocedure AS signature,
                  CASE WHEN p.proname IN ('add_staff', 'deactivate_staff', '_may_appoint') THEN 'evently_gatekeeper'
                       -- Only a table's owner may add a partition to it.
                       WHEN p.proname = 'prepare_notifications' THEN 'evently_owner'
                       ELSE 'evently_verbs' END AS owner
             FROM pg_proc p WHERE p.pronamespace = 'evently'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO %I', f.signature, f.owner);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA evently FROM evently_verbs, evently_gatekeeper;
GRANT USAGE ON SCHEMA evently TO evently_clerk;
