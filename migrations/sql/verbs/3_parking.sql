-- A basket that is put aside while its customer looks for his purse, and picked up again at any counter. Its clock
-- goes on. Parked, it is on nobody's screen: whoever goes on with it, its own seller too, picks it up first.

CREATE FUNCTION evently.park_hold(p_event uuid, p_booking uuid) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  r evently._own := evently._own_hold(p_event, p_booking, clock_timestamp());
BEGIN
  IF r.why <> 'parked' THEN
    RETURN evently._refuse(p_event, p_booking, 'park', r.why);
  ELSIF r.why IS NULL THEN
    UPDATE evently.bookings SET parked_at = now(), updated_at = now() WHERE event_id = p_event AND id = p_booking;
    PERFORM evently._log(p_event, p_booking, 'parked', (r.a).id, '{}');
  END IF;
  RETURN evently._basket(p_event, p_booking);
END $$;

-- The clerk who picks a basket up is its seller from now on. A basket that is his already is his answer again.
CREATE FUNCTION evently.pick_up_hold(p_event uuid, p_booking uuid) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  here constant text := coalesce(current_setting('evently.station', true), '');
  r evently._own := evently._own_hold(p_event, p_booking, t);
  parked constant boolean := (r.b).status = 'held' AND (r.b).parked_at IS NOT NULL;
  why text := r.why;
BEGIN
  IF parked AND why IN ('parked', 'not_yours') THEN
    why := CASE WHEN NOT evently._is_live((r.b).hold_expires_at, t, r.longest) THEN 'hold_expired' END;
  END IF;
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'pick_up', why);
  ELSIF parked THEN
    -- A screen that showed the basket before has an old version now, even where the seller is the same.
    UPDATE evently.bookings
       SET parked_at = NULL, seller_id = (r.a).id, seller_login = session_user, seller_initials = (r.a).initials,
           station = here, version = version + 1, updated_at = now()
     WHERE event_id = p_event AND id = p_booking;
    -- The maps say whose the seats are.
    PERFORM FROM evently.event_seats WHERE event_id = p_event AND current_booking_id = p_booking ORDER BY id FOR UPDATE;
    UPDATE evently.event_seats SET version = version + 1, changed_xid = pg_current_xact_id(), updated_at = now()
     WHERE event_id = p_event AND current_booking_id = p_booking;
    PERFORM evently._log(p_event, p_booking, 'picked_up', (r.a).id,
                         jsonb_build_object('from', (r.b).seller_login, 'at', (r.b).station));
  END IF;
  RETURN evently._basket(p_event, p_booking);
END $$;
