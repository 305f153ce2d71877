-- Every change of a price is on record with who made it and, if he said so, why.
CREATE FUNCTION evently.record_price() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  -- With the event itself its history goes, too.
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM evently.events WHERE id = OLD.event_id) THEN
    RETURN NULL;
  END IF;
  INSERT INTO evently.pricing_history (event_id, zone_id, price_type_id, old_price, new_price, reason, applied_by)
  VALUES (coalesce(NEW.event_id, OLD.event_id), coalesce(NEW.zone_id, OLD.zone_id),
          coalesce(NEW.price_type_id, OLD.price_type_id), OLD.amount, NEW.amount,
          coalesce(current_setting('evently.reason', true), ''), session_user);
  RETURN NULL;
END $$;
CREATE TRIGGER record AFTER INSERT OR UPDATE OF amount OR DELETE ON evently.prices
  FOR EACH ROW EXECUTE FUNCTION evently.record_price();

-- Who leaves the queue closes the gap behind him (seed 001).
CREATE FUNCTION evently.close_waitlist_gap() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  UPDATE evently.waitlists SET position = position - 1, updated_at = now()
   WHERE event_id = OLD.event_id AND status = 'waiting' AND position > OLD.position;
  RETURN NULL;
END $$;
CREATE TRIGGER close_gap_left AFTER UPDATE OF status ON evently.waitlists FOR EACH ROW
  WHEN (OLD.status = 'waiting' AND NEW.status <> 'waiting') EXECUTE FUNCTION evently.close_waitlist_gap();
CREATE TRIGGER close_gap_gone AFTER DELETE ON evently.waitlists FOR EACH ROW
  WHEN (OLD.status = 'waiting') EXECUTE FUNCTION evently.close_waitlist_gap();

-- Optimistic versions: a writer that names the version it read loses no one else's change unseen.
CREATE FUNCTION evently.next_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, evently, pg_temp AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END $$;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['users', 'venues', 'event_series', 'events', 'prices', 'pricing_rules', 'price_types',
                           'hold_types', 'waitlists', 'email_templates', 'tills', 'box_office'] LOOP
    EXECUTE format('CREATE TRIGGER next_version BEFORE UPDATE ON evently.%I
                    FOR EACH ROW EXECUTE FUNCTION evently.next_version()', t);
  END LOOP;
END $$;

-- Free seats, counted: right at any time, and no row that all sales of an event would queue for.
CREATE VIEW evently.event_availability WITH (security_invoker = true) AS
SELECT event_id, count(*)::int AS total_capacity,
       count(*) FILTER (WHERE hold_type_id IS NULL AND (status = 'available' OR status = 'held' AND hold_expires_at <= now()))::int
         AS available_seats
  FROM evently.event_seats WHERE status <> 'killed' GROUP BY event_id;

-- Takes what no month's partition was made for.
CREATE TABLE evently.notifications_default PARTITION OF evently.notifications DEFAULT;
