-- begin_payment and complete_sale: from a hold to money, tickets and seats that are sold.

CREATE TYPE evently._tender AS (
  id uuid, method text, amount bigint, given bigint, reference text, rounding bigint, gateway text
);

-- Read the tenders and round cash to the till's smallest coin.
CREATE FUNCTION evently._tenders(p_tenders jsonb, p_step integer) RETURNS evently._tender[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg((x.id, x.method, x.amount, x.given, btrim(coalesce(x.reference, '')),
           CASE WHEN x.method = 'cash' THEN round(x.amount::numeric / p_step) * p_step - x.amount ELSE 0 END,
           coalesce(x.gateway, ''))::evently._tender ORDER BY x.id), '{}')
    FROM jsonb_to_recordset(p_tenders) AS x(id uuid, method text, amount bigint, given bigint, reference text, gateway text)
$$;

-- What is wrong with the tenders for this amount, or NULL.
CREATE FUNCTION evently._bad_tenders(p_tenders evently._tender[], p_due bigint, p_currency text, p_shift uuid,
                                     s evently.shifts) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN bool_or(t.id IS NULL OR t.amount IS NULL OR t.method IS NULL OR t.method NOT IN ('cash', 'card', 'voucher'))
      OR count(DISTINCT t.id) < count(*) THEN 'bad_call'
    WHEN bool_or(t.amount <= 0) AND p_due > 0 THEN 'bad_call'
    WHEN coalesce(sum(t.amount), 0) < p_due THEN 'paid_short'
    WHEN coalesce(sum(t.amount), 0) > p_due THEN 'paid_over'
    WHEN bool_or(t.method <> 'cash' AND t.reference = '') THEN 'no_reference'
    WHEN bool_or(t.method = 'cash' AND t.given < t.amount + t.rounding) THEN 'paid_short'
    WHEN s.id IS NULL AND (p_shift IS NOT NULL OR bool_or(t.method = 'cash')) THEN 'no_shift'
    WHEN bool_or(t.method = 'cash') AND p_currency <> (SELECT currency FROM evently.tills WHERE id = s.till_id)
      THEN 'till_currency' END
    FROM unnest(p_tenders) AS t
$$;

-- The open shift of who acts. Locked, so that it cannot be counted and closed while its money is being written.
CREATE FUNCTION evently._my_shift(p_shift uuid) RETURNS evently.shifts LANGUAGE sql AS $$
  SELECT s FROM evently.shifts s WHERE s.id = p_shift AND s.login = session_user AND s.status = 'open' FOR SHARE
$$;

CREATE FUNCTION evently._cash_step(s evently.shifts) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT cash_step FROM evently.tills WHERE id = s.till_id), 1)
$$;

