"""What a clerk with psql may try: (act, what comes of it). A refusal's code or an error's SQLSTATE."""

DENIED = "42501"
NOTHING = "nothing"
DONE = "done"


def hold(seat: str, event: str = "event", booking: str = "new", type_: str = "adult") -> str:
    return (
        f"SELECT evently.hold_seats(%({event})s, %({booking})s, ARRAY[%({seat})s]::uuid[], ARRAY[%({type_})s]::uuid[])"
    )


def pay(tenders: str, *, booking: str = "mine", shift: str = "%(annas_shift)s", expected: int = 3150) -> str:
    return (
        f"SELECT evently.complete_sale(%(event)s, %({booking})s, jsonb_build_array({tenders}), {shift}, {expected}, '')"
    )


def tender(amount: int, method: str = "cash", id_: str = "%(payment)s") -> str:
    return f"jsonb_build_object('id', {id_}, 'method', '{method}', 'amount', {amount}, 'reference', 'T1')"


def refund(amount: int, *, booking: str = "sold", seat: str = "c1", shift: str = "%(annas_shift)s") -> str:
    return f"""SELECT evently.refund_seats(%(event)s, %({booking})s, ARRAY[%({seat})s]::uuid[], {tender(amount)},
               {shift}, 'ill')"""


SELLING = {
    "sell a seat that is held": (hold("b1"), "seats_gone"),
    "sell a seat that is sold": (hold("c1"), "seats_gone"),
    "sell a seat that is killed": (hold("e2"), "seats_gone"),
    "sell a seat of the house": (hold("e1"), "house_seats"),
    "sell a seat of another event": (hold("event_past_seat"), "seats_gone"),
    "sell for a draft": (hold("event_draft_seat", "event_draft_event"), "event_draft"),
    "sell for a cancelled event": (hold("event_cancelled_seat", "event_cancelled_event"), "event_cancelled"),
    "sell for a past event": (hold("event_past_seat", "event_past_event"), "event_past"),
    "sell before the sale opens": (hold("not_on_sale_yet_seat", "not_on_sale_yet_event"), "not_on_sale_yet"),
    "sell after the sale closed": (hold("sale_closed_seat", "sale_closed_event"), "sale_closed"),
    "sell at a price type that is none": (hold("a1", type_="director"), "not_priced"),
    "sell no seats": ("SELECT evently.hold_seats(%(event)s, %(new)s, '{}', '{}')", "no_seats"),
    "sell a seat that is NULL": (
        "SELECT evently.hold_seats(%(event)s, %(new)s, '{NULL}', ARRAY[%(adult)s]::uuid[])",
        "bad_call",
    ),
    "take over a hold by its id": (hold("b1", booking="bens"), "id_reused"),
    "take over a sale by its id": (hold("c1", booking="sold"), "id_reused"),
}

OTHERS = {
    "change another's hold": (
        """SELECT evently.change_hold(%(event)s, %(bens)s, 1, ARRAY[%(b2)s]::uuid[],
           ARRAY[%(adult)s]::uuid[])""", "not_yours"),
    "extend another's hold": ("SELECT evently.extend_hold(%(event)s, %(bens)s)", "not_yours"),
    "release another's hold": ("SELECT evently.release_hold(%(event)s, %(bens)s)", "not_yours"),
    "release another's sale": ("SELECT evently.release_hold(%(event)s, %(sold)s)", "not_yours"),
    "sell another's hold": (pay(tender(4350), booking="bens", expected=4350), "not_yours"),
    "begin to pay for another's hold": (
        f"SELECT evently.begin_payment(%(event)s, %(bens)s, {tender(4350, 'card')}, NULL)", "not_yours"),
    "name the customer of another's hold": ("SELECT evently.set_customer(%(event)s, %(bens)s, NULL)", "not_yours"),
    "take cash on another's shift": (pay(tender(3150), shift="%(bens_shift)s"), "no_shift"),
    "take a card on another's shift": (pay(tender(3150, "card"), shift="%(bens_shift)s"), "no_shift"),
    "give back cash on another's shift": (refund(4350, shift="%(bens_shift)s"), "no_shift"),
    "close another's shift": ("SELECT evently.close_shift(%(bens_shift)s, 0)", "not_yours"),
    "open a second shift": ("SELECT evently.open_shift(%(new)s, %(till)s, 0)", "shift_open"),
}  # fmt: skip

