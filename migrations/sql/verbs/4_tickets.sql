-- Tickets: one that counts for each sold seat. The token in the QR code is 1 byte version, 16 event, 16 ticket,
-- 12 of an HMAC-SHA-256 (RFC 2104) over these and the ticket's secret.

CREATE FUNCTION evently._token(p_event uuid, p_ticket uuid, p_secret bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT m.said || substr(sha256(k.outer_pad || sha256(k.inner_pad || m.said || p_secret)), 1, 12)
    FROM evently.signing_keys k, (SELECT '\x01'::bytea || uuid_send(p_event) || uuid_send(p_ticket) AS said) m
   WHERE k.id = 1
$$;

-- Live tickets of a booking with their tokens; reading a token is on record with the caller's step.
CREATE FUNCTION evently._tickets(p_event uuid, p_booking uuid, p_ids uuid[] DEFAULT NULL) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'id', k.id, 'ordinal', s.ordinal, 'section', s.section, 'row', s.row_number, 'number', s.seat_number,
           'zone', z.name, 'type_name', t.name, 'price', bs.price_at_booking, 'status', k.status,
           'printed', k.printed_at IS NOT NULL, 'booking', k.booking_id, 'reference', b.reference,
           'currency', b.currency, 'token', encode(evently._token(p_event, k.id, k.secret), 'hex')) ORDER BY s.ordinal), '[]')
    FROM evently.tickets k
    JOIN evently.bookings b ON b.event_id = k.event_id AND b.id = k.booking_id
    JOIN evently.booking_seats bs ON bs.event_id = k.event_id AND bs.id = k.booking_seat_id
    JOIN evently.event_seats s ON s.event_id = k.event_id AND s.id = k.seat_id
    JOIN evently.price_zones z ON z.id = s.zone_id
    JOIN evently.price_types t ON t.id = bs.price_type_id
   WHERE k.event_id = p_event AND k.booking_id = p_booking AND k.status <> 'void'
     AND (p_ids IS NULL OR k.id = ANY (p_ids))
$$;

