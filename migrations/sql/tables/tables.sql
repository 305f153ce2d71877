-- The tables as of the first release; evently_desktop/database/tables declares the same, with the reasons.

CREATE TABLE evently.booking_attempts (
  event_id UUID NOT NULL,
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  booking_id UUID,
  user_id UUID,
  login TEXT NOT NULL,
  verb TEXT NOT NULL,
  quantity INTEGER DEFAULT 0 NOT NULL,
  result TEXT DEFAULT 'failed' NOT NULL,
  failure_reason TEXT NOT NULL,
  details JSONB DEFAULT '{}' NOT NULL,
  station TEXT DEFAULT '' NOT NULL,
  program TEXT DEFAULT '' NOT NULL,
  ip_address INET,
  attempted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_booking_attempts PRIMARY KEY (event_id, id),
  CONSTRAINT ck_booking_attempts_result CHECK (result IN ('failed', 'refused'))
);
CREATE INDEX ix_booking_attempts_result_time ON evently.booking_attempts (result, attempted_at);

CREATE TABLE evently.booking_logs (
  event_id UUID NOT NULL,
  booking_id UUID NOT NULL,
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  action TEXT NOT NULL,
  user_id UUID,
  login TEXT NOT NULL,
  station TEXT DEFAULT '' NOT NULL,
  program TEXT DEFAULT '' NOT NULL,
  details JSONB DEFAULT '{}' NOT NULL,
  logged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_booking_logs PRIMARY KEY (event_id, booking_id, id)
);
CREATE INDEX ix_booking_logs_logged_at ON evently.booking_logs USING brin (logged_at);

CREATE TABLE evently.box_office (
  id INTEGER DEFAULT 1 NOT NULL,
  name TEXT DEFAULT 'Box office' NOT NULL,
  hold_seconds INTEGER DEFAULT 300 NOT NULL,
  payment_seconds INTEGER DEFAULT 180 NOT NULL,
  longest_hold_seconds INTEGER DEFAULT 1800 NOT NULL,
  held_seats_per_login INTEGER DEFAULT 1000 NOT NULL,
  held_seats_per_station INTEGER DEFAULT 500 NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_box_office PRIMARY KEY (id),
  CONSTRAINT ck_box_office_only_one CHECK (id = 1),
  CONSTRAINT ck_box_office_times CHECK (hold_seconds > 0 AND payment_seconds > 0 AND longest_hold_seconds >= hold_seconds)
);

CREATE TABLE evently.email_delivery_log (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  recipient_email TEXT NOT NULL,
  template_type TEXT NOT NULL,
  provider TEXT NOT NULL,
  status TEXT DEFAULT 'pending' NOT NULL,
  send_attempts INTEGER DEFAULT 0 NOT NULL,
  last_attempt_at TIMESTAMP WITH TIME ZONE,
  delivered_at TIMESTAMP WITH TIME ZONE,
  error_message TEXT DEFAULT '' NOT NULL,
  metadata JSONB DEFAULT '{}' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_email_delivery_log PRIMARY KEY (id),
  CONSTRAINT ck_email_delivery_log_template_type CHECK (template_type IN ('welcome', 'booking_confirm', 'cancellation', 'waitlist_join', 'waitlist_promotion', 'notification')),
  CONSTRAINT ck_email_delivery_log_provider CHECK (provider IN ('smtp', 'sendgrid')),
  CONSTRAINT ck_email_delivery_log_status CHECK (status IN ('pending', 'sent', 'failed', 'bounced')),
  CONSTRAINT ck_email_delivery_log_send_attempts CHECK (send_attempts >= 0)
);
CREATE INDEX ix_email_delivery_log_status ON evently.email_delivery_log (status, created_at);

CREATE TABLE evently.email_templates (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  template_type TEXT NOT NULL,
  language TEXT DEFAULT 'en' NOT NULL,
  subject_template TEXT NOT NULL,
  html_template TEXT NOT NULL,
  text_template TEXT NOT NULL,
  variables JSONB DEFAULT '{}' NOT NULL,
  is_active BOOLEAN DEFAULT true NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_email_templates PRIMARY KEY (id),
  CONSTRAINT ck_email_templates_template_type CHECK (template_type IN ('welcome', 'booking_confirm', 'cancellation', 'waitlist_join', 'waitlist_promotion', 'notification'))
);
CREATE UNIQUE INDEX uq_email_templates_active ON evently.email_templates (template_type, language) WHERE is_active;

