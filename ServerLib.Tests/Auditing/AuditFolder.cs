using LiteDB;
using Microsoft.Extensions.Logging;
using ServerLib.Auditing;
using ServerLib.Files;

namespace ServerLib.Tests.Auditing;

/// <summary>A data folder with an audit trail. A test may tamper with the file while the trail is closed.</summary>
internal sealed class AuditFolder(TimeProvider time) : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    public string File => _folder.File(AuditTrail.FileName);

    public AuditTrail Open(
        ILog? log = null, ILogger<AuditTrail>? logger = null, Func<string, Stream>? openStream = null, TimeSpan? retention = null) =>
        new(Path, retention ?? TimeSpan.FromDays(1), time, logger, log, null, openStream ?? DatabaseFile.OpenStream);

    /// <summary>Writes a number of logons, of <c>user1</c>, <c>user2</c> and so on, and closes the trail.</summary>
    public async Task FillAsync(int count)
    {
        await using AuditTrail trail = Open();
        for (int i = 1; i <= count; i++)
            trail.Write(AuditEvent.Logon, $"user{i}", "127.0.0.1:1");
    }

    /// <summary>Changes the entries in the file.</summary>
    public void Tamper(Action<ILiteCollection<BsonDocument>> tamper)
    {
        using var database = new LiteDatabase(File);
        tamper(database.GetCollection("entries"));
    }

    /// <summary>Creates a file without hashes, of which some entries are deleted already.</summary>
    public void MakeOld(long firstNumber, int count)
    {
        using var database = new LiteDatabase(new ConnectionString { Filename = File, Collation = Collation.Binary });
        for (long i = firstNumber; i < firstNumber + count; i++)
        {
            database.GetCollection("entries").Insert(new BsonDocument
            {
                ["_id"] = i,
                ["Time"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
                ["Event"] = 1,
                ["Name"] = "old",
                ["Address"] = "127.0.0.1:1",
            });
        }
    }

    /// <summary>What is wrong with the trail's files; <c>sound</c> if nothing is.</summary>
    public async Task<string> VerifyAsync(params AuditHead[] heads) => (await CheckAsync(heads)).Problem ?? "sound";

    public async Task<AuditCheck> CheckAsync(params AuditHead[] heads)
    {
        await using AuditTrailCopy copy = AuditTrailCopy.Create(Path);
        return await copy.VerifyAsync(heads.Select(head => head.ToString()), Guard.NewToken());
    }

    public async Task<List<AuditRecord>> ReadAsync()
    {
        await using AuditTrailCopy copy = AuditTrailCopy.Create(Path);
        return await copy.Reader.SearchAsync(new AuditFilter(), int.MaxValue, Guard.NewToken());
    }

    public void Dispose() => _folder.Dispose();
}
