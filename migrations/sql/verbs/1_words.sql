-- What every verb says and does alike. Names that start with an underscore are nobody's to call.

-- A refusal is a result, so that its row in booking_attempts commits with it.
CREATE FUNCTION evently._refuse(p_event uuid, p_booking uuid, p_verb text, p_code text, p_quantity integer DEFAULT 0,
                                p_details jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO evently.booking_attempts (event_id, booking_id, user_id, login, verb, quantity, result, failure_reason,
                                        details, station, program, ip_address)
  VALUES (coalesce(p_event, '00000000-0000-0000-0000-000000000000'), p_booking,
          (SELECT id FROM evently.users WHERE login = session_user), session_user, p_verb, coalesce(p_quantity, 0),
          'refused', p_code, p_details, coalesce(current_setting('evently.station', true), ''),
          current_setting('application_name'), inet_client_addr());
  RETURN p_details || jsonb_build_object('refused', p_code);
END $$;

CREATE FUNCTION evently._log(p_event uuid, p_booking uuid, p_action text, p_user uuid, p_details jsonb) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO evently.booking_logs (event_id, booking_id, action, user_id, login, station, program, details)
  VALUES (p_event, p_booking, p_action, p_user, session_user, coalesce(current_setting('evently.station', true), ''),
          current_setting('application_name'), p_details)
$$;

-- Who acts: session_user, never current_user, which inside these functions is their owner.
CREATE FUNCTION evently._actor() RETURNS evently.users LANGUAGE sql STABLE AS $$
  SELECT u FROM evently.users u WHERE u.login = session_user AND u.is_active AND u.deleted_at IS NULL
$$;

CREATE FUNCTION evently._rank(p_role text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT array_position(ARRAY['clerk', 'organizer', 'manager', 'admin'], p_role)
$$;

-- EVT-XXXX-XXXX: seven random characters and a check character, none of which look alike. 31 is prime, so the
-- weighted sum finds every wrong character and every exchanged pair.
CREATE FUNCTION evently._reference() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  alphabet constant text := '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
  dice constant bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  digit integer;
  total integer := 0;
  word text := '';
BEGIN
  FOR i IN 1..7 LOOP
    -- Bytes 0 to 5 and 9 to 15 of a version 4 UUID are random in all their bits; 16 bits make the bias vanish.
    digit := (get_byte(dice, i - 1 + (i = 7)::int * 3) * 256 + get_byte(dice, i + 15 + (i = 7)::int * 3)) % 31;
    total := total + digit * i;
    word := word || substr(alphabet, digit + 1, 1);
  END LOOP;
  word := word || substr(alphabet, total % 31 + 1, 1);
  RETURN 'EVT-' || left(word, 4) || '-' || right(word, 4);
END $$;

-- Why this event cannot be sold now, or NULL.
CREATE FUNCTION evently._closed(e evently.events, p_now timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN e.id IS NULL THEN 'event_unknown'
    WHEN e.status = 'cancelled' THEN 'event_cancelled'
    WHEN e.status = 'draft' THEN 'event_draft'
    WHEN e.status = 'completed' OR coalesce(e.ends_at, e.starts_at) <= p_now THEN 'event_past'
    WHEN e.on_sale_from > p_now THEN 'not_on_sale_yet'
    WHEN e.on_sale_until <= p_now THEN 'sale_closed' END
$$;

-- A hold lives by the server's clock and inside its bound, so a clock that was stepped back cannot stretch it.
CREATE FUNCTION evently._is_live(p_expires timestamptz, p_now timestamptz, p_longest integer) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT p_expires > p_now AND p_expires <= p_now + make_interval(secs => p_longest)
$$;

-- The basket as the counter shows it.
CREATE FUNCTION evently._basket(p_event uuid, p_booking uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'reference', b.reference, 'version', b.version, 'status', b.status, 'expires_at', b.hold_expires_at,
    'now', clock_timestamp(), 'currency', b.currency, 'fees', b.fee_amount, 'total', b.total_amount,
    'seats', (
      SELECT jsonb_agg(jsonb_build_object(
               'ordinal', s.ordinal, 'seat', s.id, 'name', s.section || ' ' || s.row_number || s.seat_number,
               'zone', z.name, 'type', bs.price_type_id, 'type_name', t.name, 'price', bs.price_at_booking,
               'fee', bs.fee) ORDER BY s.ordinal)
        FROM evently.booking_seats bs
        JOIN evently.event_seats s ON s.event_id = bs.event_id AND s.id = bs.seat_id
        JOIN evently.price_zones z ON z.id = s.zone_id
        JOIN evently.price_types t ON t.id = bs.price_type_id
       WHERE bs.event_id = b.event_id AND bs.booking_id = b.id AND bs.released_at IS NULL))
    FROM evently.bookings b WHERE b.event_id = p_event AND b.id = p_booking
$$;