CREATE TABLE evently.hold_types (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  name TEXT NOT NULL,
  letter TEXT NOT NULL,
  may_sell TEXT DEFAULT 'manager' NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_hold_types PRIMARY KEY (id),
  CONSTRAINT ck_hold_types_letter CHECK (letter ~ '^[A-Z]$'),
  CONSTRAINT ck_hold_types_may_sell CHECK (may_sell IN ('clerk', 'organizer', 'manager', 'admin')),
  CONSTRAINT uq_hold_types_name UNIQUE (name),
  CONSTRAINT uq_hold_types_letter UNIQUE (letter)
);

CREATE TABLE evently.price_types (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  is_comp BOOLEAN DEFAULT false NOT NULL,
  is_standard BOOLEAN DEFAULT false NOT NULL,
  ordinal INTEGER DEFAULT 0 NOT NULL,
  is_active BOOLEAN DEFAULT true NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_price_types PRIMARY KEY (id),
  CONSTRAINT ck_price_types_key CHECK (key ~ '^[A-Z]$'),
  CONSTRAINT uq_price_types_name UNIQUE (name),
  CONSTRAINT uq_price_types_key UNIQUE (key)
);
CREATE UNIQUE INDEX uq_price_types_standard ON evently.price_types (is_standard) WHERE is_standard;

CREATE TABLE evently.signing_keys (
  id SMALLINT NOT NULL,
  inner_pad BYTEA NOT NULL,
  outer_pad BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_signing_keys PRIMARY KEY (id),
  CONSTRAINT ck_signing_keys_length CHECK (length(inner_pad) = 64 AND length(outer_pad) = 64)
);

CREATE TABLE evently.tills (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  cash_step INTEGER DEFAULT 1 NOT NULL,
  is_active BOOLEAN DEFAULT true NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_tills PRIMARY KEY (id),
  CONSTRAINT ck_tills_cash_step CHECK (cash_step > 0),
  CONSTRAINT ck_tills_currency CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT uq_tills_name UNIQUE (name)
);

CREATE TABLE evently.users (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  email TEXT,
  name TEXT NOT NULL,
  phone TEXT,
  login TEXT,
  initials TEXT DEFAULT '' NOT NULL,
  role TEXT DEFAULT 'customer' NOT NULL,
  is_active BOOLEAN DEFAULT true NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  deleted_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT ck_users_role CHECK (role IN ('customer', 'clerk', 'organizer', 'manager', 'admin')),
  CONSTRAINT ck_users_email_form CHECK (email ~* '^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$'),
  CONSTRAINT ck_users_name CHECK (length(name) BETWEEN 1 AND 255),
  CONSTRAINT ck_users_staff_have_logins CHECK ((role = 'customer') = (login IS NULL)),
  CONSTRAINT uq_users_login UNIQUE (login)
);
CREATE INDEX ix_users_active ON evently.users (id) WHERE deleted_at IS NULL;
CREATE INDEX ix_users_name ON evently.users (lower(name) text_pattern_ops);
CREATE INDEX ix_users_role ON evently.users (role);
CREATE UNIQUE INDEX uq_users_email ON evently.users (lower(email));

CREATE TABLE evently.venues (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  name TEXT NOT NULL,
  address TEXT DEFAULT '' NOT NULL,
  city TEXT DEFAULT '' NOT NULL,
  country TEXT DEFAULT '' NOT NULL,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  capacity INTEGER DEFAULT 0 NOT NULL,
  layout JSONB DEFAULT '{}' NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_venues PRIMARY KEY (id),
  CONSTRAINT ck_venues_capacity CHECK (capacity >= 0),
  CONSTRAINT ck_venues_currency CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT ck_venues_name CHECK (length(name) BETWEEN 1 AND 500)
);

CREATE TABLE evently.event_series (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  name TEXT NOT NULL,
  description TEXT DEFAULT '' NOT NULL,
  venue_id UUID NOT NULL,
  created_by UUID,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_event_series PRIMARY KEY (id),
  CONSTRAINT fk_event_series_venue_id FOREIGN KEY(venue_id) REFERENCES evently.venues (id),
  CONSTRAINT fk_event_series_created_by FOREIGN KEY(created_by) REFERENCES evently.users (id)
);

CREATE TABLE evently.notifications (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  user_id UUID NOT NULL,
  event_id UUID,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  channels JSONB DEFAULT '[]' NOT NULL,
  status TEXT DEFAULT 'pending' NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE,
  delivered_at TIMESTAMP WITH TIME ZONE,
  read BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_notifications PRIMARY KEY (id, created_at),
  CONSTRAINT ck_notifications_type CHECK (type IN ('welcome', 'booking_confirm', 'cancellation', 'waitlist_join', 'waitlist_promotion', 'notification')),
  CONSTRAINT ck_notifications_status CHECK (status IN ('pending', 'sent', 'delivered', 'failed')),
  CONSTRAINT fk_notifications_user_id FOREIGN KEY(user_id) REFERENCES evently.users (id) ON DELETE CASCADE
)
 PARTITION BY RANGE (created_at);
