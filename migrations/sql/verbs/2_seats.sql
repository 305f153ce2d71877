-- Taking and freeing seats: the only statements of the product that do.

CREATE TYPE evently._locked_seats AS (
  refused text, details jsonb, seats uuid[], types uuid[], prices bigint[], fees bigint[], total bigint,
  fee_total bigint, houses uuid[], run_out uuid[], lines jsonb
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

-- Lock all the seats or none, sorted, without waiting for anybody, and price them. Nothing is written yet.
CREATE FUNCTION evently._lock_seats(p_event uuid, p_fee bigint, p_role text, p_seats uuid[], p_types uuid[],
                                    p_now timestamptz, p_longest integer)
RETURNS evently._locked_seats LANGUAGE plpgsql AS $$
DECLARE
  r evently._locked_seats;
  wanted constant integer := cardinality(p_seats);
  found integer;
BEGIN
  WITH locked AS MATERIALIZED (
    SELECT s.id, s.ordinal, s.section, s.row_number, s.seat_number, s.zone_id, s.hold_type_id, s.dynamic_multiplier,
           CASE s.status WHEN 'held' THEN s.current_booking_id END AS run_out
      FROM evently.event_seats s
     WHERE s.event_id = p_event AND s.id = ANY (p_seats)
       AND (s.status = 'available'
            OR s.status = 'held' AND NOT evently._is_live(s.hold_expires_at, p_now, p_longest))
     ORDER BY s.id FOR UPDATE SKIP LOCKED),
  priced AS (
    SELECT l.*, t.id AS type, t.name AS type_name, z.name AS zone,
           CASE WHEN t.is_comp THEN 0 ELSE round(p.amount * l.dynamic_multiplier)::bigint END AS now_price,
           CASE WHEN t.is_comp THEN 0 ELSE p_fee END AS fee
      FROM locked l
      JOIN evently.price_zones z ON z.id = l.zone_id
      LEFT JOIN evently.price_types t ON t.id = p_types[array_position(p_seats, l.id)] AND t.is_active
      LEFT JOIN evently.prices p ON p.event_id = p_event AND p.zone_id = l.zone_id AND p.price_type_id = t.id)
  SELECT count(*), array_agg(l.id), array_agg(l.type), array_agg(l.now_price), array_agg(l.fee),
         sum(l.now_price + l.fee), sum(l.fee), array_remove(array_agg(l.hold_type_id), NULL),
         array_remove(array_agg(l.run_out), NULL),
         jsonb_agg(evently._line(l.ordinal, l.id, l.section, l.row_number, l.seat_number, l.zone, l.type, l.type_name,
                                 l.now_price, l.fee))
    INTO found, r.seats, r.types, r.prices, r.fees, r.total, r.fee_total, r.houses, r.run_out, r.lines
    FROM priced l;
  IF found < wanted AND (SELECT count(DISTINCT seat) FROM unnest(p_seats) AS seat) < wanted THEN
    r.refused := 'seat_twice';
  ELSIF found < wanted THEN
    r.refused := 'seats_gone';
    r.details := evently._reasons(p_event, p_seats, coalesce(r.seats, '{}'), p_now, p_longest);
    -- Two counters may each have locked what the other one lacks. If nothing else is in the way, neither is refused:
    -- both let go and come again a moment later, when one of them has it.
    IF NOT jsonb_path_exists(r.details, '$.seats[*] ? (@.reason != "busy")') THEN
      RAISE EXCEPTION 'these seats are being taken this moment' USING ERRCODE = 'lock_not_available';
    END IF;
  ELSIF array_position(r.prices, NULL) IS NOT NULL THEN
    r.refused := 'not_priced';
  ELSIF r.houses <> '{}' AND EXISTS (
      SELECT FROM evently.hold_types h WHERE h.id = ANY (r.houses)
         AND evently._rank(h.may_sell) > evently._rank(p_role)) THEN
    r.refused := 'house_seats';
  END IF;
  RETURN r;
END $$;

-- Give locked seats to a booking that exists, and write it down: one statement, as each costs a hold its share.
CREATE FUNCTION evently._take(p_event uuid, p_booking uuid, r evently._locked_seats, p_expires timestamptz,
                              p_action text, p_user uuid, p_details jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- A hold that ran out and was not swept yet still has its line; no line of a sale can be among these.
  IF r.run_out <> '{}' THEN
    UPDATE evently.booking_seats SET released_at = now()
     WHERE event_id = p_event AND seat_id = ANY (r.seats) AND booking_id = ANY (r.run_out) AND released_at IS NULL;
  END IF;
  WITH lines AS (
    INSERT INTO evently.booking_seats (event_id, booking_id, seat_id, price_type_id, price_at_booking, fee)
    SELECT p_event, p_booking, t.* FROM unnest(r.seats, r.types, r.prices, r.fees) AS t),
  log AS (
    INSERT INTO evently.booking_logs (event_id, booking_id, action, user_id, login, station, program, details)
    VALUES (p_event, p_booking, p_action, p_user, session_user, coalesce(current_setting('evently.station', true), ''),
            current_setting('application_name'), p_details))
  UPDATE evently.event_seats
     SET status = 'held', current_booking_id = p_booking, hold_expires_at = p_expires, version = version + 1,
         changed_xid = pg_current_xact_id(), updated_at = now()
   WHERE event_id = p_event AND id = ANY (r.seats);
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
