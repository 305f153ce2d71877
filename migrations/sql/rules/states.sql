-- The state machines (seed 004). The old state decides which new ones exist.
CREATE FUNCTION evently.step_booking() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  IF NOT (CASE OLD.status
    WHEN 'held' THEN NEW.status IN ('confirmed', 'expired', 'cancelled')
    WHEN 'confirmed' THEN NEW.status = 'cancelled'
    ELSE false END)
  THEN
    RAISE EXCEPTION 'a booking cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER step BEFORE UPDATE OF status ON evently.bookings FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION evently.step_booking();

CREATE FUNCTION evently.step_event() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  IF NOT (CASE OLD.status
    WHEN 'draft' THEN NEW.status IN ('active', 'cancelled')
    WHEN 'active' THEN NEW.status IN ('draft', 'cancelled', 'completed')
    ELSE false END)
  THEN
    RAISE EXCEPTION 'an event cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER step BEFORE UPDATE OF status ON evently.events FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION evently.step_event();

CREATE FUNCTION evently.step_ticket() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  IF OLD.status = 'void' OR (OLD.status = 'admitted' AND NEW.status = 'issued') THEN
    RAISE EXCEPTION 'a ticket cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER step BEFORE UPDATE OF status ON evently.tickets FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION evently.step_ticket();

CREATE FUNCTION evently.step_payment() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  IF OLD.status <> 'pending' OR NEW.amount <> OLD.amount OR NEW.kind <> OLD.kind OR NEW.booking_id <> OLD.booking_id THEN
    RAISE EXCEPTION 'a payment that is % does not change', OLD.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER step BEFORE UPDATE ON evently.payments FOR EACH ROW EXECUTE FUNCTION evently.step_payment();