CREATE INDEX ix_notifications_type_sent ON evently.notifications (type, sent_at DESC);
CREATE INDEX ix_notifications_user_unread ON evently.notifications (user_id, read) WHERE NOT read;

CREATE TABLE evently.price_zones (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  venue_id UUID NOT NULL,
  name TEXT NOT NULL,
  colour INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  CONSTRAINT pk_price_zones PRIMARY KEY (id),
  CONSTRAINT uq_price_zones_venue_id_name UNIQUE (venue_id, name),
  CONSTRAINT ck_price_zones_colour CHECK (colour BETWEEN 0 AND 7),
  CONSTRAINT fk_price_zones_venue_id FOREIGN KEY(venue_id) REFERENCES evently.venues (id)
);

CREATE TABLE evently.seating_plans (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  venue_id UUID NOT NULL,
  name TEXT NOT NULL,
  plan_version INTEGER DEFAULT 1 NOT NULL,
  seat_count INTEGER NOT NULL,
  layout JSONB NOT NULL,
  created_by UUID,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_seating_plans PRIMARY KEY (id),
  CONSTRAINT uq_seating_plans_venue_id_name_plan_version UNIQUE (venue_id, name, plan_version),
  CONSTRAINT ck_seating_plans_seat_count CHECK (seat_count >= 0),
  CONSTRAINT ck_seating_plans_plan_version CHECK (plan_version > 0),
  CONSTRAINT fk_seating_plans_venue_id FOREIGN KEY(venue_id) REFERENCES evently.venues (id),
  CONSTRAINT fk_seating_plans_created_by FOREIGN KEY(created_by) REFERENCES evently.users (id)
);

CREATE TABLE evently.shifts (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  till_id UUID NOT NULL,
  user_id UUID NOT NULL,
  login TEXT NOT NULL,
  status TEXT DEFAULT 'open' NOT NULL,
  float_amount BIGINT NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE,
  expected_amount BIGINT,
  counted_amount BIGINT,
  station TEXT DEFAULT '' NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  CONSTRAINT pk_shifts PRIMARY KEY (id),
  CONSTRAINT ck_shifts_status CHECK (status IN ('open', 'closed')),
  CONSTRAINT ck_shifts_float_amount CHECK (float_amount >= 0),
  CONSTRAINT ck_shifts_closed CHECK ((status = 'closed') = (closed_at IS NOT NULL AND counted_amount IS NOT NULL)),
  CONSTRAINT fk_shifts_till_id FOREIGN KEY(till_id) REFERENCES evently.tills (id),
  CONSTRAINT fk_shifts_user_id FOREIGN KEY(user_id) REFERENCES evently.users (id)
);
CREATE UNIQUE INDEX uq_shifts_open_till ON evently.shifts (till_id) WHERE status = 'open';
CREATE UNIQUE INDEX uq_shifts_open_user ON evently.shifts (user_id) WHERE status = 'open';

