-- The doors: every function that a login may call, and which role. Only these run with their owner's rights, each
-- with its own search_path, so that nothing can be slipped under them through a temporary schema.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA evently FROM PUBLIC;
DO $$
DECLARE
  door record;
BEGIN
  FOR door IN
    SELECT f.oid::regprocedure AS signature, d.role
      FROM (VALUES ('look_at_seats', 'clerk'), ('hold_seats', 'clerk'), ('change_hold', 'clerk'), ('extend_hold', 'clerk'), ('release_hold', 'clerk'),
                   ('park_hold', 'clerk'), ('pick_up_hold', 'clerk'), ('sweep_holds', 'clerk'),
                   ('begin_payment', 'clerk'), ('complete_sale', 'clerk'),
                   ('issue_tickets', 'clerk'), ('mark_printed', 'clerk'), ('reprint_tickets', 'clerk'),
                   ('void_tickets', 'clerk'), ('look_up_ticket', 'clerk'), ('refund_seats', 'clerk'), ('exchange_seats', 'clerk'),
                   ('set_customer', 'clerk'), ('open_shift', 'clerk'), ('close_shift', 'clerk'),
                   ('build_seats', 'organizer'), ('set_aside', 'organizer'), ('kill_seats', 'organizer'),
                   ('prepare_notifications', 'admin'), ('add_staff', 'manager'), ('deactivate_staff', 'manager')) AS d(name, role)
      JOIN pg_proc f ON f.proname = d.name AND f.pronamespace = 'evently'::regnamespace LOOP
    -- A plan is made once a session and must be right for every event, the one that was added a minute ago and the
    -- one with 80,000 seats, whatever the statistics have seen of them: generic, row by row, through indexes.
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, evently, pg_temp '
                   'SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off '
                   'SET enable_mergejoin = off SET enable_material = off SET enable_memoize = off', door.signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', door.signature, 'evently_' || door.role);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION evently._rank(text) TO evently_gatekeeper;
GRANT SELECT, INSERT, UPDATE ON evently.users TO evently_gatekeeper;
CREATE POLICY gatekeeper ON evently.users TO evently_gatekeeper USING (true) WITH CHECK (true);