MONEY = {
    "stretch a hold by hand": (
        "UPDATE evently.bookings SET hold_expires_at = hold_expires_at + interval '1 day' WHERE id = %(mine)s", DENIED),
    "stretch the seats of a hold by hand": (
        """UPDATE evently.event_seats SET hold_expires_at = hold_expires_at + interval '1 day' WHERE event_id =
           %(event)s""",
        DENIED),
    "confirm unpaid by hand": (
        """UPDATE evently.bookings SET status = 'confirmed', confirmed_at = now(), hold_expires_at = NULL
           WHERE id = %(mine)s""", DENIED),
    "pay less": (pay(tender(3149)), "paid_short"),
    "pay nothing": (pay(""), "paid_short"),
    "pay with less than nothing": (pay(f"{tender(6300)}, {tender(-3150, id_='%(new)s')}"), "bad_call"),
    "pay more": (pay(tender(3151)), "paid_over"),
    "pay twice with one id": (pay(f"{tender(3150)}, {tender(3150)}"), "bad_call"),
    "pay with promises": (pay(tender(3150, "promise")), "bad_call"),
    "pay without a shift": (pay(tender(3150), shift="NULL"), "no_shift"),
    "pay what another has paid": (
        """SELECT evently.complete_sale(%(event)s, %(mine)s, jsonb_build_array(jsonb_build_object('id', p.id,
          'method', p.method,
           'amount', 3150)), %(annas_shift)s, 3150) FROM evently.payments p WHERE p.booking_id = %(sold)s""",
             "id_reused"),
    "sell at one's own price": (pay(tender(1), expected=1), "price_changed"),
    "sell at no price": (pay("").replace("3150", "NULL"), "price_changed"),
    "change a price": ("UPDATE evently.prices SET amount = 1 WHERE event_id = %(event)s", DENIED),
    "change a seat's price": ("""UPDATE evently.event_seats SET base_price = 1, price = 1 WHERE event_id =
                                 %(event)s""", DENIED),
    "drop the fee": ("UPDATE evently.events SET fee_per_seat = 0 WHERE id = %(event)s", DENIED),
    "make the longest hold longer": ("UPDATE evently.box_office SET longest_hold_seconds = 999999", DENIED),
    "may sell house seats": ("UPDATE evently.hold_types SET may_sell = 'clerk'", DENIED),
    "refund more than was paid": (refund(4351), "refund_over"),
    "refund less than was paid": (refund(4349), "refund_short"),
    "refund what is not sold": (refund(3150, booking="mine", seat="d1"), "not_sold"),
    "refund another's seat": (refund(4350, seat="b1"), "not_in_booking"),
    "refund a seat twice in one call": (
        f"""SELECT evently.refund_seats(%(event)s, %(sold)s, ARRAY[%(c1)s, %(c1)s]::uuid[], {tender(8700)},
            %(annas_shift)s, 'x')""",
        "not_in_booking"),
    "refund without a reason": (refund(4350).replace("'ill'", "' '"), "no_reason"),
    "write a booking": (
        """INSERT INTO evently.bookings (event_id, reference, quantity, total_amount, currency, seller_id, seller_login)
           SELECT event_id, 'X', 1, 0, 'EUR', seller_id, seller_login FROM evently.bookings""", DENIED),
    "write a payment": (
        """INSERT INTO evently.payments (event_id, booking_id, kind, method, amount, taken_by, login)
           SELECT event_id, booking_id, kind, method, amount, taken_by, login FROM evently.payments""", DENIED),
}  # fmt: skip

READING = {
    "read the signing key": ("SELECT * FROM evently.signing_keys", DENIED),
    "read a ticket's secret": ("SELECT secret FROM evently.tickets", DENIED),
    "read whole tickets": ("SELECT * FROM evently.tickets", DENIED),
    "copy tickets": ("COPY evently.tickets TO STDOUT", DENIED),
    "read secrets from statistics": ("""SELECT * FROM pg_stats WHERE schemaname = 'evently' AND attname =
                                        'secret'""", NOTHING),
    "read another's shift": ("SELECT FROM evently.shifts WHERE id = %(bens_shift)s", NOTHING),
    "read another's drawer": ("SELECT FROM evently.till_movements WHERE shift_id = %(bens_shift)s", NOTHING),
    "read another's money": ("SELECT FROM evently.transactions WHERE login = %(ben)s", NOTHING),
    "read another's attempts": ("SELECT FROM evently.booking_attempts WHERE login <> %(anna)s", NOTHING),
    "read a draft": ("SELECT FROM evently.events WHERE id = %(event_draft_event)s", NOTHING),
    "read who works here": ("SELECT FROM evently.users WHERE login <> %(anna)s", NOTHING),
    "read past row security": ("SET row_security = off;\nSELECT * FROM evently.shifts", DENIED),
    "read what prices were": ("SELECT * FROM evently.pricing_history", DENIED),
    "read the archive": ("SELECT * FROM evently.bookings_archive", DENIED),
    "read verifiers": ("SELECT rolpassword FROM pg_authid", DENIED),
    "read a file of the server": ("SELECT pg_read_file('PG_VERSION')", DENIED),
    "read a file into the database": ("SELECT lo_import('/etc/hostname')", DENIED),
    "read what others ask": (
        """SELECT FROM pg_stat_activity
            WHERE usename <> %(anna)s AND query <> '' AND query NOT LIKE '<%%>'""", NOTHING),
}  # fmt: skip