CREATE TABLE evently.events (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  series_id UUID,
  venue_id UUID NOT NULL,
  plan_id UUID NOT NULL,
  name TEXT NOT NULL,
  description TEXT DEFAULT '' NOT NULL,
  venue TEXT NOT NULL,
  category TEXT DEFAULT '' NOT NULL,
  image_url TEXT,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE,
  on_sale_from TIMESTAMP WITH TIME ZONE,
  on_sale_until TIMESTAMP WITH TIME ZONE,
  status TEXT DEFAULT 'draft' NOT NULL,
  max_seats INTEGER DEFAULT 10 NOT NULL,
  one_per_customer BOOLEAN DEFAULT false NOT NULL,
  currency TEXT NOT NULL,
  base_price BIGINT DEFAULT 0 NOT NULL,
  current_price BIGINT DEFAULT 0 NOT NULL,
  fee_per_seat BIGINT DEFAULT 0 NOT NULL,
  total_capacity INTEGER DEFAULT 0 NOT NULL,
  created_by UUID,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  search TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', name || ' ' || description || ' ' || venue)) STORED,
  CONSTRAINT pk_events PRIMARY KEY (id),
  CONSTRAINT ck_events_status CHECK (status IN ('draft', 'active', 'cancelled', 'completed')),
  CONSTRAINT ck_events_name CHECK (length(name) BETWEEN 1 AND 500),
  CONSTRAINT ck_events_capacity CHECK (total_capacity >= 0),
  CONSTRAINT ck_events_date CHECK (starts_at > created_at),
  CONSTRAINT ck_events_ends CHECK (ends_at IS NULL OR ends_at >= starts_at),
  CONSTRAINT ck_events_on_sale CHECK (on_sale_from IS NULL OR on_sale_until IS NULL OR on_sale_from < on_sale_until),
  CONSTRAINT ck_events_pricing CHECK (base_price >= 0 AND current_price >= 0 AND fee_per_seat >= 0),
  CONSTRAINT ck_events_max_seats CHECK (max_seats BETWEEN 1 AND 500),
  CONSTRAINT ck_events_currency CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT fk_events_series_id FOREIGN KEY(series_id) REFERENCES evently.event_series (id),
  CONSTRAINT fk_events_venue_id FOREIGN KEY(venue_id) REFERENCES evently.venues (id),
  CONSTRAINT fk_events_plan_id FOREIGN KEY(plan_id) REFERENCES evently.seating_plans (id),
  CONSTRAINT fk_events_created_by FOREIGN KEY(created_by) REFERENCES evently.users (id)
);
CREATE INDEX ix_events_category ON evently.events (category, starts_at);
CREATE INDEX ix_events_created_by ON evently.events (created_by);
CREATE INDEX ix_events_search ON evently.events USING gin (search);
CREATE INDEX ix_events_starts_at_status ON evently.events (starts_at, status);
CREATE INDEX ix_events_upcoming ON evently.events (starts_at) WHERE status = 'active';

CREATE TABLE evently.plan_seats (
  plan_id UUID NOT NULL,
  seat_id UUID NOT NULL,
  ordinal INTEGER NOT NULL,
  section TEXT NOT NULL,
  row_number TEXT NOT NULL,
  seat_number TEXT NOT NULL,
  x REAL NOT NULL,
  y REAL NOT NULL,
  block INTEGER NOT NULL,
  position SMALLINT NOT NULL,
  place SMALLINT DEFAULT 0 NOT NULL,
  restricted BOOLEAN DEFAULT false NOT NULL,
  zone_id UUID NOT NULL,
  quality SMALLINT NOT NULL,
  distance REAL NOT NULL,
  CONSTRAINT pk_plan_seats PRIMARY KEY (plan_id, seat_id),
  CONSTRAINT uq_plan_seats_plan_id_ordinal UNIQUE (plan_id, ordinal),
  CONSTRAINT uq_plan_seats_plan_id_section_row_number_seat_number UNIQUE (plan_id, section, row_number, seat_number),
  CONSTRAINT ck_plan_seats_place CHECK (place BETWEEN 0 AND 3),
  CONSTRAINT ck_plan_seats_quality CHECK (quality BETWEEN 1 AND 10),
  CONSTRAINT ck_plan_seats_coordinates CHECK (abs(x) <= 100000 AND abs(y) <= 100000),
  CONSTRAINT ck_plan_seats_ordinal CHECK (ordinal >= 0),
  CONSTRAINT fk_plan_seats_plan_id FOREIGN KEY(plan_id) REFERENCES evently.seating_plans (id) ON DELETE CASCADE,
  CONSTRAINT fk_plan_seats_zone_id FOREIGN KEY(zone_id) REFERENCES evently.price_zones (id)
);

CREATE TABLE evently.till_movements (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  shift_id UUID NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  reason TEXT NOT NULL,
  login TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_till_movements PRIMARY KEY (id),
  CONSTRAINT ck_till_movements_kind CHECK (kind IN ('float', 'paid_in', 'paid_out', 'count')),
  CONSTRAINT ck_till_movements_amount CHECK (amount >= 0),
  CONSTRAINT fk_till_movements_shift_id FOREIGN KEY(shift_id) REFERENCES evently.shifts (id)
);
CREATE INDEX ix_till_movements_shift_id ON evently.till_movements (shift_id);