-- Write captured payments and their ledger lines: money comes into its account from "customers" (or goes back).
CREATE FUNCTION evently._capture(b evently.bookings, a evently.users, s evently.shifts, p_kind text, p_tenders evently._tender[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  till constant text := coalesce((SELECT name FROM evently.tills WHERE id = s.till_id), '');
BEGIN
  INSERT INTO evently.payments AS p (event_id, id, booking_id, kind, method, status, amount, rounding, given, gateway,
                                gateway_reference, shift_id, taken_by, login, station, captured_at)
  SELECT b.event_id, t.id, b.id, p_kind, t.method, 'captured', t.amount, t.rounding, t.given, t.gateway, t.reference,
         s.id, a.id, session_user, coalesce(current_setting('evently.station', true), ''), now()
    FROM unnest(p_tenders) AS t
  ON CONFLICT (event_id, id) DO UPDATE
     SET status = 'captured', captured_at = now(), rounding = excluded.rounding, given = excluded.given,
         gateway_reference = excluded.gateway_reference, shift_id = excluded.shift_id, updated_at = now();
  INSERT INTO evently.transactions (event_id, booking_id, payment_id, debit_account, credit_account, amount, currency, shift_id, login)
  SELECT b.event_id, b.id, m.payment,
         CASE p_kind WHEN 'sale' THEN m.into_account ELSE m.from_account END,
         CASE p_kind WHEN 'sale' THEN m.from_account ELSE m.into_account END, m.amount, b.currency, s.id, session_user
    FROM unnest(p_tenders) AS t
    CROSS JOIN LATERAL (VALUES
      (t.id, CASE t.method WHEN 'cash' THEN 'cash:' || till ELSE t.method END, 'customers', t.amount),
      -- Rounding up brings coins in, rounding down leaves some out.
      (t.id, 'cash:' || till, 'rounding', greatest(t.rounding, 0)),
      (t.id, 'rounding', 'cash:' || till, greatest(-t.rounding, 0))) AS m(payment, into_account, from_account, amount)
   WHERE m.amount > 0;
END $$;

-- What was sold, or given back: from "customers" to sales and fees.
CREATE FUNCTION evently._earn(b evently.bookings, p_kind text, p_sales bigint, p_fees bigint) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO evently.transactions (event_id, booking_id, debit_account, credit_account, amount, currency, login)
  SELECT b.event_id, b.id, CASE p_kind WHEN 'sale' THEN 'customers' ELSE m.account END,
         CASE p_kind WHEN 'sale' THEN m.account ELSE 'customers' END, m.amount, b.currency, session_user
    FROM (VALUES ('sales', p_sales), ('fees', p_fees)) AS m(account, amount) WHERE m.amount > 0
$$;

-- Has this customer a sold booking already, where the event allows one?
CREATE FUNCTION evently._second_booking(b evently.bookings, p_customer uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT b.one_per_customer AND EXISTS (
    SELECT FROM evently.bookings o WHERE o.event_id = b.event_id AND o.customer_id = p_customer AND o.id <> b.id
       AND o.status = 'confirmed' AND o.one_per_customer)
$$;

-- Why this basket cannot be sold, or NULL. The sale's window is the one when the basket opened: a sale that closes
-- while the terminal works must not turn away a customer who has paid.
CREATE FUNCTION evently._unsellable(b evently.bookings) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(evently._closed((SELECT e FROM evently.events e WHERE e.id = b.event_id), b.created_at),
                  CASE WHEN evently._second_booking(b, b.customer_id) THEN 'one_per_customer' END)
$$;

-- The terminal is about to be asked: write down what for, and keep the seats until it has answered.
CREATE FUNCTION evently.begin_payment(p_event uuid, p_booking uuid, p_tender jsonb, p_shift uuid) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  r evently._own := evently._own_hold(p_event, p_booking, t);
  s evently.shifts := evently._my_shift(p_shift);
  tender evently._tender := (evently._tenders(jsonb_build_array(p_tender), 1))[1];
  p evently.payments;
  why text := r.why;
BEGIN
  SELECT * INTO p FROM evently.payments WHERE event_id = p_event AND id = tender.id;
  why := coalesce(why, CASE
    WHEN tender.id IS NULL OR tender.amount IS NULL OR tender.amount <= 0 OR tender.method IS NULL
      OR tender.method NOT IN ('cash', 'card', 'voucher') THEN 'bad_call'
    WHEN p.id IS NOT NULL AND (p.booking_id, p.amount, p.method, p.status)
      IS DISTINCT FROM (p_booking, tender.amount, tender.method, 'pending') THEN 'id_reused'
    WHEN tender.amount > (r.b).total_amount THEN 'paid_over'
    WHEN s.id IS NULL AND (p_shift IS NOT NULL OR tender.method = 'cash') THEN 'no_shift' END,
    evently._unsellable(r.b),
    evently._move_end(r, t + make_interval(secs => r.pay)));
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'begin', why);
  END IF;
  IF p.id IS NULL THEN
    INSERT INTO evently.payments (event_id, id, booking_id, kind, method, amount, gateway, gateway_reference, shift_id,
                                  taken_by, login, station)
    VALUES (p_event, tender.id, p_booking, 'sale', tender.method, tender.amount, tender.gateway, tender.reference, s.id,
            (r.a).id, session_user, coalesce(current_setting('evently.station', true), ''));
    PERFORM evently._log(p_event, p_booking, 'paying', (r.a).id,
                         jsonb_build_object('payment', tender.id, 'method', tender.method, 'amount', tender.amount));
  END IF;
  RETURN evently._basket(p_event, p_booking);
END $$;

CREATE FUNCTION evently._sale(p_event uuid, p_booking uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('reference', b.reference, 'currency', b.currency, 'total', b.total_amount,
           'change', coalesce(p.change, 0), 'rounding', coalesce(p.rounding, 0),
           'tickets', evently._tickets(p_event, p_booking))
    FROM evently.bookings b,
         (SELECT sum(given - amount - rounding) AS change, sum(rounding) AS rounding FROM evently.payments
           WHERE event_id = p_event AND booking_id = p_booking AND kind = 'sale' AND status = 'captured') p
   WHERE b.event_id = p_event AND b.id = p_booking
$$;

-- Was this booking sold for these payments? What an exchange added later does not count, nor that it was refunded.
CREATE FUNCTION evently._paid_by(b evently.bookings, p_tenders evently._tender[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT b.confirmed_at IS NOT NULL AND count(*) = cardinality(p_tenders) AND count(t.id) = cardinality(p_tenders)
    FROM evently.payments p
    LEFT JOIN unnest(p_tenders) AS t ON t.id = p.id AND t.method = p.method AND t.amount = p.amount
   WHERE p.event_id = b.event_id AND p.booking_id = b.id AND p.kind = 'sale' AND p.captured_at = b.confirmed_at
$$;

CREATE FUNCTION evently.complete_sale(p_event uuid, p_booking uuid, p_tenders jsonb, p_shift uuid, p_expected bigint,
                                      p_note text DEFAULT '') RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  t constant timestamptz := clock_timestamp();
  r evently._own := evently._own_hold(p_event, p_booking, t);
  s evently.shifts := evently._my_shift(p_shift);
  paid evently._tender[] := evently._tenders(p_tenders, evently._cash_step(s));
  why text := r.why;
  details jsonb := '{}';
  held integer;
BEGIN
  IF why IN ('already_sold', 'released') AND evently._paid_by(r.b, paid) THEN
    RETURN evently._sale(p_event, p_booking);
  END IF;
  IF why IS NULL AND (r.b).total_amount IS DISTINCT FROM p_expected THEN
    why := 'price_changed';
    details := jsonb_build_object('expected', p_expected, 'total', (r.b).total_amount, 'currency', (r.b).currency);
  END IF;
  why := coalesce(why,
    evently._unsellable(r.b),
    evently._bad_tenders(paid, (r.b).total_amount, (r.b).currency, p_shift, s),
    CASE WHEN EXISTS (SELECT FROM evently.payments p JOIN unnest(paid) x ON x.id = p.id WHERE p.event_id = p_event
                         AND (p.booking_id, p.kind, p.status, p.amount, p.method)
                             IS DISTINCT FROM (p_booking, 'sale', 'pending', x.amount, x.method)) THEN 'id_reused' END,
    CASE WHEN btrim(coalesce(p_note, '')) = '' AND EXISTS (
           SELECT FROM evently.booking_seats bs JOIN evently.price_types y ON y.id = bs.price_type_id
            WHERE bs.event_id = p_event AND bs.booking_id = p_booking AND bs.released_at IS NULL AND y.is_comp)
         THEN 'comp_reason' END);
  IF why IS NULL THEN
    SELECT count(*) INTO held FROM (
      SELECT FROM evently.event_seats WHERE event_id = p_event AND current_booking_id = p_booking AND status = 'held'
       ORDER BY id FOR UPDATE) AS locked;
    IF held <> (r.b).quantity THEN
      why := 'hold_expired';
    END IF;
  END IF;
  IF why IS NOT NULL THEN
    RETURN evently._refuse(p_event, p_booking, 'complete', why, (r.b).quantity, details);
  END IF;
  UPDATE evently.event_seats
     SET status = 'booked', hold_expires_at = NULL, version = version + 1, changed_xid = pg_current_xact_id(),
         updated_at = now()
   WHERE event_id = p_event AND current_booking_id = p_booking;
  PERFORM evently._capture(r.b, r.a, s, 'sale', paid);
  PERFORM evently._earn(r.b, 'sale', (r.b).total_amount - (r.b).fee_amount, (r.b).fee_amount);
  UPDATE evently.bookings
     SET status = 'confirmed', confirmed_at = now(), hold_expires_at = NULL, parked_at = NULL, note = coalesce(p_note, ''),
         version = version + 1, updated_at = now()
   WHERE event_id = p_event AND id = p_booking;
  PERFORM evently._make_tickets(p_event, p_booking);
  PERFORM evently._log(p_event, p_booking, 'sold', (r.a).id,
                       jsonb_build_object('total', (r.b).total_amount, 'payments', p_tenders, 'note', coalesce(p_note, '')));
  RETURN evently._sale(p_event, p_booking);
END $$;