BECOMING = {
    **{f"become {role}": (f"SET ROLE {role}", DENIED) for role in (
        "evently_owner", "evently_verbs", "evently_gatekeeper", "evently_organizer", "evently_manager", "evently_admin",
        "postgres", "pg_signal_backend")},
    "become a colleague": ("SET ROLE :ben", DENIED),
    "sign in as a colleague": ("SET SESSION AUTHORIZATION :ben", DENIED),
    "promote oneself": ("UPDATE evently.users SET role = 'admin' WHERE login = session_user", DENIED),
    "rename oneself": ("UPDATE evently.users SET name = 'Boss' WHERE login = session_user", NOTHING),
    "write down a new manager": (
        "INSERT INTO evently.users (name, login, role) VALUES ('X', 'x', 'manager')", DENIED),
    "join a group": ("GRANT evently_manager TO :anna", DENIED),
    "make oneself a maker of logins": ("ALTER ROLE :anna CREATEROLE", DENIED),
    "make oneself a superuser": ("ALTER ROLE :anna SUPERUSER", DENIED),
    "change a colleague's password": ("ALTER ROLE :ben PASSWORD 'x'", DENIED),
    "make a login": ("CREATE ROLE intruder LOGIN", DENIED),
    "make a database": ("CREATE DATABASE intruder", DENIED),
    "appoint": ("SELECT evently.add_staff(%(new)s, 'X', 'X', 'x', 'clerk', NULL, 'x')", DENIED),
    "shut a colleague out": ("SELECT evently.deactivate_staff(%(ben)s)", DENIED),
    "build seats": ("SELECT evently.build_seats(%(event)s)", DENIED),
    "set seats aside": ("SELECT evently.set_aside(%(event)s, ARRAY[%(a1)s]::uuid[], %(director)s)", DENIED),
    "release house seats": ("SELECT evently.set_aside(%(event)s, ARRAY[%(e1)s]::uuid[], NULL)", DENIED),
    "kill seats": ("SELECT evently.kill_seats(%(event)s, ARRAY[%(a1)s]::uuid[], true)", DENIED),
    "make a partition": ("SELECT evently.prepare_notifications('2040-01-01')", DENIED),
}  # fmt: skip

