using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Files;

namespace ServerLib;

/// <summary>
/// Writes accounts as JSON, in the format of the existing system, for <see cref="IUserDatabase.AuditAsync"/>. It contains no passwords or hashes.
/// </summary>
public static class AccountAuditWriter
{
    private const int FlushSize = 16 * 1024;

    // Keeps letters of all languages readable. Control characters are escaped all the same.
    private static readonly JsonWriterOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        IndentSize = 4,
        NewLine = "\n",
    };

    /// <summary>Writes all accounts.</summary>
    /// <param name="output">The output. It stays open.</param>
    /// <param name="accounts">The accounts. The first ones are written before the last ones are read.</param>
    /// <param name="cancellationToken">Cancels; a part may have been written.</param>
    public static async Task WriteAsync(Stream output, IAsyncEnumerable<AuditedAccount> accounts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(accounts);
        var json = new Utf8JsonWriter(output, Format);
        await using (json.ConfigureAwait(false))
            await WriteAsync(json, accounts, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(Utf8JsonWriter json, IAsyncEnumerable<AuditedAccount> accounts, CancellationToken cancellationToken)
    {
        json.WriteStartObject();
        json.WriteStartObject("users");
        await foreach (AuditedAccount account in accounts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            Write(json, account);
            if (json.BytesPending >= FlushSize)
                await json.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter json, AuditedAccount audited)
    {
        AccountRecord account = audited.Account;
        json.WriteStartObject(account.Name);
        json.WriteString("alias", account.Name);

        json.WriteStartObject("ip_ledger");
        WriteList(json, "addr_list_ATTEMPT", account.Attempts);
        WriteList(json, "addr_list_SUCCESS", account.Logons);
        WriteAddress(json, "addr_active", audited.ActiveAddress);
        json.WriteEndObject();

        json.WriteStartObject("credentials");
        json.WriteString("username", account.Name);
        json.WriteString("password", "");
        WriteAddress(json, "ip_addr", account.RegisteredFrom);
        json.WriteEndObject();

        json.WriteStartObject("statistics");
        json.WriteNumber("active_connections", audited.ActiveConnections);
        json.WriteNumber("successful_broadcast_count", account.Broadcasts);
        json.WriteNumber("logon_count", account.LogonCount);
        json.WriteNumber("logoff_count", account.LogonCount - audited.ActiveConnections);
        json.WriteEndObject();

        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> addresses)
    {
        json.WriteStartArray(name);
        foreach (string address in addresses)
            AddressText.Write(json, address);
        json.WriteEndArray();
    }

    private static void WriteAddress(Utf8JsonWriter json, string name, string address)
    {
        json.WritePropertyName(name);
        AddressText.Write(json, address);
    }
}
