using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>Writes accounts as the JSON that the existing system has, some at a time. No password or hash stands in it.</summary>
internal sealed class AccountsAudit : IAsyncDisposable
{
    // What a reader can read stays readable; control characters are escaped all the same.
    private static readonly JsonWriterOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        IndentSize = 4,
        NewLine = "\n",
    };

    private readonly Utf8JsonWriter _json;

    public AccountsAudit(Stream output)
    {
        _json = new Utf8JsonWriter(output, Format);
        _json.WriteStartObject();
        _json.WriteStartObject("users");
    }

    public Task WriteAsync(IEnumerable<UserRecord> users, CancellationToken cancellationToken)
    {
        foreach (UserRecord user in users)
            Write(user);
        return _json.FlushAsync(cancellationToken);
    }

    public Task EndAsync(CancellationToken cancellationToken)
    {
        _json.WriteEndObject();
        _json.WriteEndObject();
        return _json.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();

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
