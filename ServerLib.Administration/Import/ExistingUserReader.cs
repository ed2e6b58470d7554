using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServerLib.Administration.Import;

/// <summary>Reads one user of the existing system. Members with other names are ignored.</summary>
internal sealed partial class ExistingUserReader(JsonTokens tokens)
{
    private readonly Queue<string> _attempts = new();
    private readonly Queue<string> _successes = new();
    private string? _password;
    private string? _registeredFrom;
    private long _attemptCount;
    private long _logonCount;
    private long _broadcasts;
    private string? _problem;

    /// <summary>Reads the value after the user's name.</summary>
    /// <exception cref="JsonException">The file is not valid JSON, or is cut off.</exception>
    public ImportEntry Read(string? name, long line)
    {
        ReadObject(ReadUser);
        if (name is null)
            return ImportEntry.Bad(line, "its name is not valid Unicode");
        if ((_problem ?? FindPasswordProblem()) is { } problem)
            return ImportEntry.Bad(line, problem, name);
        return ImportEntry.Of(line, ToAccount(name)) with { HasOldHash = true };
    }

    private string? FindPasswordProblem() => _password switch
    {
        null => "it has no password",
        "" => "no password was set yet; add the user with a new one",
        _ => OldHash().IsMatch(_password) ? null : "its password is not a SHA-256 in lower-case hexadecimal digits",
    };

    private AccountRecord ToAccount(string name) => new()
    {
        Name = name,
        PasswordHash = _password!,
        RegisteredFrom = _registeredFrom ?? "",
        Attempts = [.. _attempts],
        AttemptCount = _attemptCount,
        Logons = [.. _successes],
        LogonCount = _logonCount,
        Broadcasts = _broadcasts,
    };

    private void ReadUser(string? member)
    {
        switch (member)
        {
            case "ip_ledger":
                ReadObject(ReadLedger);
                break;
            case "credentials":
                ReadObject(ReadCredentials);
                break;
            case "statistics":
                ReadObject(ReadStatistics);
                break;
            default:
                SkipValue();
                break;
        }
    }

    private void ReadLedger(string? member)
    {
        switch (member)
        {
            case "addr_list_ATTEMPT":
                _attemptCount = ReadAddresses(_attempts);
                break;
            case "addr_list_SUCCESS":
                ReadAddresses(_successes);
                break;
            default:
                SkipValue();
                break;
        }
    }

    private void ReadCredentials(string? member)
    {
        if (member == "ip_addr")
        {
            tokens.Read();
            _registeredFrom = ReadAddress();
            return;
        }

        SkipValue();
        if (member == "password")
            _password = tokens.Kind == JsonTokenType.String ? tokens.Text : null;
    }

    private void ReadStatistics(string? member)
    {
        SkipValue();
        if (member is not ("logon_count" or "successful_broadcast_count"))
            return;
        if (tokens.Number is not { } number || number < 0)
            _problem ??= $"its {member} is not a number of 0 or more";
        else if (member == "logon_count")
            _logonCount = number;
        else
            _broadcasts = number;
    }

    private void ReadObject(Action<string?> readMember)
    {
        tokens.Read();
        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Skip();
            _problem ??= "it has another form than in the existing system";
            return;
        }

        while (tokens.Read() && tokens.Kind == JsonTokenType.PropertyName)
            readMember(tokens.Text);
    }

    private void SkipValue()
    {
        tokens.Read();
        tokens.Skip();
    }

    /// <summary>Reads a list, and keeps the last addresses.</summary>
    /// <returns>The number of all elements.</returns>
    private long ReadAddresses(Queue<string> addresses)
    {
        long count = 0;
        tokens.Read();
        if (tokens.Kind != JsonTokenType.StartArray)
        {
            tokens.Skip();
            return 0;
        }

        while (tokens.Read() && tokens.Kind != JsonTokenType.EndArray)
        {
            count++;
            if (ReadAddress() is not { } address)
                continue;
            addresses.Enqueue(address);
            if (addresses.Count > AccountRecord.MaxItems)
                addresses.Dequeue();
        }

        return count;
    }

    /// <summary>Reads <c>["127.0.0.1", 52814]</c>. With IPv6, two more numbers follow.</summary>
    /// <returns><see langword="null"/> for anything else.</returns>
    private string? ReadAddress()
    {
        if (tokens.Kind != JsonTokenType.StartArray)
        {
            tokens.Skip();
            return null;
        }

        string? host = null;
        long? port = null;
        for (int i = 0; tokens.Read() && tokens.Kind != JsonTokenType.EndArray; i++)
        {
            (host, port) = i switch { 0 => (tokens.Text, port), 1 => (host, tokens.Number), _ => (host, port) };
            tokens.Skip();
        }

        return IPAddress.TryParse(host, out IPAddress? address) && port is >= 0 and <= IPEndPoint.MaxPort
            ? new IPEndPoint(address, (int)port).ToString()
            : null;
    }

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OldHash();
}
