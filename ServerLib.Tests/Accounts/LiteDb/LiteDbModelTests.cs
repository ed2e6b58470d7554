using CsCheck;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Accounts;
using ServerLib.Files;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.Files;

namespace ServerLib.Tests.Accounts;

/// <summary>The numbers, against a model that a page explains.</summary>
[TestClass]
public sealed class LiteDbModelTests
{
    private static readonly string[] Names = ["alice", "bob", "Zoë"];

    private readonly CancellationToken _guard = Guard.NewToken();

    private enum Step
    {
        Login,
        WrongPassword,
        LogOff,
        Broadcast,
        Save,
        Purge,
        Restart,
        Kill,
        FailedCommit,
    }

    [TestMethod]
    public Task The_statistics_are_right_after_any_sequence_of_events() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, Names.Length - 1].Select(i => Names[i])).Array[1, 25]
            .SampleAsync(RunAsync, iter: 12, threads: 1);

    private async Task RunAsync((Step Step, string Name)[] steps)
    {
        using var folder = new AccountsFolder();
        var model = new Dictionary<string, Model>();
        var files = new FaultyFiles();
        var time = new FakeTimeProvider();
        LiteDbUserDatabase database = folder.Open(time, openStream: files.Open);
        foreach ((Step step, string name) in steps)
        {
            Model user = model.GetValueOrDefault(name) ?? new Model();
            switch (step)
            {
                case Step.Login:
                    if ((await database.CreateNewUserAsync(new(name, "secret"), _guard)).Code == LoginCode.Failure)
                    {
                        Assert.IsTrue((await database.AuthenticateUserAsync(new(name, "secret"), _guard)).IsOk);
                        user.Attempts++;
                    }

                    model[name] = user;
                    await database.LogConnectionAsync(name.ToUpperInvariant(), AccountsFolder.Address(1), _guard);
                    user.Active++;
                    user.Logons++;
                    break;
                case Step.WrongPassword:
                    Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new(name, "wrong"), _guard)).Code);
                    user.Attempts++;
                    break;
                case Step.LogOff:
                    await database.LogDisconnectionAsync(name, _guard);
                    user.Active = Math.Max(0, user.Active - 1);
                    break;
                case Step.Broadcast:
                    await database.UpdateStatsAsync(name, 3, _guard);
                    user.Unsaved += model.ContainsKey(name) ? 3 : 0;
                    break;
                case Step.Save:
                    await database.SaveAsync(_guard);
                    Saved();
                    break;
                case Step.Purge:
                    await database.PurgeAsync(_guard);
                    NobodyIsActive();
                    break;
                case Step.Restart:
                    await database.DisposeAsync();
                    Saved();
                    NobodyIsActive();
                    database = folder.Open(time, openStream: files.Open);
                    break;
                case Step.Kill:
                    // What is recorded about logins is written by then.
                    await database.HasUserAsync("alice", _guard);
                    folder.Kill();
                    await database.DisposeAsync();
                    foreach (Model each in model.Values)
                        each.Unsaved = 0;
                    NobodyIsActive();
                    database = folder.Open(time, openStream: files.Open);
                    break;
                case Step.FailedCommit when model.ContainsKey(name):
                    // It is written and yet reported as failed, so it is written again, and has to count once.
                    int faults = 0;
                    files.Fault = what =>
                        what == "users-log.db flush" && Interlocked.Increment(ref faults) == 1 ? FaultyFiles.DiskFull : null;
                    await database.LogConnectionAsync(name, AccountsFolder.Address(1), _guard);
                    user.Active++;
                    user.Logons++;

                    // Opened anew by then, and written: the next fault is not to hit that.
                    Assert.IsTrue(await database.HasUserAsync(name, _guard));
                    time.Advance(DatabaseThread<UserStore>.RetryAfter);
                    await SaveAsync();
                    break;
            }

            // A broadcast of an unknown user is kept until the next save, and the user may be registered by then. Therefore it is saved at once.
            if (step == Step.Broadcast && !model.ContainsKey(name))
                await SaveAsync();
        }

        await CheckAsync();
        await database.DisposeAsync();

        void Saved()
        {
            foreach (Model each in model.Values)
            {
                each.Broadcasts += each.Unsaved;
                each.Unsaved = 0;
            }
        }

        void NobodyIsActive()
        {
            foreach (Model each in model.Values)
                each.Active = 0;
        }

        async Task SaveAsync()
        {
            await database.SaveAsync(_guard);
            Saved();
        }

        async Task CheckAsync()
        {
            var users = await AccountsFolder.AuditAsync(database, _guard);
            Saved();
            CollectionAssert.AreEquivalent(model.Keys, users.Keys);
            foreach ((string name, Model each) in model)
            {
                Assert.AreEqual(
                    $"{each.Active} {each.Broadcasts} {each.Logons} {each.Logons - each.Active}",
                    await AccountsFolder.NumbersAsync(database, name, _guard));
                Assert.AreEqual(each.Attempts, users[name].GetProperty("ip_ledger").GetProperty("addr_list_ATTEMPT").GetArrayLength());
            }
        }
    }

    private sealed class Model
    {
        public int Attempts { get; set; }

        public int Active { get; set; }

        public int Logons { get; set; }

        public int Broadcasts { get; set; }

        public int Unsaved { get; set; }
    }
}
