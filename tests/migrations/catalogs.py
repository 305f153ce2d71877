"""What PostgreSQL itself says about the schema, as sorted lines that can be compared and read."""

from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

# Owners have every right on their own things, and superusers need none; neither says anything.
_GRANTS = """
    SELECT what || ' to ' || who || ': ' || string_agg(right_, ', ' ORDER BY right_)
      FROM (SELECT {what} AS what, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS who,
                   lower(a.privilege_type) || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END AS right_
              FROM {source}, aclexplode({acl}) a
             WHERE {where} AND a.grantee <> {owner} AND a.privilege_type <> 'MAINTAIN') AS grants
     GROUP BY what, who"""

_IN_SCHEMA = "relnamespace = 'evently'::regnamespace"

_TABLES = (
    f"""SELECT 'table ' || relname || coalesce(' partition by ' || pg_get_partkeydef(oid), '')
               || coalesce(' with ' || array_to_string(reloptions, ', '), '')
          FROM pg_class
         WHERE {_IN_SCHEMA} AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'alembic_version'""",
    f"""SELECT 'column ' || relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
               || CASE WHEN attnotnull THEN ' not null' ELSE '' END
               || CASE attidentity WHEN '' THEN '' ELSE ' identity ' || attidentity::text END
               || CASE attgenerated WHEN '' THEN ' default ' ELSE ' generated ' END
               || coalesce(pg_get_expr(adbin, adrelid), 'nothing')
          FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid
          LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
         WHERE {_IN_SCHEMA} AND relkind IN ('r', 'p') AND NOT relispartition AND attnum > 0 AND NOT attisdropped
           AND relname <> 'alembic_version'""",
    # PostgreSQL 18 lists NOT NULL among the constraints; the columns say it already.
    f"""SELECT 'constraint ' || relname || ' ' || conname || ' ' || pg_get_constraintdef(n.oid)
          FROM pg_class c JOIN pg_constraint n ON conrelid = c.oid
         WHERE {_IN_SCHEMA} AND NOT relispartition AND contype NOT IN ('n', 't') AND relname <> 'alembic_version'""",
    """SELECT 'index ' || regexp_replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
         FROM pg_index JOIN pg_class c ON c.oid = indrelid
        WHERE relnamespace = 'evently'::regnamespace AND NOT relispartition AND relname <> 'alembic_version'""",
)

_RIGHTS = (
    """SELECT 'role ' || rolname || CASE WHEN rolcanlogin THEN ' LOGIN' ELSE '' END
              || CASE WHEN rolsuper THEN ' SUPERUSER' ELSE '' END
              || CASE WHEN rolcreaterole THEN ' CREATEROLE' ELSE '' END
              || CASE WHEN rolcreatedb THEN ' CREATEDB' ELSE '' END
              || CASE WHEN rolbypassrls THEN ' BYPASSRLS' ELSE '' END
              || CASE WHEN rolreplication THEN ' REPLICATION' ELSE '' END
         FROM pg_roles WHERE rolname ~ '^evently_(owner|verbs|gatekeeper|clerk|organizer|manager|admin)$'""",
    """SELECT DISTINCT 'member ' || m.member::regrole || ' of ' || m.roleid::regrole
              || CASE WHEN m.admin_option THEN ' with admin option' ELSE '' END
         FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
        WHERE r.rolname LIKE 'evently\\_%' AND NOT r.rolcanlogin AND NOT g.rolcanlogin""",
    _GRANTS.format(what="'grant database'", source="pg_database", acl="coalesce(datacl, acldefault('d', datdba))",
                   where="datname = current_database()", owner="datdba"),
    """SELECT 'owner schema ' || nspname || ' ' || nspowner::regrole
         FROM pg_namespace WHERE nspname IN ('evently', 'public')""",
    _GRANTS.format(what="'grant schema ' || nspname", source="pg_namespace",
                   acl="coalesce(nspacl, acldefault('n', nspowner))", where="nspname IN ('evently', 'public')",
                   owner="nspowner"),
    f"""SELECT CASE relkind WHEN 'v' THEN 'view ' WHEN 'S' THEN 'sequence ' ELSE 'table ' END || relname
               || ' owner ' || relowner::regrole
               || CASE WHEN relrowsecurity THEN ' row security' ELSE '' END
               || CASE WHEN relforcerowsecurity THEN ' forced' ELSE '' END
               || CASE relkind WHEN 'v' THEN coalesce(' ' || array_to_string(reloptions, ', '), '') ELSE '' END
          FROM pg_class WHERE {_IN_SCHEMA} AND relkind IN ('r', 'p', 'v', 'm', 'S') AND relname <> 'alembic_version'""",
    _GRANTS.format(what="'grant ' || relname", source="pg_class",
                   acl="coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", relowner))",
                   where=f"{_IN_SCHEMA} AND relkind IN ('r', 'p', 'v', 'm', 'S')", owner="relowner"),
    _GRANTS.format(what="'grant ' || relname || '.' || attname",
                   source="pg_class c JOIN pg_attribute ON attrelid = c.oid",
                   acl="attacl", where=f"{_IN_SCHEMA} AND attacl IS NOT NULL", owner="relowner"),
    """SELECT 'policy ' || tablename || '.' || policyname || ' ' || lower(permissive) || ' for ' || lower(cmd) || ' to '
              || array_to_string(roles, ', ') || coalesce(' using ' || qual, '')
              || coalesce(' with check ' || with_check, '')
         FROM pg_policies WHERE schemaname = 'evently'""",
    """SELECT 'function ' || oid::regprocedure || ' owner ' || proowner::regrole
              || CASE WHEN prosecdef THEN ' security definer' ELSE '' END
              || coalesce((SELECT string_agg(' ' || setting, '' ORDER BY setting) FROM unnest(proconfig) AS setting
                            WHERE setting !~ '^(enable_|plan_cache_mode)'), '')
         FROM pg_proc WHERE pronamespace = 'evently'::regnamespace""",
    _GRANTS.format(what="'grant ' || oid::regprocedure", source="pg_proc",
                   acl="coalesce(proacl, acldefault('f', proowner))", where="pronamespace = 'evently'::regnamespace",
                   owner="proowner"),
    f"""SELECT 'trigger ' || relname || '.' || tgname || ' '
               || regexp_replace(pg_get_triggerdef(t.oid), '^CREATE (CONSTRAINT )?TRIGGER \\w+ ', '')
               || CASE tgenabled WHEN 'O' THEN '' ELSE ' NOT ENABLED' END
          FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE {_IN_SCHEMA} AND NOT tgisinternal""",
)  # fmt: skip


def _lines(connection: Connection, queries: tuple[str, ...]) -> list[str]:
    return sorted(
        " ".join(line.split()) for query in queries for (line,) in connection.execute(query.encode()).fetchall()
    )


def tables(connection: Connection) -> list[str]:
    """Tables, columns, constraints and indexes, without partitions."""
    return _lines(connection, _TABLES)


def rights(connection: Connection) -> list[str]:
    """Who owns, may read, write and call what, and what is triggered; the planner's settings are nobody's right."""
    return _lines(connection, _RIGHTS)


def everything(connection: Connection) -> list[str]:
    bodies = ("SELECT 'body ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'evently'::regnamespace",
              "SELECT 'view ' || viewname || definition FROM pg_views WHERE schemaname = 'evently'")  # fmt: skip
    return [*tables(connection), *rights(connection), *_lines(connection, bodies)]
