-- What is written once: nobody, not even the verbs, changes or removes it again.
CREATE FUNCTION evently.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON evently.booking_logs
  FOR EACH STATEMENT EXECUTE FUNCTION evently.refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON evently.transactions
  FOR EACH STATEMENT EXECUTE FUNCTION evently.refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON evently.till_movements
  FOR EACH STATEMENT EXECUTE FUNCTION evently.refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE OR TRUNCATE ON evently.booking_attempts
  FOR EACH STATEMENT EXECUTE FUNCTION evently.refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE ON evently.plan_seats
  FOR EACH STATEMENT EXECUTE FUNCTION evently.refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE ON evently.seating_plans
  FOR EACH STATEMENT EXECUTE FUNCTION evently.refuse_change();
