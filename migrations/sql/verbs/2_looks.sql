-- What every counter that shows an event asks for whenever it hears of news.

-- A seat's state for the map, packed: 44 bytes, big-endian (services/seats.py reads them). Zones and hold types are
-- named by their places in the caller's lists.
CREATE FUNCTION evently._packed_seat(s evently.event_seats, p_zones uuid[], p_hold_types uuid[]) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT int4send(s.ordinal)
      || int2send((array_position('{available,held,booked,killed}', s.status) - 1)::int2)
      || int2send((coalesce(array_position(p_zones, s.zone_id), 0) - 1)::int2)
      || int2send(coalesce(array_position(p_hold_types, s.hold_type_id), 0)::int2)
      || float8send(coalesce(extract(epoch FROM s.hold_expires_at)::float8, 'NaN'))
      || int8send(s.price)
      || uuid_send(coalesce(s.current_booking_id, '00000000-0000-0000-0000-000000000000'))
$$;

-- The seats that changed since p_since, or all of them, the look to ask with next, and who holds: all as of one moment.
-- Whatever commits later has a transaction that this look does not count as over.
CREATE FUNCTION evently.look_at_seats(p_event uuid, p_since xid8, p_zones uuid[], p_hold_types uuid[],
                                      OUT look text, OUT packed bytea,
                                      OUT bookings uuid[], OUT initials text[], OUT stations text[])
LANGUAGE plpgsql STABLE AS $$
BEGIN
  look := pg_snapshot_xmin(pg_current_snapshot());
  IF p_since IS NULL THEN
    SELECT string_agg(evently._packed_seat(s, p_zones, p_hold_types), '') INTO packed
      FROM evently.event_seats s WHERE s.event_id = p_event;
    SELECT array_agg(b.id), array_agg(b.seller_initials), array_agg(b.station) INTO bookings, initials, stations
      FROM evently.bookings b WHERE b.event_id = p_event AND b.status = 'held';
  ELSE
    WITH changed AS MATERIALIZED (
      SELECT s FROM evently.event_seats s WHERE s.event_id = p_event AND s.changed_xid >= p_since),
    holds AS (
      SELECT b.id, b.seller_initials, b.station FROM evently.bookings b
       WHERE b.event_id = p_event
         AND b.id = ANY (ARRAY(SELECT DISTINCT (c.s).current_booking_id FROM changed c WHERE (c.s).status = 'held')))
    SELECT (SELECT string_agg(evently._packed_seat(c.s, p_zones, p_hold_types), '') FROM changed c),
           array_agg(h.id), array_agg(h.seller_initials), array_agg(h.station)
      INTO packed, bookings, initials, stations
      FROM holds h;
  END IF;
END $$;
