-- Taking and freeing seats: the only statements of the product that do.

-- What came of taking seats: the booking's reference, or why not. The lines are `_line`s; the seats are those that were
-- free, of which those of hold types, and how many have a price.
CREATE TYPE evently._taken AS (
  reference text, total bigint, fees bigint, lines json, seats uuid[], houses uuid[], priced integer, refused text,
  details jsonb
);

-- Why seats could not be locked, one by one, for the sentence that the clerk reads.
CREATE FUNCTION evently._reasons(p_event uuid, p_seats uuid[], p_locked uuid[], p_now timestamptz, p_longest integer)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('seats', coalesce(jsonb_agg(jsonb_build_object(
           'ordinal', coalesce(s.ordinal, -1), 'name', coalesce(evently._seat_name(s.section, s.row_number, s.seat_number), ''),
           'reason', CASE WHEN s.id IS NULL THEN 'unknown'
                          WHEN s.status = 'killed' THEN 'killed'
                          WHEN s.status = 'booked' THEN 'sold'
                          WHEN s.status = 'held' AND evently._is_live(s.hold_expires_at, p_now, p_longest) THEN 'held'
                          ELSE 'busy' END,
           'by', coalesce(nullif(b.station, ''), b.seller_initials, '')) ORDER BY s.ordinal), '[]'))
    FROM unnest(p_seats) AS wanted(id)
    LEFT JOIN evently.event_seats s ON s.event_id = p_event AND s.id = wanted.id
    LEFT JOIN evently.bookings b ON b.event_id = p_event AND b.id = s.current_booking_id
   WHERE s.id IS NULL OR NOT s.id = ANY (p_locked)
$$;

-- Those of these seats whose holds ran out and were not swept yet, locked; if they are all the p_missing ones that are in
-- the way, they are freed. Their bookings end later, by the sweep: no line of a sale can be among these.
CREATE FUNCTION evently._sweep_seats(p_event uuid, p_seats uuid[], p_missing integer, p_now timestamptz, p_longest integer)
RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  found uuid[];
BEGIN
  WITH run_out AS MATERIALIZED (
    SELECT id, current_booking_id AS booking FROM evently.event_seats
     WHERE event_id = p_event AND id = ANY (p_seats) AND status = 'held'
       AND NOT evently._is_live(hold_expires_at, p_now, p_longest)
     ORDER BY id FOR UPDATE SKIP LOCKED),
  due AS (SELECT * FROM run_out WHERE (SELECT count(*) FROM run_out) = p_missing),
  lines AS (
    UPDATE evently.booking_seats b SET released_at = now() FROM due d
     WHERE b.event_id = p_event AND b.seat_id = d.id AND b.booking_id = d.booking AND b.released_at IS NULL),
  seats AS (
    UPDATE evently.event_seats s
       SET status = 'available', current_booking_id = NULL, hold_expires_at = NULL, version = version + 1,
           changed_xid = pg_current_xact_id(), updated_at = now()
      FROM due d WHERE s.event_id = p_event AND s.id = d.id)
  SELECT array_agg(id) INTO found FROM run_out;
  RETURN coalesce(found, '{}');
END $$;

-- Lock all the seats or none, sorted, without waiting for anybody, price them, and give them to the booking, which is
-- made with them if it is new: one statement, since each costs a hold its share. It takes free seats that are anybody's;
-- where one was held too long, or is set aside, it is tried again once that is dealt with. Neither taken nor refused
-- is a new booking whose id exists already.
CREATE FUNCTION evently._take(p_event uuid, p_booking uuid, p_seats uuid[], p_types uuid[], p_actor uuid, p_role text,
                              p_fee bigint, p_now timestamptz, p_longest integer, p_until timestamptz, p_action text,
                              p_details jsonb, p_new boolean DEFAULT false, p_initials text DEFAULT NULL,
                              p_currency text DEFAULT NULL, p_one_per_customer boolean DEFAULT NULL)
RETURNS evently._taken LANGUAGE plpgsql AS $$
DECLARE
  r evently._taken;
  missing integer;
  run_out uuid[];
  house_too boolean := false;