CREATE TABLE evently.bookings (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  reference TEXT NOT NULL,
  status TEXT DEFAULT 'held' NOT NULL,
  quantity INTEGER NOT NULL,
  total_amount BIGINT NOT NULL,
  fee_amount BIGINT DEFAULT 0 NOT NULL,
  paid_amount BIGINT DEFAULT 0 NOT NULL,
  currency TEXT NOT NULL,
  hold_expires_at TIMESTAMP WITH TIME ZONE,
  parked_at TIMESTAMP WITH TIME ZONE,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  cancelled_at TIMESTAMP WITH TIME ZONE,
  customer_id UUID,
  seller_id UUID NOT NULL,
  seller_login TEXT NOT NULL,
  seller_initials TEXT DEFAULT '' NOT NULL,
  station TEXT DEFAULT '' NOT NULL,
  channel TEXT DEFAULT 'counter' NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  one_per_customer BOOLEAN DEFAULT false NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_bookings PRIMARY KEY (event_id, id),
  CONSTRAINT uq_bookings_reference_event_id UNIQUE (reference, event_id),
  CONSTRAINT ck_bookings_status CHECK (status IN ('held', 'confirmed', 'expired', 'cancelled')),
  CONSTRAINT ck_bookings_channel CHECK (channel IN ('counter', 'phone', 'import')),
  CONSTRAINT ck_bookings_quantity CHECK (quantity BETWEEN 1 AND 500),
  CONSTRAINT ck_bookings_amounts CHECK (total_amount >= 0 AND fee_amount >= 0 AND paid_amount >= 0),
  CONSTRAINT ck_bookings_held CHECK ((status = 'held') = (hold_expires_at IS NOT NULL)),
  CONSTRAINT ck_bookings_confirmed CHECK (status <> 'confirmed' OR confirmed_at IS NOT NULL),
  CONSTRAINT ck_bookings_cancelled CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
  CONSTRAINT fk_bookings_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE RESTRICT,
  CONSTRAINT fk_bookings_customer_id FOREIGN KEY(customer_id) REFERENCES evently.users (id),
  CONSTRAINT fk_bookings_seller_id FOREIGN KEY(seller_id) REFERENCES evently.users (id)
);
CREATE INDEX ix_bookings_customer ON evently.bookings (customer_id, event_id) INCLUDE (quantity, total_amount) WHERE customer_id IS NOT NULL;
CREATE INDEX ix_bookings_hold_expires ON evently.bookings (seller_id, hold_expires_at, event_id) WHERE status = 'held';
CREATE INDEX ix_bookings_status_created ON evently.bookings (status, created_at, event_id) WHERE status IN ('confirmed', 'cancelled');
CREATE UNIQUE INDEX uq_bookings_one_per_customer ON evently.bookings (event_id, customer_id) WHERE status = 'confirmed' AND one_per_customer;

CREATE TABLE evently.bookings_archive (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  reference TEXT NOT NULL,
  status TEXT DEFAULT 'held' NOT NULL,
  quantity INTEGER NOT NULL,
  total_amount BIGINT NOT NULL,
  fee_amount BIGINT DEFAULT 0 NOT NULL,
  paid_amount BIGINT DEFAULT 0 NOT NULL,
  currency TEXT NOT NULL,
  hold_expires_at TIMESTAMP WITH TIME ZONE,
  parked_at TIMESTAMP WITH TIME ZONE,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  cancelled_at TIMESTAMP WITH TIME ZONE,
  customer_id UUID,
  seller_id UUID NOT NULL,
  seller_login TEXT NOT NULL,
  seller_initials TEXT DEFAULT '' NOT NULL,
  station TEXT DEFAULT '' NOT NULL,
  channel TEXT DEFAULT 'counter' NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  one_per_customer BOOLEAN DEFAULT false NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  archived_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_bookings_archive PRIMARY KEY (event_id, id),
  CONSTRAINT fk_bookings_archive_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE RESTRICT,
  CONSTRAINT fk_bookings_archive_customer_id FOREIGN KEY(customer_id) REFERENCES evently.users (id),
  CONSTRAINT fk_bookings_archive_seller_id FOREIGN KEY(seller_id) REFERENCES evently.users (id)
);

CREATE TABLE evently.event_analytics (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  metric_type TEXT NOT NULL,
  metric_value NUMERIC NOT NULL,
  is_realtime BOOLEAN DEFAULT false NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_event_analytics PRIMARY KEY (event_id, id),
  CONSTRAINT fk_event_analytics_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE
);
CREATE INDEX ix_event_analytics_metric ON evently.event_analytics (event_id, metric_type, recorded_at);

CREATE TABLE evently.prices (
  event_id UUID NOT NULL,
  zone_id UUID NOT NULL,
  price_type_id UUID NOT NULL,
  amount BIGINT NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_prices PRIMARY KEY (event_id, zone_id, price_type_id),
  CONSTRAINT ck_prices_amount CHECK (amount >= 0),
  CONSTRAINT fk_prices_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE,
  CONSTRAINT fk_prices_zone_id FOREIGN KEY(zone_id) REFERENCES evently.price_zones (id),
  CONSTRAINT fk_prices_price_type_id FOREIGN KEY(price_type_id) REFERENCES evently.price_types (id)
);

