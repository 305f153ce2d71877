-- Who may read and edit what. Tables belong to evently_owner, whom nobody is; row-level security holds for him too.
-- Each role is a member of the one before it: clerk, organizer, manager, admin.

DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'evently'::regnamespace AND c.relkind IN ('r', 'p')
              AND c.relname <> 'alembic_version' LOOP
    EXECUTE format('ALTER TABLE evently.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE evently.%I FORCE ROW LEVEL SECURITY', t);
    -- The verbs see and write all rows; what they let through is their own rule.
    EXECUTE format('CREATE POLICY verbs ON evently.%I TO evently_verbs USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON evently.%I TO evently_verbs', t);
  END LOOP;
END $$;
REVOKE DELETE ON evently.booking_logs, evently.transactions, evently.till_movements, evently.booking_seats,
  evently.payments, evently.tickets, evently.bookings, evently.event_seats FROM evently_verbs;
REVOKE UPDATE ON evently.booking_logs, evently.transactions, evently.till_movements, evently.booking_attempts FROM evently_verbs;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA evently TO evently_verbs;
GRANT SELECT ON evently.alembic_version TO evently_clerk;

-- Everybody who sells reads these whole.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['venues', 'price_zones', 'seating_plans', 'plan_seats', 'price_types', 'hold_types', 'event_series',
      'event_seats', 'prices', 'seat_allocations', 'bookings', 'booking_seats', 'payments', 'booking_logs', 'tills',
      'box_office', 'waitlists', 'waitlist_promotions', 'email_templates'] LOOP
    EXECUTE format('GRANT SELECT ON evently.%I TO evently_clerk', t);
    EXECUTE format('CREATE POLICY read ON evently.%I FOR SELECT TO evently_clerk USING (true)', t);
  END LOOP;
END $$;
GRANT SELECT ON evently.event_availability TO evently_clerk;

-- A ticket's secret is nobody's to read: tokens come from the verbs, and reading one is on record.
GRANT SELECT (event_id, id, booking_id, booking_seat_id, seat_id, status, replaces_id, printed_at, admitted_at, voided_at,
              void_reason, issued_by, created_at) ON evently.tickets TO evently_clerk;
CREATE POLICY read ON evently.tickets FOR SELECT TO evently_clerk USING (true);

-- A clerk sees what is on sale, customers and himself, and of money and shifts his own.
GRANT SELECT ON evently.events, evently.users, evently.transactions, evently.shifts, evently.till_movements,
  evently.booking_attempts TO evently_clerk;
CREATE POLICY read_published ON evently.events FOR SELECT TO evently_clerk USING (status <> 'draft');
CREATE POLICY read_customers ON evently.users FOR SELECT TO evently_clerk USING (role = 'customer' OR login = session_user);
CREATE POLICY read_own ON evently.transactions FOR SELECT TO evently_clerk USING (login = session_user);
CREATE POLICY read_own ON evently.shifts FOR SELECT TO evently_clerk USING (login = session_user);
CREATE POLICY read_own ON evently.till_movements FOR SELECT TO evently_clerk USING (login = session_user);
CREATE POLICY read_own ON evently.booking_attempts FOR SELECT TO evently_clerk USING (login = session_user);

-- He enters customers and mends their particulars; who is staff is not his to say.
GRANT INSERT (id, email, name, phone) ON evently.users TO evently_clerk;
GRANT UPDATE (email, name, phone) ON evently.users TO evently_clerk;
CREATE POLICY add_customers ON evently.users FOR INSERT TO evently_clerk WITH CHECK (role = 'customer' AND login IS NULL);
CREATE POLICY edit_customers ON evently.users FOR UPDATE TO evently_clerk
  USING (role = 'customer') WITH CHECK (role = 'customer' AND login IS NULL);
GRANT INSERT (event_id, id, user_id, party_size, together, section_preference, max_price, position, priority_score,
              notification_preferences, expires_at) ON evently.waitlists TO evently_clerk;
CREATE POLICY join_waitlist ON evently.waitlists FOR INSERT TO evently_clerk WITH CHECK (status = 'waiting');

-- Organizers run the catalogue. Plans are written once, seats of events only by the verbs.
CREATE POLICY read ON evently.events FOR SELECT TO evently_organizer USING (true);
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['venues', 'price_zones', 'price_types', 'hold_types', 'event_series', 'events', 'prices',
      'pricing_rules', 'seat_allocations', 'waitlists', 'waitlist_promotions', 'email_templates', 'notifications'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON evently.%I TO evently_organizer', t);
    EXECUTE format('CREATE POLICY edit ON evently.%I TO evently_organizer USING (true) WITH CHECK (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['seating_plans', 'plan_seats'] LOOP
    EXECUTE format('GRANT INSERT ON evently.%I TO evently_organizer', t);
    EXECUTE format('CREATE POLICY add ON evently.%I FOR INSERT TO evently_organizer WITH CHECK (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['pricing_history', 'event_analytics', 'email_delivery_log'] LOOP
    EXECUTE format('GRANT SELECT ON evently.%I TO evently_organizer', t);
    EXECUTE format('CREATE POLICY read ON evently.%I FOR SELECT TO evently_organizer USING (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['users', 'transactions', 'shifts', 'till_movements', 'booking_attempts', 'bookings_archive'] LOOP
    EXECUTE format('GRANT SELECT ON evently.%I TO evently_manager', t);
    EXECUTE format('CREATE POLICY read_all ON evently.%I FOR SELECT TO evently_manager USING (true)', t);
  END LOOP;
END $$;
GRANT DELETE ON evently.events, evently.prices, evently.pricing_rules, evently.price_zones, evently.seat_allocations TO evently_organizer;
GRANT INSERT, UPDATE ON evently.tills TO evently_manager;
CREATE POLICY edit ON evently.tills TO evently_manager USING (true) WITH CHECK (true);
GRANT UPDATE ON evently.box_office TO evently_admin;
CREATE POLICY edit ON evently.box_office TO evently_admin USING (true) WITH CHECK (true);
