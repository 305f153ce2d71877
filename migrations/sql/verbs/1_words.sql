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

-- These are PL/pgSQL even where one statement is all: PostgreSQL keeps its plan, which for SQL it does from 18 on.
CREATE FUNCTION evently._log(p_event uuid, p_booking uuid, p_action text, p_user uuid, p_details jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO evently.booking_logs (event_id, booking_id, action, user_id, login, station, program, details)
  VALUES (p_event, p_booking, p_action, p_user, session_user, coalesce(current_setting('evently.station', true), ''),
          current_setting('application_name'), p_details);
END $$;

-- Who acts: session_user, never current_user, which inside these functions is their owner.
CREATE FUNCTION evently._actor() RETURNS evently.users LANGUAGE plpgsql STABLE AS $$
DECLARE
  a evently.users;
BEGIN
  SELECT * INTO a FROM evently.users u WHERE u.login = session_user AND u.is_active AND u.deleted_at IS NULL;
  RETURN a;
END $$;

CREATE FUNCTION evently._rank(p_role text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT array_position(ARRAY['clerk', 'organizer', 'manager', 'admin'], p_role)
$$;

-- EVT-XXXX-XXXX: seven random characters and a check character, none of which look alike. 31 is prime, so the
-- weighted sum finds every wrong character and every exchanged pair.
CREATE FUNCTION evently._reference() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  alphabet constant text := '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
  -- Hard to mistype, not hard to guess: a reference opens nothing. 27512614111 is 31 to the power of 7.
  dice bigint := floor(random() * 27512614111);
  total integer := 0;
  said text := 'EVT-';
BEGIN
  FOR place IN 1..7 LOOP
    total := total + dice % 31 * place;
    said := said || substr(alphabet, (dice % 31)::integer + 1, 1) || CASE place WHEN 4 THEN '-' ELSE '' END;
    dice := dice / 31;
  END LOOP;
  RETURN said || substr(alphabet, total % 31 + 1, 1);
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
LANGUAGE sql STABLE AS $$
  SELECT p_expires > p_now AND p_expires <= p_now + make_interval(secs => p_longest)
$$;

-- A seat as a clerk says it: "Stalls K12", and "Tables T5/1" where the row ends in a digit.
CREATE FUNCTION evently._seat_name(p_section text, p_row text, p_number text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT p_section || ' ' || p_row || CASE WHEN right(p_row, 1) COLLATE "C" BETWEEN '0' AND '9' THEN '/' ELSE '' END || p_number
$$;

-- One line of a basket, as the counter shows it: in this order, without names. All answers about baskets are json, which
-- is only text to PostgreSQL: jsonb would be taken apart and put together again in each of them.
CREATE FUNCTION evently._line(p_ordinal integer, p_seat uuid, p_section text, p_row text, p_number text, p_zone text,
                              p_type uuid, p_type_name text, p_price bigint, p_fee bigint) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT json_build_array(p_ordinal, p_seat, evently._seat_name(p_section, p_row, p_number), p_zone, p_type, p_type_name,
                          p_price, p_fee)
$$;

-- A basket, as the counter shows it.
CREATE FUNCTION evently._basket_of(p_reference text, p_version integer, p_status text, p_until timestamptz,
                                   p_currency text, p_fees bigint, p_total bigint, p_customer text, p_lines json)
RETURNS json LANGUAGE sql VOLATILE AS $$
  SELECT json_build_object(
    'reference', p_reference, 'version', p_version, 'status', p_status, 'expires_at', p_until,
    'now', clock_timestamp(), 'currency', p_currency, 'fees', p_fees, 'total', p_total,
    'customer', p_customer, 'seats', p_lines)
$$;

-- The basket as it is stored.
CREATE FUNCTION evently._basket(p_event uuid, p_booking uuid) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  b evently.bookings;
  customer text;
BEGIN
  SELECT * INTO b FROM evently.bookings WHERE event_id = p_event AND id = p_booking;
  SELECT u.name INTO customer FROM evently.users u WHERE u.id = b.customer_id;
  RETURN evently._basket_of(b.reference, b.version, b.status, b.hold_expires_at, b.currency, b.fee_amount, b.total_amount, customer, (
    SELECT json_agg(evently._line(s.ordinal, s.id, s.section, s.row_number, s.seat_number, z.name, t.id, t.name,
                                  bs.price_at_booking, bs.fee) ORDER BY s.ordinal)
      FROM evently.booking_seats bs
      JOIN evently.event_seats s ON s.event_id = bs.event_id AND s.id = bs.seat_id
      JOIN evently.price_zones z ON z.id = s.zone_id
      JOIN evently.price_types t ON t.id = bs.price_type_id
     WHERE bs.event_id = p_event AND bs.booking_id = p_booking AND bs.released_at IS NULL));
END $$;