CREATE TABLE evently.pricing_history (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  zone_id UUID,
  price_type_id UUID,
  old_price BIGINT,
  new_price BIGINT,
  reason TEXT DEFAULT '' NOT NULL,
  applied_by TEXT NOT NULL,
  applied_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_pricing_history PRIMARY KEY (event_id, id),
  CONSTRAINT fk_pricing_history_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE
);
CREATE INDEX ix_pricing_history_applied ON evently.pricing_history (event_id, applied_at DESC);

CREATE TABLE evently.pricing_rules (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  condition JSONB DEFAULT '{}' NOT NULL,
  multiplier NUMERIC(5, 3) NOT NULL,
  priority INTEGER DEFAULT 0 NOT NULL,
  is_active BOOLEAN DEFAULT true NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_pricing_rules PRIMARY KEY (event_id, id),
  CONSTRAINT ck_pricing_rules_kind CHECK (kind IN ('sold_share', 'days_before', 'window')),
  CONSTRAINT ck_pricing_rules_multiplier CHECK (multiplier > 0),
  CONSTRAINT fk_pricing_rules_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE
);

CREATE TABLE evently.seat_allocations (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  hold_type_id UUID NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  release_at TIMESTAMP WITH TIME ZONE,
  released_at TIMESTAMP WITH TIME ZONE,
  created_by UUID,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_seat_allocations PRIMARY KEY (event_id, id),
  CONSTRAINT uq_seat_allocations_event_id_hold_type_id UNIQUE (event_id, hold_type_id),
  CONSTRAINT fk_seat_allocations_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE,
  CONSTRAINT fk_seat_allocations_hold_type_id FOREIGN KEY(hold_type_id) REFERENCES evently.hold_types (id),
  CONSTRAINT fk_seat_allocations_created_by FOREIGN KEY(created_by) REFERENCES evently.users (id)
);

CREATE TABLE evently.waitlists (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  user_id UUID NOT NULL,
  party_size INTEGER DEFAULT 1 NOT NULL,
  together BOOLEAN DEFAULT true NOT NULL,
  section_preference TEXT DEFAULT '' NOT NULL,
  max_price BIGINT,
  position INTEGER NOT NULL,
  priority_score NUMERIC DEFAULT 0 NOT NULL,
  status TEXT DEFAULT 'waiting' NOT NULL,
  notification_preferences JSONB DEFAULT '{}' NOT NULL,
  joined_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE,
  notified_at TIMESTAMP WITH TIME ZONE,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_waitlists PRIMARY KEY (event_id, id),
  CONSTRAINT uq_waitlists_event_id_user_id UNIQUE (event_id, user_id),
  CONSTRAINT ck_waitlists_status CHECK (status IN ('waiting', 'promoted', 'converted', 'expired', 'left')),
  CONSTRAINT ck_waitlists_position CHECK (position > 0),
  CONSTRAINT ck_waitlists_party_size CHECK (party_size BETWEEN 1 AND 500),
  CONSTRAINT fk_waitlists_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE,
  CONSTRAINT fk_waitlists_user_id FOREIGN KEY(user_id) REFERENCES evently.users (id)
);
CREATE INDEX ix_waitlists_event_position ON evently.waitlists (event_id, position) WHERE status = 'waiting';
CREATE INDEX ix_waitlists_priority_joined ON evently.waitlists (event_id, priority_score DESC, joined_at) WHERE status = 'waiting';
CREATE INDEX ix_waitlists_user_priority ON evently.waitlists (user_id, priority_score);

