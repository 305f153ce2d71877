-- Exchanging: seats of a sold booking go back and others are taken, all or none, for exactly the difference in money.

CREATE FUNCTION evently._exchanged(p_event uuid, p_booking uuid, p_exchange uuid, p_take uuid[]) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('reference', b.reference, 'currency', b.currency, 'total', b.total_amount,
           'change', coalesce(p.given - p.amount - p.rounding, 0), 'rounding', coalesce(p.rounding, 0),
           'tickets', evently._tickets(p_event, p_booking, ARRAY(
             SELECT id FROM evently.tickets WHERE event_id = p_event AND booking_id = p_booking
                AND seat_id = ANY (p_take) AND status <> 'void')))
    FROM evently.bookings b
    LEFT JOIN evently.payments p ON p.event_id = p_event AND p.id = p_exchange
   WHERE b.event_id = p_event AND b.id = p_booking
$$;

-- What was written down of this exchange, if it is done; its id may be a payment's at most once.
CREATE FUNCTION evently._done_exchange(p_event uuid, p_booking uuid, p_exchange uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT details->'asked' FROM evently.booking_logs
      WHERE event_id = p_event AND booking_id = p_booking AND action = 'exchanged'
        AND details->>'exchange' = p_exchange::text),
    (SELECT '{}'::jsonb FROM evently.payments WHERE event_id = p_event AND id = p_exchange))
$$;

-- What is wrong with the tender for this difference, or NULL. More to pay is a sale, less a refund, the same is free.
CREATE FUNCTION evently._bad_difference(p_tender evently._tender[], p_exchange uuid, p_due bigint, p_currency text,
                                        p_shift uuid, s evently.shifts) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN coalesce(p_tender[1].id <> p_exchange, false) THEN 'bad_call'
    WHEN coalesce(p_tender[1].amount, 0) <> p_due THEN 'difference'
    ELSE evently._bad_tenders(CASE p_due WHEN 0 THEN '{}' ELSE p_tender END, p_due, p_currency, p_shift, s) END
$$;

