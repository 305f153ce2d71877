"""What migrations are written with: run a folder of SQL files, drop all there is of a kind."""

from typing import Literal

from alembic import op

from evently_desktop import places

# Each query lists the statements that undo one kind of thing in the schema.
_UNDO = {
    "table": """
        SELECT format('DROP TABLE evently.%I CASCADE', relname) FROM pg_class
         WHERE relnamespace = 'evently'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND relname <> 'alembic_version'""",
    "partition": """
        SELECT format('DROP TABLE evently.%I', relname) FROM pg_class
         WHERE relnamespace = 'evently'::regnamespace AND relkind = 'r' AND relispartition""",
    "view": """
        SELECT format('DROP VIEW evently.%I', relname) FROM pg_class
         WHERE relnamespace = 'evently'::regnamespace AND relkind = 'v'""",
    "trigger function": """
        SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc
         WHERE pronamespace = 'evently'::regnamespace AND prorettype = 'trigger'::regtype""",
    "function": """
        SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc
         WHERE pronamespace = 'evently'::regnamespace AND prorettype <> 'trigger'::regtype""",
    "type": """
        SELECT format('DROP TYPE evently.%I CASCADE', relname) FROM pg_class
         WHERE relnamespace = 'evently'::regnamespace AND relkind = 'c'""",
    "right": """
        SELECT format('DROP POLICY %I ON evently.%I', policyname, tablename) FROM pg_policies
         WHERE schemaname = 'evently'
        UNION ALL
        SELECT format('ALTER TABLE evently.%I DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', relname)
          FROM pg_class WHERE relnamespace = 'evently'::regnamespace AND relkind IN ('r', 'p') AND relrowsecurity
        UNION ALL
        SELECT format('REVOKE ALL ON ALL %s IN SCHEMA evently FROM evently_clerk, evently_organizer, '
                      'evently_manager, evently_admin, evently_verbs, evently_gatekeeper', what)
          FROM unnest(ARRAY['TABLES', 'SEQUENCES', 'FUNCTIONS']) AS what
        UNION ALL
        SELECT format('REVOKE ALL (%s) ON evently.%I FROM evently_clerk',
                      (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), c.relname)
          FROM pg_class c WHERE c.relnamespace = 'evently'::regnamespace AND c.relkind IN ('r', 'p')
        UNION ALL
        SELECT format('ALTER FUNCTION %s SECURITY INVOKER RESET search_path RESET plan_cache_mode RESET enable_seqscan '
                      'RESET enable_hashjoin RESET enable_mergejoin RESET enable_material '
                      'RESET enable_memoize', oid::regprocedure) FROM pg_proc
         WHERE pronamespace = 'evently'::regnamespace AND prorettype <> 'trigger'::regtype
        UNION ALL
        SELECT format('ALTER FUNCTION %s OWNER TO evently_owner', oid::regprocedure) FROM pg_proc
         WHERE pronamespace = 'evently'::regnamespace
        UNION ALL
        SELECT 'REVOKE ALL ON SCHEMA evently FROM evently_clerk, evently_verbs, evently_gatekeeper'
        UNION ALL
        SELECT 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA evently TO PUBLIC'""",
}


def run(folder: str, *, as_owner: bool = True) -> None:
    """Run the files of ``migrations/sql/<folder>`` in the order of their names, as the schema's owner or as oneself."""
    if as_owner:
        _execute("SET LOCAL ROLE evently_owner")
    for file in sorted((places.migrations() / "sql" / folder).glob("*.sql")):
        _execute(file.read_text(encoding="utf-8"))
    if as_owner:
        _execute("RESET ROLE")


def drop(
    kind: Literal["table", "partition", "view", "trigger function", "function", "type", "right"],
) -> None:
    """Drop (for rights: take back) everything of a kind."""
    for statement in (
        op.get_bind().exec_driver_sql(_UNDO[kind], execution_options={"no_parameters": True}).scalars().all()
    ):
        _execute(statement)


def _execute(sql: str) -> None:
    # Without parameters psycopg sends the text as it is: several statements, and % is only a character.
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})