CREATE TABLE evently.event_seats (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  ordinal INTEGER NOT NULL,
  section TEXT NOT NULL,
  row_number TEXT NOT NULL,
  seat_number TEXT NOT NULL,
  zone_id UUID NOT NULL,
  place SMALLINT DEFAULT 0 NOT NULL,
  base_price BIGINT DEFAULT 0 NOT NULL,
  dynamic_multiplier NUMERIC(5, 3) DEFAULT 1 NOT NULL,
  price BIGINT DEFAULT 0 NOT NULL,
  status TEXT DEFAULT 'available' NOT NULL,
  hold_type_id UUID,
  current_booking_id UUID,
  hold_expires_at TIMESTAMP WITH TIME ZONE,
  version INTEGER DEFAULT 0 NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  view_quality_score SMALLINT DEFAULT 5 NOT NULL,
  distance_to_stage REAL DEFAULT 0 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_event_seats PRIMARY KEY (event_id, id),
  CONSTRAINT fk_event_seats_event_id_current_booking_id FOREIGN KEY(event_id, current_booking_id) REFERENCES evently.bookings (event_id, id),
  CONSTRAINT uq_event_seats_event_id_section_row_number_seat_number UNIQUE (event_id, section, row_number, seat_number),
  CONSTRAINT ck_event_seats_status CHECK (status IN ('available', 'held', 'booked', 'killed')),
  CONSTRAINT ck_event_seats_price CHECK (base_price >= 0 AND dynamic_multiplier > 0 AND price = round(base_price * dynamic_multiplier)),
  CONSTRAINT ck_event_seats_booking CHECK ((status IN ('held', 'booked')) = (current_booking_id IS NOT NULL)),
  CONSTRAINT ck_event_seats_hold CHECK ((status = 'held') = (hold_expires_at IS NOT NULL)),
  CONSTRAINT ck_event_seats_view_quality_score CHECK (view_quality_score BETWEEN 1 AND 10),
  CONSTRAINT fk_event_seats_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE,
  CONSTRAINT fk_event_seats_zone_id FOREIGN KEY(zone_id) REFERENCES evently.price_zones (id),
  CONSTRAINT fk_event_seats_hold_type_id FOREIGN KEY(hold_type_id) REFERENCES evently.hold_types (id)
)
 WITH (fillfactor = 80);
CREATE INDEX ix_event_seats_booking ON evently.event_seats (event_id, current_booking_id) WHERE current_booking_id IS NOT NULL;
CREATE INDEX ix_event_seats_changed ON evently.event_seats (event_id, changed_xid);

CREATE TABLE evently.payments (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  booking_id UUID NOT NULL,
  kind TEXT NOT NULL,
  method TEXT NOT NULL,
  status TEXT DEFAULT 'pending' NOT NULL,
  amount BIGINT NOT NULL,
  rounding BIGINT DEFAULT 0 NOT NULL,
  given BIGINT,
  gateway TEXT DEFAULT '' NOT NULL,
  gateway_reference TEXT DEFAULT '' NOT NULL,
  shift_id UUID,
  taken_by UUID NOT NULL,
  login TEXT NOT NULL,
  station TEXT DEFAULT '' NOT NULL,
  captured_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_payments PRIMARY KEY (event_id, id),
  CONSTRAINT fk_payments_event_id_booking_id FOREIGN KEY(event_id, booking_id) REFERENCES evently.bookings (event_id, id),
  CONSTRAINT ck_payments_kind CHECK (kind IN ('sale', 'refund')),
  CONSTRAINT ck_payments_method CHECK (method IN ('cash', 'card', 'voucher')),
  CONSTRAINT ck_payments_status CHECK (status IN ('pending', 'captured', 'failed')),
  CONSTRAINT ck_payments_amount CHECK (amount >= 0 AND (amount > 0 OR kind = 'refund')),
  CONSTRAINT ck_payments_captured CHECK ((status = 'captured') = (captured_at IS NOT NULL)),
  CONSTRAINT ck_payments_cash_has_a_till CHECK (method <> 'cash' OR shift_id IS NOT NULL),
  CONSTRAINT fk_payments_shift_id FOREIGN KEY(shift_id) REFERENCES evently.shifts (id),
  CONSTRAINT fk_payments_taken_by FOREIGN KEY(taken_by) REFERENCES evently.users (id)
);
CREATE INDEX ix_payments_booking ON evently.payments (event_id, booking_id);
CREATE INDEX ix_payments_shift ON evently.payments (shift_id, event_id) WHERE shift_id IS NOT NULL;

CREATE TABLE evently.waitlist_promotions (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  waitlist_id UUID NOT NULL,
  user_id UUID NOT NULL,
  window_minutes INTEGER DEFAULT 60 NOT NULL,
  status TEXT DEFAULT 'pending' NOT NULL,
  promotion_reason TEXT DEFAULT '' NOT NULL,
  booking_id UUID,
  promoted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_waitlist_promotions PRIMARY KEY (event_id, id),
  CONSTRAINT fk_waitlist_promotions_event_id_waitlist_id FOREIGN KEY(event_id, waitlist_id) REFERENCES evently.waitlists (event_id, id) ON DELETE CASCADE,
  CONSTRAINT fk_waitlist_promotions_event_id_booking_id FOREIGN KEY(event_id, booking_id) REFERENCES evently.bookings (event_id, id),
  CONSTRAINT ck_waitlist_promotions_status CHECK (status IN ('pending', 'used', 'expired')),
  CONSTRAINT ck_waitlist_promotions_window CHECK (window_minutes > 0 AND expires_at > promoted_at),
  CONSTRAINT ck_waitlist_promotions_used CHECK ((status = 'used') = (booking_id IS NOT NULL)),
  CONSTRAINT fk_waitlist_promotions_event_id FOREIGN KEY(event_id) REFERENCES evently.events (id) ON DELETE CASCADE,
  CONSTRAINT fk_waitlist_promotions_user_id FOREIGN KEY(user_id) REFERENCES evently.users (id)
);
CREATE UNIQUE INDEX uq_waitlist_promotions_pending ON evently.waitlist_promotions (event_id, waitlist_id) WHERE status = 'pending';

