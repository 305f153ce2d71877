-- Giving back: seats of a sold booking, in part or whole, and the money for them.

-- p_seats NULL means all. The payment's id makes a repeat safe; its amount is exactly what the seats were sold for.
CREATE FUNCTION evently.refund_seats(p_event uuid, p_booking uuid, p_seats uuid[], p_tender jsonb, p_shift uuid,
                                     p_reason text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r evently._own := evently._confirmed(p_event, p_booking);
  s evently.shifts := evently._my_shift(p_shift);
  back evently._tender[] := evently._tenders(jsonb_build_array(p_tender), evently._cash_step(s));
  p evently.payments;
  seats uuid[];
  due bigint;
  due_fees bigint;
  why text := r.why;
  left_over integer;
BEGIN
  SELECT * INTO p FROM evently.payments WHERE event_id = p_event AND id = back[1].id;
  IF p.id IS NOT NULL AND (r.a).id IS NOT NULL THEN
    IF (p.booking_id, p.kind, p.amount, p.method) = (p_booking, 'refund', back[1].amount, back[1].method)
       AND EXISTS (
         SELECT FROM evently.booking_logs WHERE event_id = p_event AND booking_id = p_booking AND action = 'refunded'
            AND details->>'payment' = p.id::text AND (p_seats IS NOT NULL OR (details->'whole')::boolean)
            AND (p_seats IS NULL OR details->'seats' @> to_jsonb(p_seats)
                                AND jsonb_array_length(details->'seats') = cardinality(p_seats))) THEN
      RETURN jsonb_build_object('refunded', p.amount);
    END IF;
    why := 'id_reused';
  END IF;
  SELECT array_agg(seat_id), coalesce(sum(price_at_booking + fee), 0), coalesce(sum(fee), 0) INTO seats, due, due_fees
    FROM evently.booking_seats
   WHERE event_id = p_event AND booking_id = p_booking AND released_at IS NULL
     AND (p_seats IS NULL OR seat_id = ANY (p_seats));
  why := coalesce(why, CASE
    WHEN seats IS NULL OR cardinality(seats) < cardinality(p_seats) THEN 'not_in_booking'
    WHEN btrim(coalesce(p_reason, '')) = '' THEN 'no_reason'
    WHEN EXISTS (SELECT FROM evently.tickets WHERE event_id = p_event AND booking_id = p_booking AND seat_id = ANY (seats)
                    AND status = 'admitted') THEN 'admitted'
    WHEN back[1].amount > due THEN 'refund_over'
    WHEN back[1].amount < due THEN 'refund_short' END,
    evently._bad_tenders(back, due, (r.b).currency, p_shift, s));
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'refund', why, cardinality(p_seats), jsonb_build_object('due', due));
  END IF;
  UPDATE evently.tickets SET status = 'void', voided_at = now(), void_reason = p_reason
   WHERE event_id = p_event AND booking_id = p_booking AND seat_id = ANY (seats) AND status = 'issued';
  PERFORM evently._free(p_event, p_booking, seats);
  PERFORM evently._capture(r.b, r.a, s, 'refund', back);
  PERFORM evently._earn(r.b, 'refund', due - due_fees, due_fees);
  left_over := (r.b).quantity - cardinality(seats);
  UPDATE evently.bookings
     SET total_amount = total_amount - due, fee_amount = fee_amount - due_fees,
         quantity = CASE left_over WHEN 0 THEN quantity ELSE left_over END,
         status = CASE left_over WHEN 0 THEN 'cancelled' ELSE status END,
         cancelled_at = CASE left_over WHEN 0 THEN now() END, version = version + 1, updated_at = now()
   WHERE event_id = p_event AND id = p_booking;
  PERFORM evently._log(p_event, p_booking, 'refunded', (r.a).id, jsonb_build_object(
    'seats', to_jsonb(seats), 'whole', p_seats IS NULL, 'amount', due, 'method', back[1].method,
    'payment', back[1].id, 'reason', p_reason));
  RETURN jsonb_build_object('refunded', due);
END $$;

-- Who the booking is for. NULL takes the name off again. Answers with the basket, or what was one.
CREATE FUNCTION evently.set_customer(p_event uuid, p_booking uuid, p_customer uuid) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  a evently.users := evently._actor();
  b evently.bookings;
  why text;
BEGIN
  SELECT * INTO b FROM evently.bookings WHERE event_id = p_event AND id = p_booking FOR UPDATE;
  why := CASE
    WHEN a.id IS NULL THEN 'not_staff'
    WHEN b.id IS NULL THEN 'booking_unknown'
    WHEN b.status NOT IN ('held', 'confirmed') THEN 'not_sold'
    WHEN b.status = 'held' AND b.seller_id <> a.id THEN 'not_yours'
    WHEN p_customer IS NOT NULL AND NOT EXISTS (SELECT FROM evently.users WHERE id = p_customer AND role = 'customer')
      THEN 'customer_unknown'
    WHEN evently._second_booking(b, p_customer) THEN 'one_per_customer' END;
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'customer', why);
  END IF;
  IF b.customer_id IS DISTINCT FROM p_customer THEN
    UPDATE evently.bookings SET customer_id = p_customer, updated_at = now() WHERE event_id = p_event AND id = p_booking;
    PERFORM evently._log(p_event, p_booking, 'customer', a.id, jsonb_build_object('customer', p_customer));
  END IF;
  RETURN evently._basket(p_event, p_booking);
END $$;