INSIDE = {
    "free a seat from inside": ("SELECT evently._free(%(event)s, %(sold)s)", DENIED),
    "make tickets from inside": ("SELECT evently._make_tickets(%(event)s, %(sold)s)", DENIED),
    "sign a token from inside": ("SELECT evently._token(%(event)s, %(ticket)s, 'x')", DENIED),
    "write the log from inside": ("SELECT evently._log(%(event)s, %(sold)s, 'x', NULL, '{}')", DENIED),
    "write refusals from inside": ("SELECT evently._refuse(%(event)s, %(sold)s, 'x', 'x')", DENIED),
    "take seats from inside": (
        "SELECT evently._take(%(event)s, %(mine)s, NULL, NULL, NULL, '', 0, now(), 0, now(), '', '{}')", DENIED),
    "take money from inside": ("SELECT evently._capture(NULL, NULL, NULL, 'sale', '{}')", DENIED),
    "earn from inside": ("SELECT evently._earn(NULL, 'sale', 1, 1)", DENIED),
    "expire a hold from inside": ("SELECT evently._expire(b) FROM evently.bookings b WHERE id = %(bens)s", DENIED),
    "make a function": ("CREATE FUNCTION evently.now() RETURNS int LANGUAGE sql AS 'SELECT 1'", DENIED),
    "make a function in public": ("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", DENIED),
    "make a passing function": ("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", DENIED),
    "make a table": ("CREATE TABLE evently.mine (x int)", DENIED),
    "make a table in public": ("CREATE TABLE public.mine (x int)", DENIED),
    "make a passing table": ("CREATE TEMP TABLE bookings (x int)", DENIED),
    "make a passing view": ("CREATE TEMP VIEW pg_stat_activity AS SELECT 1", DENIED),
    "make a passing type": ("CREATE TYPE pg_temp.uuid AS (x int)", DENIED),
    "make a schema": ("CREATE SCHEMA evently2", DENIED),
    "make an operator": ("CREATE OPERATOR evently.<= (LEFTARG = int, RIGHTARG = int, PROCEDURE = int4ge)", DENIED),
    "make a trigger": (
        """CREATE TRIGGER t BEFORE UPDATE ON evently.bookings FOR EACH ROW EXECUTE FUNCTION
           suppress_redundant_updates_trigger()""",
        DENIED),
    "make a rule": ("CREATE RULE r AS ON INSERT TO evently.booking_logs DO INSTEAD NOTHING", DENIED),
    "make a policy": ("CREATE POLICY p ON evently.shifts USING (true)", DENIED),
    "make an index": ("CREATE INDEX ON evently.bookings (note)", DENIED),
    "make a language": ("CREATE LANGUAGE mine HANDLER plpgsql_call_handler", DENIED),
    "switch triggers off": ("ALTER TABLE evently.bookings DISABLE TRIGGER ALL", DENIED),
    "switch triggers off for oneself": ("SET session_replication_role = replica", DENIED),
    "switch row security off": ("ALTER TABLE evently.shifts DISABLE ROW LEVEL SECURITY", DENIED),
    "drop the last wall": ("DROP INDEX evently.uq_booking_seats_live", DENIED),
    "own a table": ("ALTER TABLE evently.bookings OWNER TO :anna", DENIED),
    "own a function": ("ALTER FUNCTION evently.hold_seats OWNER TO :anna", DENIED),
    "let a verb run as oneself": ("ALTER FUNCTION evently.hold_seats SECURITY INVOKER", DENIED),
    "grant oneself": ("GRANT ALL ON ALL TABLES IN SCHEMA evently TO :anna", DENIED),
    "run a program": ("COPY (SELECT 1) TO PROGRAM 'true'", DENIED),
    "write a file": ("COPY (SELECT 1) TO '/tmp/evently-intruder'", DENIED),
    "change the server's settings": ("ALTER SYSTEM SET fsync = off", DENIED),
    "take the next number": ("SELECT nextval('evently.booking_logs_id_seq')", DENIED),
    "change the version": ("UPDATE evently.alembic_version SET version_num = '0'", DENIED),
}  # fmt: skip

TICKETS = {
    "look up noise": ("SELECT evently.look_up_ticket(decode(repeat('01', 45), 'hex'))", "ticket_unknown"),
    "look up nothing": ("SELECT evently.look_up_ticket(NULL)", "ticket_unknown"),
    "look up half a token": ("SELECT evently.look_up_ticket(substr(%(token)s, 1, 44))", "ticket_unknown"),
    "look up a token without its signature": (
        "SELECT evently.look_up_ticket(substr(%(token)s, 1, 33) || decode(repeat('00', 12), 'hex'))", "ticket_unknown"),
    "look up a token of another event": (
        """SELECT evently.look_up_ticket(overlay(%(token)s PLACING uuid_send(%(event_past_event)s)
           FROM 2))""", "ticket_unknown"),
    "reprint for no reason": ("SELECT evently.reprint_tickets(%(event)s, ARRAY[%(ticket)s]::uuid[], '')", "no_reason"),
    "print a ticket for a hold": ("SELECT evently.issue_tickets(%(event)s, %(mine)s)", "not_sold"),
    "let oneself in": ("UPDATE evently.tickets SET status = 'admitted', admitted_at = now()", DENIED),
    "void a ticket that is none": ("""SELECT evently.void_tickets(%(event)s,
                                      ARRAY[%(new)s]::uuid[], 'x')""", "ticket_unknown"),
}  # fmt: skip

# Allowed, and still no way in: nothing changes by them.
HARMLESS = {
    "wake every counter": ("""SELECT pg_notify('evently_' || replace(%(event)s::text, '-', ''), 'all seats
                              are free')""", DONE),
    "commit without waiting for the disk": ("SET synchronous_commit = off", DONE),
    "wait for ever": ("""SET statement_timeout = 0;\nSET lock_timeout = 0;\nSET
                         idle_in_transaction_session_timeout = 0""", DONE),
    "be in another group one is in": ("SET ROLE evently_clerk", DONE),
    "call oneself another station": ("SET evently.station = 'Counter 2''; DROP TABLE x; --'", DONE),
    "look elsewhere first": ("SET search_path = pg_temp, public, evently", DONE),
    "check at once": ("SET CONSTRAINTS ALL IMMEDIATE", DONE),
}  # fmt: skip

ACTS = SELLING | OTHERS | MONEY | READING | BECOMING | INSIDE | TICKETS | HARMLESS
