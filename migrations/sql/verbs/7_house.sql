-- The house: seats of a new event, house seats, kills, and the till.

-- Build an event's seats from its plan, or bring their prices up to date; sold and held seats keep what they have.
CREATE FUNCTION evently.build_seats(p_event uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  e evently.events;
  n integer;
BEGIN
  IF evently._rank((evently._actor()).role) >= evently._rank('organizer') IS NOT TRUE THEN
    RAISE EXCEPTION 'only an organizer builds the seats of an event' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO e FROM evently.events WHERE id = p_event;
  INSERT INTO evently.event_seats (event_id, id, ordinal, section, row_number, seat_number, zone_id, place, base_price, price,
                                   view_quality_score, distance_to_stage)
  SELECT e.id, s.seat_id, s.ordinal, s.section, s.row_number, s.seat_number, s.zone_id, s.place, coalesce(p.amount, 0),
         coalesce(p.amount, 0), s.quality, s.distance
    FROM evently.plan_seats s
    LEFT JOIN evently.prices p ON p.event_id = e.id AND p.zone_id = s.zone_id
     AND p.price_type_id = (SELECT id FROM evently.price_types WHERE is_standard)
   WHERE s.plan_id = e.plan_id
  ON CONFLICT (event_id, id) DO UPDATE
     SET base_price = excluded.base_price, price = round(excluded.base_price * event_seats.dynamic_multiplier),
         version = event_seats.version + 1, changed_xid = pg_current_xact_id(), updated_at = now()
   WHERE event_seats.base_price <> excluded.base_price;
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE evently.events SET total_capacity = (SELECT count(*) FROM evently.event_seats
    WHERE event_id = p_event AND status <> 'killed') WHERE id = p_event;
  RETURN n;
END $$;

-- Set seats aside for the house (a hold type), or give them back with NULL. Only free seats change.
CREATE FUNCTION evently.set_aside(p_event uuid, p_seats uuid[], p_hold_type uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  n integer;
BEGIN
  IF evently._rank((evently._actor()).role) >= evently._rank('organizer') IS NOT TRUE THEN
    RAISE EXCEPTION 'only an organizer sets seats aside' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM FROM evently.event_seats WHERE event_id = p_event AND id = ANY (p_seats) ORDER BY id FOR UPDATE;
  UPDATE evently.event_seats SET hold_type_id = p_hold_type, version = version + 1, changed_xid = pg_current_xact_id(),
         updated_at = now()
   WHERE event_id = p_event AND id = ANY (p_seats) AND status = 'available';
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- Take seats out of capacity, or back in.
CREATE FUNCTION evently.kill_seats(p_event uuid, p_seats uuid[], p_killed boolean) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  n integer;
BEGIN
  IF evently._rank((evently._actor()).role) >= evently._rank('organizer') IS NOT TRUE THEN
    RAISE EXCEPTION 'only an organizer kills seats' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM FROM evently.event_seats WHERE event_id = p_event AND id = ANY (p_seats) ORDER BY id FOR UPDATE;
  UPDATE evently.event_seats SET status = CASE WHEN p_killed THEN 'killed' ELSE 'available' END, version = version + 1,
         changed_xid = pg_current_xact_id(), updated_at = now()
   WHERE event_id = p_event AND id = ANY (p_seats) AND status = CASE WHEN p_killed THEN 'available' ELSE 'killed' END;
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE evently.events SET total_capacity = total_capacity + CASE WHEN p_killed THEN -n ELSE n END WHERE id = p_event;
  RETURN n;
END $$;

CREATE FUNCTION evently._shift_row(s evently.shifts) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('id', s.id, 'till', t.name, 'currency', t.currency, 'opened_at', s.opened_at,
                            'float', s.float_amount, 'cash_step', t.cash_step) FROM evently.tills t WHERE t.id = s.till_id
$$;

CREATE FUNCTION evently.open_shift(p_shift uuid, p_till uuid, p_float bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  a evently.users := evently._actor();
  s evently.shifts := (SELECT x FROM evently.shifts x WHERE x.id = p_shift);
  why text;
BEGIN
  IF s.id IS NOT NULL AND (s.till_id, s.user_id, s.float_amount) = (p_till, a.id, p_float) THEN
    RETURN evently._shift_row(s);
  END IF;
  why := CASE
    WHEN a.id IS NULL THEN 'not_staff'
    WHEN s.id IS NOT NULL THEN 'id_reused'
    WHEN p_float IS NULL OR p_float < 0 OR NOT EXISTS (SELECT FROM evently.tills WHERE id = p_till AND is_active) THEN 'bad_call'
    WHEN EXISTS (SELECT FROM evently.shifts WHERE status = 'open' AND user_id = a.id) THEN 'shift_open'
    WHEN EXISTS (SELECT FROM evently.shifts WHERE status = 'open' AND till_id = p_till) THEN 'till_in_use' END;
  IF why IS NOT NULL THEN
    RETURN evently._refuse(NULL, NULL, 'open_shift', why);
  END IF;
  INSERT INTO evently.shifts (id, till_id, user_id, login, float_amount, station)
  VALUES (p_shift, p_till, a.id, session_user, p_float, coalesce(current_setting('evently.station', true), ''))
  RETURNING * INTO s;
  INSERT INTO evently.till_movements (shift_id, kind, amount, reason, login) VALUES (s.id, 'float', p_float, '', session_user);
  RETURN evently._shift_row(s);
END $$;

-- The count is blind: the drawer's amount goes in before what it should be comes out.
CREATE FUNCTION evently.close_shift(p_shift uuid, p_counted bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  a evently.users := evently._actor();
  s evently.shifts;
  expected bigint;
BEGIN
  SELECT * INTO s FROM evently.shifts WHERE id = p_shift FOR UPDATE;
  IF s.id IS NULL OR a.id IS NULL OR (s.user_id <> a.id AND evently._rank(a.role) < evently._rank('manager')) THEN
    RETURN evently._refuse(NULL, NULL, 'close_shift', 'not_yours');
  ELSIF p_counted IS NULL OR p_counted < 0 THEN
    RETURN evently._refuse(NULL, NULL, 'close_shift', 'bad_call');
  ELSIF s.status = 'closed' AND s.counted_amount <> p_counted THEN
    RETURN evently._refuse(NULL, NULL, 'close_shift', 'id_reused');
  END IF;
  IF s.status = 'open' THEN
    expected := coalesce((SELECT sum(CASE kind WHEN 'sale' THEN amount + rounding ELSE -amount - rounding END)
                            FROM evently.payments WHERE shift_id = s.id AND method = 'cash' AND status = 'captured'), 0)
              + coalesce((SELECT sum(CASE kind WHEN 'paid_out' THEN -amount ELSE amount END)
                            FROM evently.till_movements WHERE shift_id = s.id AND kind <> 'count'), 0);
    INSERT INTO evently.till_movements (shift_id, kind, amount, reason, login) VALUES (s.id, 'count', p_counted, '', session_user);
    UPDATE evently.shifts SET status = 'closed', closed_at = now(), counted_amount = p_counted, expected_amount = expected,
           version = version + 1 WHERE id = s.id RETURNING * INTO s;
  END IF;
  RETURN jsonb_build_object('counted', s.counted_amount, 'expected', s.expected_amount);
END $$;

-- One partition a month; call it ahead of time, it does nothing twice.
-- Months are UTC's, whatever zone the caller lives in.
CREATE FUNCTION evently.prepare_notifications(p_month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first constant date := date_trunc('month', p_month);
  partition constant text := 'notifications_' || to_char(first, 'YYYY_MM');
  midnight constant text := 'YYYY-MM-DD "00:00+00"';
BEGIN
  EXECUTE format('CREATE TABLE IF NOT EXISTS evently.%I PARTITION OF evently.notifications
                  FOR VALUES FROM (%L) TO (%L)', partition, to_char(first, midnight),
                 to_char(first + interval '1 month', midnight));
  EXECUTE format('ALTER TABLE evently.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
END $$;