BEGIN
  LOOP
    WITH locked AS MATERIALIZED (
      SELECT s.id, s.ordinal, s.section, s.row_number, s.seat_number, s.zone_id, s.hold_type_id, s.dynamic_multiplier
        FROM evently.event_seats s
       WHERE s.event_id = p_event AND s.id = ANY (p_seats) AND s.status = 'available'
       ORDER BY s.id FOR UPDATE SKIP LOCKED),
    priced AS MATERIALIZED (
      SELECT l.*, t.id AS type, t.name AS type_name, z.name AS zone,
             CASE WHEN t.is_comp THEN 0 ELSE round(p.amount * l.dynamic_multiplier)::bigint END AS price,
             CASE WHEN t.is_comp THEN 0 ELSE p_fee END AS fee
        FROM locked l
        JOIN evently.price_zones z ON z.id = l.zone_id
        LEFT JOIN evently.price_types t ON t.id = p_types[array_position(p_seats, l.id)] AND t.is_active
        LEFT JOIN evently.prices p ON p.event_id = p_event AND p.zone_id = l.zone_id AND p.price_type_id = t.id),
    found AS (
      SELECT array_agg(l.id) AS seats, array_agg(l.hold_type_id) FILTER (WHERE l.hold_type_id IS NOT NULL) AS houses,
             count(l.price) AS priced, sum(l.price + l.fee) AS total, sum(l.fee) AS fees,
             json_agg(evently._line(l.ordinal, l.id, l.section, l.row_number, l.seat_number, l.zone, l.type,
                                    l.type_name, l.price, l.fee)) AS lines
        FROM priced l),
    complete AS (SELECT f.* FROM found f WHERE f.priced = cardinality(p_seats) AND (f.houses IS NULL OR house_too)),
    booked AS (
      INSERT INTO evently.bookings (event_id, id, reference, quantity, total_amount, fee_amount, currency, hold_expires_at,
                                    seller_id, seller_login, seller_initials, station, one_per_customer)
      SELECT p_event, p_booking, evently._reference(), cardinality(p_seats), f.total, f.fees, p_currency, p_until, p_actor,
             session_user, p_initials, coalesce(current_setting('evently.station', true), ''), p_one_per_customer
        FROM complete f WHERE p_new
          ON CONFLICT (event_id, id) DO NOTHING RETURNING reference),
    taken AS (
      SELECT booked.reference FROM booked UNION ALL SELECT '' FROM complete f WHERE NOT p_new),
    lines AS (
      INSERT INTO evently.booking_seats (event_id, booking_id, seat_id, price_type_id, price_at_booking, fee)
      SELECT p_event, p_booking, l.id, l.type, l.price, l.fee FROM priced l, taken),
    log AS (
      INSERT INTO evently.booking_logs (event_id, booking_id, action, user_id, login, station, program, details)
      SELECT p_event, p_booking, p_action, p_actor, session_user, coalesce(current_setting('evently.station', true), ''),
             current_setting('application_name'), p_details FROM taken),
    held AS (
      UPDATE evently.event_seats s
         SET status = 'held', current_booking_id = p_booking, hold_expires_at = p_until, version = s.version + 1,
             changed_xid = pg_current_xact_id(), updated_at = now()
        FROM priced l, taken WHERE s.event_id = p_event AND s.id = l.id)
    SELECT t.reference, f.total, f.fees, f.lines, f.seats, f.houses, f.priced INTO r FROM found f LEFT JOIN taken t ON true;
    IF r.reference IS NOT NULL THEN
      RETURN r;
    END IF;
    missing := cardinality(p_seats) - coalesce(cardinality(r.seats), 0);
    IF missing > 0 THEN
      run_out := evently._sweep_seats(p_event, p_seats, missing, p_now, p_longest);
      CONTINUE WHEN cardinality(run_out) = missing;
    END IF;
    IF missing > 0 AND (SELECT count(DISTINCT seat) FROM unnest(p_seats) AS seat) < cardinality(p_seats) THEN
      r.refused := 'seat_twice';
    ELSIF missing > 0 THEN
      r.refused := 'seats_gone';
      r.details := evently._reasons(p_event, p_seats, r.seats || run_out, p_now, p_longest);
      -- Two counters may each have locked what the other one lacks. If nothing else is in the way, neither is refused:
      -- both let go and come again a moment later, when one of them has it.
      IF NOT jsonb_path_exists(r.details, '$.seats[*] ? (@.reason != "busy")') THEN
        RAISE EXCEPTION 'these seats are being taken this moment' USING ERRCODE = 'lock_not_available';
      END IF;
    ELSIF r.priced < cardinality(p_seats) THEN
      r.refused := 'not_priced';
    ELSIF EXISTS (SELECT FROM evently.hold_types h WHERE h.id = ANY (r.houses)
                     AND evently._rank(h.may_sell) > evently._rank(p_role)) THEN
      r.refused := 'house_seats';
    ELSIF r.houses IS NOT NULL AND NOT house_too THEN
      house_too := true;
      CONTINUE;
    END IF;
    RETURN r;
  END LOOP;
END $$;

-- Free a booking's seats; p_seats NULL means all it still has. Seats that somebody else took meanwhile stay his.
CREATE FUNCTION evently._free(p_event uuid, p_booking uuid, p_seats uuid[] DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  freed integer;
BEGIN
  PERFORM FROM evently.event_seats
    WHERE event_id = p_event AND current_booking_id = p_booking AND (p_seats IS NULL OR id = ANY (p_seats))
    ORDER BY id FOR UPDATE;
  UPDATE evently.booking_seats SET released_at = now()
   WHERE event_id = p_event AND booking_id = p_booking AND released_at IS NULL
     AND (p_seats IS NULL OR seat_id = ANY (p_seats));
  GET DIAGNOSTICS freed = ROW_COUNT;
  UPDATE evently.event_seats
     SET status = 'available', current_booking_id = NULL, hold_expires_at = NULL, version = version + 1,
         changed_xid = pg_current_xact_id(), updated_at = now()
   WHERE event_id = p_event AND current_booking_id = p_booking AND (p_seats IS NULL OR id = ANY (p_seats));
  RETURN freed;
END $$;
