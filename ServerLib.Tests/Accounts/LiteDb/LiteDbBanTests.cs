using LiteDB;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Accounts;

[TestClass]
public sealed class LiteDbBanTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly AccountsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Bans_survive_a_restart_unchanged()
    {
        Ban[] bans =
        [
            new("203.0.113.0/24", Now.AddDays(1), "a \"reason\"\n") { CreatedBy = "console", Since = Now },
            new("Zoë") { CreatedBy = "ada", Since = Now },
            new("name:10.0.0.1", DateTimeOffset.MaxValue.AddMilliseconds(-1)) { Since = Now },
        ];
        await using (LiteDbUserDatabase database = _folder.Open())
        {
            foreach (Ban ban in bans)
                await database.AddBanAsync(ban);
        }

        await using LiteDbUserDatabase again = _folder.Open();
        IReadOnlyList<Ban> kept = await again.GetBansAsync();
        Assert.HasCount(3, kept);
        CollectionAssert.AreEquivalent(bans[..2], kept.Where(ban => ban.Target != "name:10.0.0.1").ToArray());
    }

    [TestMethod]
    public async Task A_confirmed_ban_survives_a_kill()
    {
        LiteDbUserDatabase killed = _folder.Open();
        await killed.AddBanAsync(new Ban("203.0.113.7") { Since = Now });
        _folder.Kill();
        await using (LiteDbUserDatabase database = _folder.Open())
            Assert.AreEqual("203.0.113.7", (await database.GetBansAsync()).Single().Target);
        await killed.DisposeAsync();
    }

    [TestMethod]
    public async Task A_second_ban_of_the_same_target_replaces_the_first()
    {
        await using LiteDbUserDatabase database = _folder.Open();
        await database.AddBanAsync(new Ban("Zoë", Reason: "one") { Since = Now });
        await database.AddBanAsync(new Ban("ZOË", Reason: "two") { Since = Now });
        await database.AddBanAsync(new Ban("::ffff:203.0.113.7", Reason: "three") { Since = Now });
        await database.AddBanAsync(new Ban("203.0.113.7", Reason: "four") { Since = Now });
        CollectionAssert.AreEquivalent(new[] { "two", "four" }, (await database.GetBansAsync()).Select(ban => ban.Reason).ToArray());
        Assert.IsTrue(await database.RemoveBanAsync("zoë"));
        Assert.IsFalse(await database.RemoveBanAsync("zoë"));
        Assert.IsFalse(await database.RemoveBanAsync("no such thing"));
        Assert.AreEqual("four", (await database.GetBansAsync()).Single().Reason);
    }

    [TestMethod]
    public async Task An_invalid_ban_target_is_refused()
    {
        await using LiteDbUserDatabase database = _folder.Open();
        await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await database.AddBanAsync(new Ban("127.0.0.1")));
        Assert.IsEmpty(await database.GetBansAsync());
    }

    [TestMethod]
    public async Task Damaged_bans_are_logged_and_ignored()
    {
        await using (LiteDbUserDatabase database = _folder.Open())
        {
            await database.CreateNewUserAsync(new Credentials("ada", "secret"));
            await database.AddBanAsync(new Ban("203.0.113.7") { Since = Now });
        }

        BsonDocument[] damaged =
        [
            new() { ["_id"] = 1 },
            Document("1.2.3"),
            Document(new BsonValue(5)),
            Document("203.0.113.8", since: "yesterday"),
            Document("203.0.113.8", since: long.MaxValue),
            Document("203.0.113.8", until: long.MinValue),
            Document("203.0.113.8", until: "tomorrow"),
            Document("203.0.113.8", reason: new BsonArray()),
        ];
        using (var file = new LiteDatabase(_folder.File("users.db")))
        {
            for (int i = 0; i < damaged.Length; i++)
            {
                damaged[i]["_id"] = i;
                file.GetCollection("bans").Insert(damaged[i]);
            }
        }

        var log = new WarningLog<LiteDbUserDatabase>();
        var problems = new ServerProblems();
        await using LiteDbUserDatabase again = _folder.Open(logger: log, problems: problems);
        Assert.AreEqual("203.0.113.7", (await again.GetBansAsync()).Single().Target);
        Assert.ContainsSingle(
            message => message.StartsWith("Ignoring damaged bans in the user database: 8.", StringComparison.Ordinal), log.Messages);
        Assert.AreEqual("bans", problems.Current.Single().Name);
        Assert.IsTrue(await again.HasUserAsync("ada"));
    }

    private static BsonDocument Document(BsonValue what, BsonValue? since = null, BsonValue? until = null, BsonValue? reason = null) => new()
    {
        ["What"] = what,
        ["Since"] = since ?? 0L,
        ["Until"] = until ?? BsonValue.Null,
        ["Reason"] = reason ?? "",
        ["By"] = "",
    };
}
