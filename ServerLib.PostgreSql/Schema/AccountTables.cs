namespace ServerLib.PostgreSql.Schema;

/// <summary>The tables of version 1: accounts and what belongs to them, invitations and bans.</summary>
internal static class AccountTables
{
    public const string Sql =
        """
        -- Times are in ticks of UTC: 100 ns since the year 1, as .NET counts them.
        CREATE TABLE serverlib.accounts (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            -- The name in the form in which names are compared.
            key text COLLATE "C" NOT NULL UNIQUE,
            name text NOT NULL,
            password_hash text NOT NULL,
            password_set_at bigint,
            is_admin boolean NOT NULL DEFAULT false,
            is_locked boolean NOT NULL DEFAULT false,
            stamp uuid NOT NULL DEFAULT gen_random_uuid(),
            registered_at bigint,
            registered_from text NOT NULL DEFAULT ''
        );

        CREATE TABLE serverlib.account_keys (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            account_id bigint NOT NULL REFERENCES serverlib.accounts ON DELETE CASCADE,
            name text NOT NULL,
            name_key text COLLATE "C" NOT NULL,
            fingerprint text COLLATE "C" NOT NULL,
            added_at bigint NOT NULL,
            last_used_at bigint,
            UNIQUE (account_id, name_key),
            UNIQUE (account_id, fingerprint)
        );

        -- Apart from the accounts, because it changes with each login. Most updates find room on the same page.
        CREATE TABLE serverlib.account_statistics (
            account_id bigint PRIMARY KEY REFERENCES serverlib.accounts ON DELETE CASCADE,
            attempts text[] NOT NULL DEFAULT '{}',
            attempt_count bigint NOT NULL DEFAULT 0,
            logons text[] NOT NULL DEFAULT '{}',
            logon_count bigint NOT NULL DEFAULT 0,
            active_address text NOT NULL DEFAULT '',
            broadcasts bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 70);

        -- The servers that use the accounts. One that is not seen for a while has no connections any more.
        CREATE TABLE serverlib.nodes (
            id uuid PRIMARY KEY,
            seen_at timestamptz NOT NULL,
            -- The last batch of statistics that it has written. A batch that is sent again is not counted again.
            batch bigint NOT NULL
        ) WITH (fillfactor = 70);

        CREATE TABLE serverlib.active_connections (
            account_id bigint NOT NULL REFERENCES serverlib.accounts ON DELETE CASCADE,
            node_id uuid NOT NULL REFERENCES serverlib.nodes ON DELETE CASCADE,
            count bigint NOT NULL,
            PRIMARY KEY (account_id, node_id)
        );

        CREATE INDEX ON serverlib.active_connections (node_id);

        CREATE TABLE serverlib.invitations (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            -- The SHA-256 of the code.
            hash bytea NOT NULL,
            created_at bigint NOT NULL,
            expires_at bigint,
            taken_by text,
            taken_at bigint
        );

        CREATE TABLE serverlib.bans (
            -- The target in the form in which targets are compared.
            key text COLLATE "C" PRIMARY KEY,
            target text NOT NULL,
            since bigint NOT NULL,
            until bigint,
            reason text NOT NULL,
            created_by text NOT NULL
        );
        """;
}
