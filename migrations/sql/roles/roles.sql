-- The roles of the cluster: three that own and are nobody's login, and the groups that staff logins belong to.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['evently_owner', 'evently_verbs', 'evently_gatekeeper', 'evently_clerk', 'evently_organizer',
                              'evently_manager', 'evently_admin'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
    EXECUTE format('GRANT %I TO CURRENT_USER', name);
  END LOOP;
END $$;
ALTER ROLE evently_gatekeeper CREATEROLE;
GRANT evently_clerk TO evently_organizer;
GRANT evently_organizer TO evently_manager;
GRANT evently_manager TO evently_admin;
GRANT evently_clerk, evently_organizer, evently_manager, evently_admin TO evently_gatekeeper WITH ADMIN OPTION;
GRANT pg_signal_backend TO evently_gatekeeper;
DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO evently_clerk, evently_verbs', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- What comes next is made by the owner.
GRANT CREATE ON SCHEMA evently TO evently_owner;
ALTER SCHEMA evently OWNER TO evently_owner;
