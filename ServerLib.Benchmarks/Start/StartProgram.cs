using System.Diagnostics;
using System.Globalization;
using ServerLib.Accounts;
using ServerLib.Auditing;
using ServerLib.Files;

namespace ServerLib.Benchmarks.Start;

/// <summary>Measures how long the databases take to open, and how much memory, with many accounts.</summary>
internal static class StartProgram
{
    private const int PerTransaction = 1_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["fill", var folder, var accounts, var entries]:
                FillAccounts(folder, int.Parse(accounts, CultureInfo.InvariantCulture));
                FillHistory(folder, int.Parse(entries, CultureInfo.InvariantCulture));
                return 0;
            case ["open", var folder]:
                await OpenAsync(folder).ConfigureAwait(false);
                return 0;
            case ["history", var folder]:
                await ReadHistoryAsync(folder).ConfigureAwait(false);
                return 0;
            default:
                await Console.Error.WriteLineAsync(
                    "start fill FOLDER ACCOUNTS ENTRIES | start open FOLDER | start history FOLDER").ConfigureAwait(false);
                return 2;
        }
    }

    private static void FillAccounts(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        using UserStore store = UserStore.Open(folder, new LiveCounters(), DatabaseFile.OpenStream, (_, _) => { });
        string hash = "$argon2id$v=19$m=19456,t=2,p=1$" + new string('x', 22) + "$" + new string('y', 43);
        for (int i = 0; i < count; i += PerTransaction)
        {
            store.Begin();
            for (int j = i; j < Math.Min(count, i + PerTransaction); j++)
                store.TryAdd($"user{j}", $"user{j}", hash, $"203.0.113.{j % 256}:{j % 60_000}", DateTime.UtcNow.Ticks);
            store.Commit();
        }
    }

    private static void FillHistory(string folder, int count)
    {
        using AuditDatabase store = AuditDatabase.Open(Path.Combine(folder, AuditTrail.FileName), DatabaseFile.OpenStream, (_, _) => { });
        DateTimeOffset time = DateTimeOffset.UtcNow.AddDays(-60);
        TimeSpan step = TimeSpan.FromDays(60) / (count + 1);
        Add(new ChainStart(AuditHead.None, AuditHead.None).ToEntry(time));
        for (int i = 0; i < count; i += PerTransaction)
        {
            store.Begin();
            for (int j = i; j < Math.Min(count, i + PerTransaction); j++)
                Add(new AuditEntry(time += step, AuditEvent.Logon, $"user{j}", $"203.0.113.{j % 256}:{j % 60_000}", "", ""));
            store.Commit();
        }

        void Add(AuditEntry entry) => store.TryAppend([AuditRecord.Seal(entry, store.Head)]);
    }

    private static async Task OpenAsync(string folder)
    {
        long start = Stopwatch.GetTimestamp();
        var audit = new AuditTrail(folder);
        await using (audit.ConfigureAwait(false))
        {
            var database = new LiteDbUserDatabase(folder, new Argon2idPasswordHasher(new PasswordHashingOptions()), audit: audit);
            await using (database.ConfigureAwait(false))
            {
                await database.HasUserAsync("user1").ConfigureAwait(false);
                await audit.ReadAsync(limit: 1).ConfigureAwait(false);
                Report("open", start);
            }
        }
    }

    private static async Task ReadHistoryAsync(string folder)
    {
        long start = Stopwatch.GetTimestamp();
        var copy = AuditTrailCopy.Create(folder);
        await using (copy.ConfigureAwait(false))
        {
            int count = (await copy.ReadAsync(limit: 3).ConfigureAwait(false)).Count;
            Report($"history of {count} entries", start);
        }
    }

    private static void Report(string what, long start)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: {elapsed.TotalSeconds:0.00} s, peak memory {process.PeakWorkingSet64 / 1_000_000.0:0} MB"));
    }
}
