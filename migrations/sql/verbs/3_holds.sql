-- hold, change, extend, release, sweep. The booking's id comes from the client and makes a repeat safe.

-- The same seats with the same price types as the booking has now, or if it is over, as it had?
CREATE FUNCTION evently._has_exactly(p_event uuid, p_booking uuid, p_seats uuid[], p_types uuid[], p_over boolean = false)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT count(*) = cardinality(p_seats) AND count(w.seat) = cardinality(p_seats)
    FROM evently.booking_seats bs
    LEFT JOIN unnest(p_seats, p_types) AS w(seat, type) ON w.seat = bs.seat_id AND w.type = bs.price_type_id
   WHERE bs.event_id = p_event AND bs.booking_id = p_booking AND (bs.released_at IS NULL OR p_over)
$$;

-- What is wrong with the question itself, or NULL.
CREATE FUNCTION evently._bad_choice(p_most integer, p_seats uuid[], p_types uuid[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN coalesce(cardinality(p_seats), 0) = 0 THEN 'no_seats'
    WHEN cardinality(p_seats) <> coalesce(cardinality(p_types), 0) OR array_position(p_seats, NULL) IS NOT NULL
      THEN 'bad_call'
    WHEN cardinality(p_seats) > p_most THEN 'too_many' END
$$;

CREATE FUNCTION evently.hold_seats(p_event uuid, p_booking uuid, p_seats uuid[], p_types uuid[]) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  n constant integer := coalesce(cardinality(p_seats), 0);
  here constant text := coalesce(current_setting('evently.station', true), '');
  b record;
  x record;
  r evently._taken;
  until timestamptz;
  why text;
BEGIN
  SELECT a.id AS actor, a.initials, a.role, o.hold_seconds, o.longest_hold_seconds, evently._closed(e, t) AS closed,
         e.max_seats, e.fee_per_seat, e.currency, e.one_per_customer,
         CASE WHEN h.seats + n > o.held_seats_per_login OR h.at_station + n > o.held_seats_per_station
              THEN 'too_many_held' END AS full_hands
    INTO x
    FROM evently.box_office o
    LEFT JOIN evently.users a ON a.login = session_user AND a.is_active AND a.deleted_at IS NULL
    LEFT JOIN evently.events e ON e.id = p_event
   CROSS JOIN LATERAL (
      SELECT coalesce(sum(k.quantity), 0) AS seats, coalesce(sum(k.quantity) FILTER (WHERE k.station = here), 0) AS at_station
        FROM evently.bookings k WHERE k.seller_id = a.id AND k.status = 'held' AND k.hold_expires_at > t) AS h
   WHERE o.id = 1;
  why := coalesce(CASE WHEN x.actor IS NULL THEN 'not_staff' WHEN p_booking IS NULL THEN 'bad_call' END, x.closed,
                  evently._bad_choice(x.max_seats, p_seats, p_types), x.full_hands);
  IF why IS NULL THEN
    until := t + make_interval(secs => x.hold_seconds);
    r := evently._take(p_event, p_booking, p_seats, p_types, x.actor, x.role, x.fee_per_seat, t, x.longest_hold_seconds,
                       until, 'held', jsonb_build_object('seats', p_seats), true, x.initials, x.currency, x.one_per_customer);
    IF r.reference IS NOT NULL THEN
      RETURN evently._basket_of(r.reference, 1, 'held', until, x.currency, r.fees, r.total, NULL, r.lines);
    END IF;
    why := r.refused;
  END IF;
  -- A repeat after a lost answer finds its own seats held, or the event closed meanwhile, and is answered as the first
  -- call was. One that overtakes its first try finds them locked, comes again (see _take), and ends here, too.
  -- Meanwhile the hold may have run out, and others may have taken what it had: the seats count, as in _move_end.
  SELECT k.seller_id, k.status,
         k.status <> 'held' OR NOT evently._is_live(k.hold_expires_at, t, x.longest_hold_seconds) OR k.quantity <> (
           SELECT count(*) FROM evently.event_seats WHERE event_id = p_event AND current_booking_id = p_booking) AS over
    INTO b FROM evently.bookings k WHERE k.event_id = p_event AND k.id = p_booking;
  IF x.actor IS NOT NULL AND b.status IS NOT NULL THEN
    why := CASE
      WHEN b.seller_id <> x.actor OR NOT evently._has_exactly(p_event, p_booking, p_seats, p_types, b.over) THEN 'id_reused'
      WHEN b.status = 'confirmed' THEN 'already_sold'
      WHEN b.status = 'cancelled' THEN 'released'
      WHEN b.over THEN 'hold_expired' END;
    IF why IS NULL THEN
      RETURN evently._basket(p_event, p_booking);
    END IF;
    RETURN evently._refuse(p_event, p_booking, 'hold', why, n);
  END IF;
  RETURN evently._refuse(p_event, p_booking, 'hold', why, n, coalesce(r.details, '{}'));
END $$;

-- Lock a booking that this login may change while it is held: (booking, why not). The booking comes before its seats.
CREATE TYPE evently._own AS (b evently.bookings, a evently.users, longest integer, hold integer, pay integer, why text);
CREATE FUNCTION evently._own_hold(p_event uuid, p_booking uuid, t timestamptz) RETURNS evently._own
LANGUAGE plpgsql AS $$
DECLARE
  r evently._own;
BEGIN
  r.a := evently._actor();
  SELECT longest_hold_seconds, hold_seconds, payment_seconds INTO r.longest, r.hold, r.pay FROM evently.box_office WHERE id = 1;
  SELECT x INTO r.b FROM evently.bookings x WHERE event_id = p_event AND id = p_booking FOR UPDATE;
  r.why := CASE
    WHEN (r.a).id IS NULL THEN 'not_staff'
    WHEN (r.b).id IS NULL THEN 'booking_unknown'
    WHEN (r.b).seller_id <> (r.a).id THEN 'not_yours'
    WHEN (r.b).status = 'confirmed' THEN 'already_sold'
    WHEN (r.b).status = 'cancelled' THEN 'released'
    WHEN (r.b).status = 'expired' OR NOT evently._is_live((r.b).hold_expires_at, t, r.longest) THEN 'hold_expired'
    WHEN (r.b).parked_at IS NOT NULL THEN 'parked' END;
  RETURN r;
END $$;

-- Move the end of a hold, on the booking and its seats, within the bound that started with the basket. The
-- seats count: if one of them was taken after the hold ran out, there is nothing left to extend.
CREATE FUNCTION evently._move_end(r evently._own, p_until timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  until timestamptz := least(p_until, (r.b).created_at + make_interval(secs => r.longest));
  moved integer;
BEGIN
  IF until <= (r.b).hold_expires_at THEN
    RETURN NULL;
  END IF;
  PERFORM FROM evently.event_seats WHERE event_id = (r.b).event_id AND current_booking_id = (r.b).id ORDER BY id FOR UPDATE;
  UPDATE evently.event_seats
     SET hold_expires_at = until, version = version + 1, changed_xid = pg_current_xact_id(), updated_at = now()
   WHERE event_id = (r.b).event_id AND current_booking_id = (r.b).id AND status = 'held';
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> (r.b).quantity THEN
    RETURN 'hold_expired';
  END IF;
  UPDATE evently.bookings SET hold_expires_at = until, updated_at = now()
   WHERE event_id = (r.b).event_id AND id = (r.b).id;
  RETURN NULL;
END $$;

CREATE FUNCTION evently.extend_hold(p_event uuid, p_booking uuid) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  r evently._own := evently._own_hold(p_event, p_booking, t);
  why text := r.why;
BEGIN
  IF why IS NULL AND (r.b).hold_expires_at >= (r.b).created_at + make_interval(secs => r.longest) THEN
    why := 'longest_hold';
  END IF;
  IF why IS NULL THEN
    why := evently._move_end(r, t + make_interval(secs => r.hold));
  END IF;
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'extend', why);
  END IF;
  PERFORM evently._log(p_event, p_booking, 'extended', (r.a).id, '{}');
  RETURN evently._basket(p_event, p_booking);
END $$;

-- The basket now holds exactly these seats for these people. The version read by the client is the key of a repeat.
CREATE FUNCTION evently.change_hold(p_event uuid, p_booking uuid, p_version integer, p_seats uuid[], p_types uuid[])
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  r evently._own := evently._own_hold(p_event, p_booking, t);
  e evently.events;
  l evently._taken;
  why text := r.why;
  kept uuid[];
  new_seats uuid[];
  new_types uuid[];
BEGIN
  SELECT * INTO e FROM evently.events WHERE id = p_event;
  why := coalesce(why, evently._closed(e, t), evently._bad_choice(e.max_seats, p_seats, p_types));
  IF why IS NULL AND evently._has_exactly(p_event, p_booking, p_seats, p_types) THEN
    RETURN evently._basket(p_event, p_booking);
  END IF;
  IF why IS NULL AND (r.b).version <> p_version THEN
    why := 'changed_elsewhere';
  END IF;
  IF why IS NULL THEN
    SELECT array_agg(w.seat) FILTER (WHERE bs.seat_id IS NOT NULL),
           array_agg(w.seat) FILTER (WHERE bs.seat_id IS NULL), array_agg(w.type) FILTER (WHERE bs.seat_id IS NULL)
      INTO kept, new_seats, new_types
      FROM unnest(p_seats, p_types) AS w(seat, type)
      LEFT JOIN evently.booking_seats bs ON bs.event_id = p_event AND bs.booking_id = p_booking
       AND bs.seat_id = w.seat AND bs.price_type_id = w.type AND bs.released_at IS NULL;
    -- A seat that changes only its price type is freed and taken again, by the same rules as any other.
    PERFORM evently._free(p_event, p_booking, ARRAY(
      SELECT seat_id FROM evently.booking_seats WHERE event_id = p_event AND booking_id = p_booking
         AND released_at IS NULL AND NOT seat_id = ANY (coalesce(kept, '{}'))));
    IF new_seats IS NOT NULL THEN
      l := evently._take(p_event, p_booking, new_seats, new_types, (r.a).id, (r.a).role, e.fee_per_seat, t, r.longest,
                         (r.b).hold_expires_at, 'changed', jsonb_build_object('seats', p_seats));
      IF l.refused IS NOT NULL THEN
        -- The freed seats must come back: leave by an error that only this function's caller can raise.
        RAISE EXCEPTION USING ERRCODE = 'EV001', MESSAGE = l.refused, DETAIL = coalesce(l.details, '{}')::text;
      END IF;
    ELSE
      PERFORM evently._log(p_event, p_booking, 'changed', (r.a).id, jsonb_build_object('seats', p_seats));
    END IF;
    UPDATE evently.bookings b
       SET quantity = cardinality(p_seats), total_amount = x.total, fee_amount = x.fees, version = version + 1,
           updated_at = now()
      FROM (SELECT sum(price_at_booking + fee) AS total, sum(fee) AS fees FROM evently.booking_seats
             WHERE event_id = p_event AND booking_id = p_booking AND released_at IS NULL) x
     WHERE b.event_id = p_event AND b.id = p_booking;
    RETURN evently._basket(p_event, p_booking);
  END IF;
  RETURN evently._refuse(p_event, p_booking, 'change', why, cardinality(p_seats));
EXCEPTION WHEN SQLSTATE 'EV001' THEN
  DECLARE
    details text;
  BEGIN
    GET STACKED DIAGNOSTICS details = PG_EXCEPTION_DETAIL, why = MESSAGE_TEXT;
    RETURN evently._refuse(p_event, p_booking, 'change', why, cardinality(p_seats), details::jsonb);
  END;
END $$;

CREATE FUNCTION evently.release_hold(p_event uuid, p_booking uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  r evently._own := evently._own_hold(p_event, p_booking, t);
BEGIN
  IF r.why = 'released' THEN
    RETURN jsonb_build_object('released', 0);
  ELSIF r.why = 'parked' OR r.why = 'not_yours' AND (r.b).status = 'held'
        AND evently._rank((r.a).role) >= evently._rank('manager') THEN
    r.why := NULL;
  ELSIF r.why = 'hold_expired' THEN
    RETURN jsonb_build_object('released', evently._expire(r.b));
  END IF;
  IF r.why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'release', r.why);
  END IF;
  UPDATE evently.bookings SET status = 'cancelled', cancelled_at = now(), hold_expires_at = NULL, version = version + 1,
         updated_at = now() WHERE event_id = p_event AND id = p_booking;
  PERFORM evently._log(p_event, p_booking, 'released', (r.a).id, '{}');
  RETURN jsonb_build_object('released', evently._free(p_event, p_booking));
END $$;

-- An expired booking, with its row locked, gives back what it still has.
CREATE FUNCTION evently._expire(b evently.bookings) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  IF b.status <> 'held' THEN
    RETURN 0;
  END IF;
  UPDATE evently.bookings SET status = 'expired', hold_expires_at = NULL, version = version + 1, updated_at = now()
   WHERE event_id = b.event_id AND id = b.id;
  PERFORM evently._log(b.event_id, b.id, 'expired', NULL, '{}');
  RETURN evently._free(b.event_id, b.id);
END $$;

-- Tidy up after holds that ran out. The truth does not wait for it: every statement checks the clock itself.
CREATE FUNCTION evently.sweep_holds(p_event uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  longest constant integer := (SELECT longest_hold_seconds FROM evently.box_office WHERE id = 1);
  b evently.bookings;
  freed integer := 0;
BEGIN
  -- By the index of held bookings, of all events: by its key, an event has thousands that are sold.
  FOR b IN WITH due AS MATERIALIZED (
             SELECT event_id, id FROM evently.bookings
              WHERE status = 'held' AND NOT evently._is_live(hold_expires_at, t, longest))
           SELECT x.* FROM due JOIN evently.bookings x ON x.event_id = due.event_id AND x.id = due.id
            WHERE due.event_id = p_event AND x.status = 'held' AND NOT evently._is_live(x.hold_expires_at, t, longest)
            ORDER BY x.id LIMIT 500 FOR UPDATE OF x SKIP LOCKED LOOP
    freed := freed + evently._expire(b);
  END LOOP;
  RETURN freed;
END $$;
