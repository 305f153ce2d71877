-- Confirmed means paid, cancelled and expired mean refunded, exactly.
--
-- A captured payment *writes* the booking's row. Two sessions that refund the same money therefore
-- collide on that row at every isolation level; a mere SELECT ... FOR UPDATE in this place let a
-- REPEATABLE READ session refund one payment twice.
CREATE FUNCTION evently.count_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, evently, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
  UPDATE evently.bookings
     SET paid_amount = paid_amount + CASE NEW.kind WHEN 'sale' THEN NEW.amount ELSE -NEW.amount END,
         version = version + 1, updated_at = now()
   WHERE event_id = NEW.event_id AND id = NEW.booking_id;
  RETURN NULL;
END $$;
CREATE TRIGGER count_new AFTER INSERT ON evently.payments FOR EACH ROW
  WHEN (NEW.status = 'captured') EXECUTE FUNCTION evently.count_payment();
CREATE TRIGGER count_captured AFTER UPDATE OF status ON evently.payments FOR EACH ROW
  WHEN (NEW.status = 'captured' AND OLD.status <> 'captured') EXECUTE FUNCTION evently.count_payment();

-- Held against the rows at commit, when all steps of the verb are done.
CREATE FUNCTION evently.booking_adds_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, evently, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  b evently.bookings;
  owed bigint;
BEGIN
  SELECT * INTO b FROM evently.bookings WHERE event_id = NEW.event_id AND id = NEW.id;
  SELECT coalesce(sum(price_at_booking + fee), 0) INTO owed FROM evently.booking_seats
   WHERE event_id = NEW.event_id AND booking_id = NEW.id AND released_at IS NULL;
  IF (CASE b.status
       WHEN 'confirmed' THEN b.paid_amount <> b.total_amount OR b.total_amount <> owed
       WHEN 'held' THEN false
       ELSE b.paid_amount <> 0 OR owed <> 0 END)
  THEN
    RAISE EXCEPTION 'booking % is % with % paid of % for its seats', b.reference, b.status, b.paid_amount, owed
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT OR UPDATE ON evently.bookings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status <> 'held') EXECUTE FUNCTION evently.booking_adds_up();
