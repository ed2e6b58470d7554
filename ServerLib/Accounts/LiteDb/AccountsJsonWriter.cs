using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>Writes accounts as JSON, in the format of the existing system. It contains no passwords or hashes.</summary>
internal sealed class AccountsJsonWriter : IAsyncDisposable
{
    // Keeps letters of all languages readable. Control characters are escaped all the same.
    private static readonly JsonWriterOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        IndentSize = 4,
        NewLine = "\n",
    };

    private readonly Utf8JsonWriter _json;

    private AccountsJsonWriter(Stream output) => _json = new Utf8JsonWriter(output, Format);

    /// <summary>Writes all accounts.</summary>
    /// <param name="output">The output. It stays open.</param>
    /// <param name="accounts">The accounts, in parts. Each part is written before the next is read.</param>
    /// <param name="cancellationToken">Cancels; a part may have been written.</param>
    public static async Task WriteAsync(
        Stream output, IAsyncEnumerable<IReadOnlyList<UserRecord>> accounts, CancellationToken cancellationToken)
    {
        var writer = new AccountsJsonWriter(output);
        await using (writer.ConfigureAwait(false))
            await writer.WriteAsync(accounts, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();

    private async Task WriteAsync(IAsyncEnumerable<IReadOnlyList<UserRecord>> accounts, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("users");
        await foreach (IReadOnlyList<UserRecord> part in accounts.ConfigureAwait(false))
        {
            foreach (UserRecord user in part)
                Write(user);
            await _json.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
        await _json.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Write(UserRecord user)
    {
        _json.WriteStartObject(user.Name);
        _json.WriteString("alias", user.Name);

        _json.WriteStartObject("ip_ledger");
        WriteList("addr_list_ATTEMPT", user.Attempts);
        WriteList("addr_list_SUCCESS", user.Successes);
        WriteAddress("addr_active", user.ActiveAddress);
        _json.WriteEndObject();

        _json.WriteStartObject("credentials");
        _json.WriteString("username", user.Name);
        _json.WriteString("password", "");
        WriteAddress("ip_addr", user.RegisteredFrom);
        _json.WriteEndObject();

        _json.WriteStartObject("statistics");
        _json.WriteNumber("active_connections", user.ActiveConnections);
        _json.WriteNumber("successful_broadcast_count", user.Broadcasts);
        _json.WriteNumber("logon_count", user.LogonCount);
        _json.WriteNumber("logoff_count", user.LogoffCount);
        _json.WriteEndObject();

        _json.WriteEndObject();
    }

    private void WriteList(string name, List<string> addresses)
    {
        _json.WriteStartArray(name);
        foreach (string address in addresses)
            AddressText.Write(_json, address);
        _json.WriteEndArray();
    }

    private void WriteAddress(string name, string address)
    {
        _json.WritePropertyName(name);
        AddressText.Write(_json, address);
    }
}
