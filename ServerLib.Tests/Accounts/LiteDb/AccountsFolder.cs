using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerLib.Files;
using ServerLib.Tests.Passwords;

namespace ServerLib.Tests.Accounts;

/// <summary>A data folder, and the databases that a test opens in it one after the other.</summary>
internal sealed class AccountsFolder : IDisposable
{
    private static readonly string[] Files = ["users.db", "users-log.db", "users.marker", "history.db", "history-log.db"];

    private readonly TempFolder _temp = new();
    private int _copies;

    public AccountsFolder() => Path = _temp.File("data");

    public string Path { get; private set; }

    public FakeHasher Hasher { get; } = new();

    public static IPEndPoint Address(int port) => new(IPAddress.Loopback, port);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public LiteDbUserDatabase Open(
        TimeProvider? time = null,
        ILogger<LiteDbUserDatabase>? logger = null,
        Func<string, Stream>? openStream = null,
        AuditTrail? audit = null,
        ServerProblems? problems = null) =>
        new(Path, Hasher, time, logger, audit, problems, openStream ?? DatabaseFile.OpenStream);

    /// <summary>Takes the files as they are, as a kill would leave them; what is opened next is opened on them.</summary>
    public void Kill()
    {
        string copy = _temp.File($"copy{++_copies}");
        Directory.CreateDirectory(copy);
        foreach (string name in Files.Where(name => System.IO.File.Exists(File(name))))
        {
            using var from = new FileStream(File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using FileStream to = System.IO.File.Create(System.IO.Path.Combine(copy, name));
            from.CopyTo(to);
        }

        Path = copy;
    }

    /// <summary>What the audit says of each account.</summary>
    public static async Task<Dictionary<string, JsonElement>> AuditAsync(LiteDbUserDatabase database, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        await database.AuditAsync(output, cancellationToken);
        output.Position = 0;
        using JsonDocument json = await JsonDocument.ParseAsync(output, cancellationToken: cancellationToken);
        return json.RootElement.GetProperty("users").EnumerateObject().ToDictionary(user => user.Name, user => user.Value.Clone());
    }

    /// <summary>An account's number of active connections, of broadcasts, of logons and of logoffs.</summary>
    public static async Task<string> NumbersAsync(LiteDbUserDatabase database, string name, CancellationToken cancellationToken)
    {
        JsonElement statistics = (await AuditAsync(database, cancellationToken))[name].GetProperty("statistics");
        return string.Join(' ', statistics.EnumerateObject().Select(number => number.Value.GetInt64()));
    }

    /// <summary>The addresses of an account's login attempts, as JSON.</summary>
    public static async Task<string[]> AttemptsAsync(LiteDbUserDatabase database, string name, CancellationToken cancellationToken)
    {
        JsonElement addresses = (await AuditAsync(database, cancellationToken))[name].GetProperty("ip_ledger").GetProperty("addr_list_ATTEMPT");
        return [.. addresses.EnumerateArray().Select(address => address.GetRawText())];
    }

    public void Dispose() => _temp.Dispose();
}