CREATE FUNCTION evently._make_tickets(p_event uuid, p_booking uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  made integer;
BEGIN
  INSERT INTO evently.tickets (event_id, booking_id, booking_seat_id, seat_id, secret, issued_by)
  SELECT p_event, p_booking, bs.id, bs.seat_id, uuid_send(gen_random_uuid()), session_user
    FROM evently.booking_seats bs
   WHERE bs.event_id = p_event AND bs.booking_id = p_booking AND bs.released_at IS NULL
     AND NOT EXISTS (SELECT FROM evently.tickets k WHERE k.event_id = p_event AND k.booking_seat_id = bs.id AND k.status <> 'void');
  GET DIAGNOSTICS made = ROW_COUNT;
  RETURN made;
END $$;

-- A confirmed booking, its row locked, or why not.
CREATE FUNCTION evently._confirmed(p_event uuid, p_booking uuid) RETURNS evently._own LANGUAGE plpgsql AS $$
DECLARE
  r evently._own;
BEGIN
  r.a := evently._actor();
  SELECT x INTO r.b FROM evently.bookings x WHERE event_id = p_event AND id = p_booking FOR UPDATE;
  r.why := CASE
    WHEN (r.a).id IS NULL THEN 'not_staff'
    WHEN (r.b).id IS NULL THEN 'booking_unknown'
    WHEN (r.b).status <> 'confirmed' THEN 'not_sold' END;
  RETURN r;
END $$;

-- The tickets still to be printed; a seat whose ticket was voided without another gets a new one.
CREATE FUNCTION evently.issue_tickets(p_event uuid, p_booking uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r evently._own := evently._confirmed(p_event, p_booking);
BEGIN
  IF r.why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'issue', r.why);
  END IF;
  PERFORM evently._make_tickets(p_event, p_booking);
  PERFORM evently._log(p_event, p_booking, 'issued', (r.a).id, '{}');
  RETURN jsonb_build_object('tickets', evently._tickets(p_event, p_booking, ARRAY(
    SELECT id FROM evently.tickets WHERE event_id = p_event AND booking_id = p_booking AND status = 'issued'
       AND printed_at IS NULL)));
END $$;

CREATE FUNCTION evently.mark_printed(p_event uuid, p_tickets uuid[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  a evently.users := evently._actor();
  marked integer;
BEGIN
  IF a.id IS NULL THEN
    RETURN 0;
  END IF;
  WITH printed AS (
    UPDATE evently.tickets SET printed_at = now()
     WHERE event_id = p_event AND id = ANY (p_tickets) AND status <> 'void' AND printed_at IS NULL
    RETURNING booking_id, id)
  SELECT count(evently._log(p_event, p.booking_id, 'printed', a.id, jsonb_build_object('tickets', p.ids))), sum(n)
    INTO marked, marked
    FROM (SELECT booking_id, jsonb_agg(id) AS ids, count(*) AS n FROM printed GROUP BY booking_id) p;
  RETURN coalesce(marked, 0);
END $$;

-- Each old ticket is void, a new one with another secret takes its place. The same call again, before the new
-- ones are printed, gives the same new ones.
CREATE FUNCTION evently.reprint_tickets(p_event uuid, p_tickets uuid[], p_reason text) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  bookings uuid[] := ARRAY(SELECT DISTINCT booking_id FROM evently.tickets WHERE event_id = p_event AND id = ANY (p_tickets));
  booking constant uuid := bookings[1];
  r evently._own;
  made uuid[];
  why text;
BEGIN
  IF cardinality(bookings) > 1 THEN
    why := 'bad_call';
  ELSE
    r := evently._confirmed(p_event, booking);
    why := coalesce(r.why, CASE WHEN btrim(coalesce(p_reason, '')) = '' THEN 'no_reason' END);
  END IF;
  IF why IS NULL THEN
    made := ARRAY(SELECT id FROM evently.tickets WHERE event_id = p_event AND replaces_id = ANY (p_tickets)
                     AND status = 'issued' AND printed_at IS NULL);
    IF cardinality(made) = cardinality(p_tickets) THEN
      RETURN jsonb_build_object('tickets', evently._tickets(p_event, booking, made));
    END IF;
    IF (SELECT count(*) FROM evently.tickets WHERE event_id = p_event AND id = ANY (p_tickets) AND status = 'issued')
       < cardinality(p_tickets) THEN
      why := 'ticket_void';
    END IF;
  END IF;
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, booking, 'reprint', why, cardinality(p_tickets));
  END IF;
  UPDATE evently.tickets SET status = 'void', voided_at = now(), void_reason = p_reason
   WHERE event_id = p_event AND id = ANY (p_tickets);
  WITH fresh AS (
    INSERT INTO evently.tickets (event_id, booking_id, booking_seat_id, seat_id, secret, issued_by, replaces_id)
    SELECT p_event, k.booking_id, k.booking_seat_id, k.seat_id, uuid_send(gen_random_uuid()), session_user, k.id
      FROM evently.tickets k WHERE k.event_id = p_event AND k.id = ANY (p_tickets)
    RETURNING id)
  SELECT array_agg(id) INTO made FROM fresh;
  PERFORM evently._log(p_event, booking, 'reprinted', (r.a).id,
                       jsonb_build_object('tickets', to_jsonb(p_tickets), 'reason', p_reason));
  RETURN jsonb_build_object('tickets', evently._tickets(p_event, booking, made));
END $$;

CREATE FUNCTION evently.void_tickets(p_event uuid, p_tickets uuid[], p_reason text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  a evently.users := evently._actor();
  booking constant uuid := (SELECT booking_id FROM evently.tickets WHERE event_id = p_event AND id = p_tickets[1]);
  why text;
  n integer;
BEGIN
  why := CASE WHEN a.id IS NULL THEN 'not_staff' WHEN booking IS NULL THEN 'ticket_unknown'
              WHEN btrim(coalesce(p_reason, '')) = '' THEN 'no_reason' END;
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, booking, 'void', why, cardinality(p_tickets));
  END IF;
  UPDATE evently.tickets SET status = 'void', voided_at = now(), void_reason = p_reason
   WHERE event_id = p_event AND id = ANY (p_tickets) AND status = 'issued' AND booking_id = booking;
  IF FOUND THEN
    PERFORM evently._log(p_event, booking, 'voided', a.id, jsonb_build_object('tickets', to_jsonb(p_tickets), 'reason', p_reason));
  END IF;
  SELECT count(*) INTO n FROM evently.tickets
   WHERE event_id = p_event AND id = ANY (p_tickets) AND status = 'void' AND booking_id = booking;
  RETURN jsonb_build_object('voided', n);
END $$;

-- What a scanned code is. A token that was not signed here is refused like one that never was.
CREATE FUNCTION evently.look_up_ticket(p_token bytea) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  k evently.tickets;
  event uuid;
BEGIN
  IF length(p_token) = 45 AND get_byte(p_token, 0) = 1 AND (evently._actor()).id IS NOT NULL THEN
    event := encode(substr(p_token, 2, 16), 'hex')::uuid;
    SELECT * INTO k FROM evently.tickets WHERE event_id = event AND id = encode(substr(p_token, 18, 16), 'hex')::uuid;
    IF k.id IS NOT NULL AND evently._token(event, k.id, k.secret) = p_token THEN
      RETURN jsonb_build_object('event', event, 'booking', k.booking_id, 'ticket', k.id, 'status', k.status);
    END IF;
  END IF;
  RETURN evently._refuse(event, NULL, 'look_up', 'ticket_unknown');
END $$;