CREATE TABLE evently.booking_seats (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  booking_id UUID NOT NULL,
  seat_id UUID NOT NULL,
  price_type_id UUID NOT NULL,
  price_at_booking BIGINT NOT NULL,
  fee BIGINT DEFAULT 0 NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_booking_seats PRIMARY KEY (event_id, id),
  CONSTRAINT fk_booking_seats_event_id_booking_id FOREIGN KEY(event_id, booking_id) REFERENCES evently.bookings (event_id, id),
  CONSTRAINT fk_booking_seats_event_id_seat_id FOREIGN KEY(event_id, seat_id) REFERENCES evently.event_seats (event_id, id),
  CONSTRAINT ck_booking_seats_amounts CHECK (price_at_booking >= 0 AND fee >= 0),
  CONSTRAINT fk_booking_seats_price_type_id FOREIGN KEY(price_type_id) REFERENCES evently.price_types (id)
);
CREATE INDEX ix_booking_seats_booking ON evently.booking_seats (event_id, booking_id);
CREATE UNIQUE INDEX uq_booking_seats_live ON evently.booking_seats (event_id, seat_id) WHERE released_at IS NULL;

CREATE TABLE evently.transactions (
  event_id UUID NOT NULL,
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  booking_id UUID NOT NULL,
  payment_id UUID,
  debit_account TEXT NOT NULL,
  credit_account TEXT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  shift_id UUID,
  login TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_transactions PRIMARY KEY (event_id, id),
  CONSTRAINT fk_transactions_event_id_booking_id FOREIGN KEY(event_id, booking_id) REFERENCES evently.bookings (event_id, id),
  CONSTRAINT fk_transactions_event_id_payment_id FOREIGN KEY(event_id, payment_id) REFERENCES evently.payments (event_id, id),
  CONSTRAINT ck_transactions_amount CHECK (amount > 0),
  CONSTRAINT ck_transactions_accounts CHECK (debit_account <> credit_account),
  CONSTRAINT fk_transactions_shift_id FOREIGN KEY(shift_id) REFERENCES evently.shifts (id)
);
CREATE INDEX ix_transactions_booking ON evently.transactions (event_id, booking_id);
CREATE INDEX ix_transactions_shift ON evently.transactions (shift_id, event_id) WHERE shift_id IS NOT NULL;

CREATE TABLE evently.tickets (
  event_id UUID NOT NULL,
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  booking_id UUID NOT NULL,
  booking_seat_id UUID NOT NULL,
  seat_id UUID NOT NULL,
  secret BYTEA NOT NULL,
  status TEXT DEFAULT 'issued' NOT NULL,
  replaces_id UUID,
  printed_at TIMESTAMP WITH TIME ZONE,
  admitted_at TIMESTAMP WITH TIME ZONE,
  voided_at TIMESTAMP WITH TIME ZONE,
  void_reason TEXT DEFAULT '' NOT NULL,
  issued_by TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_tickets PRIMARY KEY (event_id, id),
  CONSTRAINT fk_tickets_event_id_booking_id FOREIGN KEY(event_id, booking_id) REFERENCES evently.bookings (event_id, id),
  CONSTRAINT fk_tickets_event_id_booking_seat_id FOREIGN KEY(event_id, booking_seat_id) REFERENCES evently.booking_seats (event_id, id),
  CONSTRAINT ck_tickets_status CHECK (status IN ('issued', 'admitted', 'void')),
  CONSTRAINT ck_tickets_void CHECK ((status = 'void') = (voided_at IS NOT NULL)),
  CONSTRAINT ck_tickets_admitted CHECK ((status = 'admitted') <= (admitted_at IS NOT NULL))
);
CREATE INDEX ix_tickets_booking ON evently.tickets (event_id, booking_id);
CREATE UNIQUE INDEX uq_tickets_live ON evently.tickets (event_id, booking_seat_id) WHERE status != 'void';
CREATE UNIQUE INDEX uq_tickets_replaces ON evently.tickets (event_id, replaces_id) WHERE replaces_id IS NOT NULL;