-- What is wrong with the question, or NULL.
CREATE FUNCTION evently._bad_exchange(b evently.bookings, e evently.events, p_give uuid[], p_take uuid[], p_types uuid[],
                                      p_reason text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(CASE
    WHEN coalesce(cardinality(p_give), 0) = 0 THEN 'no_seats'
    WHEN cardinality(p_give) <> (
      SELECT count(*) FROM evently.booking_seats
       WHERE event_id = b.event_id AND booking_id = b.id AND released_at IS NULL AND seat_id = ANY (p_give))
      THEN 'not_in_booking'
    WHEN b.quantity - cardinality(p_give) + coalesce(cardinality(p_take), 0) > e.max_seats THEN 'too_many'
    WHEN btrim(coalesce(p_reason, '')) = '' THEN 'no_reason'
    WHEN EXISTS (
      SELECT FROM evently.tickets
       WHERE event_id = b.event_id AND booking_id = b.id AND seat_id = ANY (p_give) AND status = 'admitted')
      THEN 'admitted' END,
    evently._bad_choice(e.max_seats, p_take, p_types))
$$;

-- p_exchange is the exchange's id and, where money moves, the payment's: it makes a repeat safe. p_tender is NULL
-- when nothing is paid; its amount is the difference without a sign.
CREATE FUNCTION evently.exchange_seats(p_event uuid, p_booking uuid, p_exchange uuid, p_give uuid[], p_take uuid[],
                                       p_types uuid[], p_tender jsonb, p_shift uuid, p_reason text) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  r evently._own := evently._confirmed(p_event, p_booking);
  s evently.shifts := evently._my_shift(p_shift);
  paid evently._tender[] := CASE WHEN p_tender IS NULL THEN '{}'
                                 ELSE evently._tenders(jsonb_build_array(p_tender), evently._cash_step(s)) END;
  asked constant jsonb := jsonb_build_object('give', p_give, 'take', p_take, 'types', p_types,
                                             'method', paid[1].method, 'amount', paid[1].amount);
  done constant jsonb := evently._done_exchange(p_event, p_booking, p_exchange);
  e evently.events;
  l evently._taken;
  longest constant integer := (SELECT longest_hold_seconds FROM evently.box_office);
  n constant integer := coalesce(cardinality(p_give), 0);
  old_sales bigint;
  old_fees bigint;
  new_sales bigint;
  new_fees bigint;
  due bigint;
  why text := CASE WHEN p_exchange IS NULL THEN 'bad_call' END;
BEGIN
  IF done = asked AND (r.a).id IS NOT NULL THEN
    RETURN evently._exchanged(p_event, p_booking, p_exchange, p_take);
  END IF;
  SELECT * INTO e FROM evently.events WHERE id = p_event;
  why := coalesce(why, CASE WHEN done IS NOT NULL THEN 'id_reused' END, r.why, evently._closed(e, t),
                  evently._bad_exchange(r.b, e, p_give, p_take, p_types, p_reason));
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'exchange', why, n);
  END IF;
  SELECT sum(price_at_booking), sum(fee) INTO old_sales, old_fees FROM evently.booking_seats
   WHERE event_id = p_event AND booking_id = p_booking AND released_at IS NULL AND seat_id = ANY (p_give);
  UPDATE evently.tickets SET status = 'void', voided_at = now(), void_reason = p_reason
   WHERE event_id = p_event AND booking_id = p_booking AND seat_id = ANY (p_give) AND status = 'issued';
  PERFORM evently._free(p_event, p_booking, p_give);
  l := evently._take(p_event, p_booking, p_take, p_types, (r.a).id, (r.a).role, e.fee_per_seat, t, longest,
                     t + make_interval(secs => longest), 'exchanged',
                     jsonb_build_object('exchange', p_exchange, 'asked', asked, 'was', old_sales + old_fees,
                                        'reason', p_reason));
  IF l.refused IS NULL THEN
    new_fees := l.fees;
    new_sales := l.total - l.fees;
    due := l.total - old_sales - old_fees;
    l.refused := evently._bad_difference(paid, p_exchange, abs(due), (r.b).currency, p_shift, s);
    l.details := jsonb_build_object('due', due, 'currency', (r.b).currency);
  END IF;
  IF l.refused IS NOT NULL THEN
    -- What was given back must come back: leave by an error that only this function's caller can raise.
    RAISE EXCEPTION USING ERRCODE = 'EV001', MESSAGE = l.refused, DETAIL = coalesce(l.details, '{}')::text;
  END IF;
  UPDATE evently.event_seats SET status = 'booked', hold_expires_at = NULL
   WHERE event_id = p_event AND current_booking_id = p_booking AND status = 'held';
  IF due <> 0 THEN
    PERFORM evently._capture(r.b, r.a, s, CASE WHEN due > 0 THEN 'sale' ELSE 'refund' END, paid);
  END IF;
  PERFORM evently._earn(r.b, 'refund', old_sales, old_fees);
  PERFORM evently._earn(r.b, 'sale', new_sales, new_fees);
  UPDATE evently.bookings
     SET total_amount = total_amount + due, fee_amount = fee_amount + new_fees - old_fees,
         quantity = quantity - n + cardinality(p_take), version = version + 1, updated_at = now()
   WHERE event_id = p_event AND id = p_booking;
  PERFORM evently._make_tickets(p_event, p_booking);
  RETURN evently._exchanged(p_event, p_booking, p_exchange, p_take);
EXCEPTION WHEN SQLSTATE 'EV001' THEN
  GET STACKED DIAGNOSTICS why = MESSAGE_TEXT;
  DECLARE
    said text;
  BEGIN
    GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
    RETURN evently._refuse(p_event, p_booking, 'exchange', why, n, said::jsonb);
  END;
END $$;
