-- Staff are database logins. These functions belong to evently_gatekeeper, the one role that may make logins;
-- they accept only a verifier that the client computed, so no password ever reaches the server's log.

CREATE FUNCTION evently._may_appoint(p_role text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  mine constant integer := evently._rank((SELECT role FROM evently.users WHERE login = session_user AND is_active));
BEGIN
  -- A manager appoints up to his own rank less one; an admin anybody.
  IF mine IS NULL OR mine < evently._rank('manager') OR evently._rank(p_role) IS NULL
     OR (mine < evently._rank('admin') AND evently._rank(p_role) >= mine) THEN
    RAISE EXCEPTION 'this login may not appoint a %', p_role USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

CREATE FUNCTION evently.add_staff(p_id uuid, p_name text, p_initials text, p_login text, p_role text, p_email text,
                                  p_verifier text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM evently._may_appoint(p_role);
  IF p_verifier ~ '^SCRAM-SHA-256\$\d+:[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]+=*:[A-Za-z0-9+/]+=*$' IS NOT TRUE THEN
    RAISE EXCEPTION 'only a SCRAM-SHA-256 verifier is accepted, never a password' USING ERRCODE = 'invalid_parameter_value';
  ELSIF p_login !~ '^[a-z][a-z0-9_.-]{0,39}$' OR p_login ~ '^(pg_|evently)' THEN
    RAISE EXCEPTION 'a login is 1 to 40 small letters, digits, dots, dashes' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT PASSWORD %L', p_login, p_verifier);
  EXECUTE format('GRANT %I TO %I', 'evently_' || p_role, p_login);
  INSERT INTO evently.users (id, name, initials, login, role, email) VALUES (p_id, p_name, p_initials, p_login, p_role, p_email);
END $$;

-- The group goes, the login is shut, the open sessions end.
CREATE FUNCTION evently.deactivate_staff(p_login text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  u evently.users;
BEGIN
  SELECT * INTO u FROM evently.users WHERE login = p_login FOR UPDATE;
  IF u.id IS NULL OR p_login = session_user THEN
    RAISE EXCEPTION 'nobody else has the login %', p_login USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM evently._may_appoint(u.role);
  UPDATE evently.users SET is_active = false WHERE id = u.id;
  EXECUTE format('REVOKE %I FROM %I', 'evently_' || u.role, p_login);
  EXECUTE format('ALTER ROLE %I NOLOGIN', p_login);
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = p_login AND datname = current_database();
END $$;
