using System.Collections.Concurrent;
using System.Net.Sockets;

namespace ServerLib.Tests.EndToEnd;

/// <summary>What survives the end of the host process.</summary>
[TestClass]
public sealed class RestartTests : HostTest
{
    [TestMethod]
    public async Task Accounts_and_the_servers_key_survive_a_restart()
    {
        await StartAsIsAsync();
        ClassicClient alice = await JoinAsync("alice");
        string key = alice.ServerKey.ExportSubjectPublicKeyInfoPem();
        await ShutDownAsync();

        await StartAsIsAsync();
        ClassicClient guesser = await ConnectAsync();
        Assert.AreEqual("FAILURE", await guesser.LoginAsync("alice", "guess", Token));
        alice = await JoinAsync("alice");
        Assert.AreEqual(key, alice.ServerKey.ExportSubjectPublicKeyInfoPem());
        await ShutDownAsync();
        Assert.AreEqual(2, Data.ReadActivity().Count(line => line.Contains("ID : ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Acknowledged_registrations_survive_a_kill_and_none_is_incomplete()
    {
        int[] killAfter = [1, 5, 20, 60];
        var attempted = new ConcurrentQueue<string>();
        var acknowledged = new ConcurrentDictionary<string, bool>();
        foreach (int count in killAfter)
        {
            await StartAsync();
            using var enough = new SemaphoreSlim(0);
            Task[] registering =
            [
                .. Enumerable.Range(0, 4).Select(lane => RegisterUntilLostAsync($"r{count}-{lane}", attempted, acknowledged, enough)),
            ];
            for (int i = 0; i < count; i++)
                await enough.WaitAsync(Token);
            await Host.KillAsync();
            await Task.WhenAll(registering);
        }

        await StartAsync();
        await Parallel.ForEachAsync(attempted, Token, async (name, token) =>
        {
            using ClassicClient client = await ClassicClient.ConnectAsync(Host.EndPoint, token);
            bool kept = acknowledged.ContainsKey(name);
            if (kept)
                Assert.AreEqual("FAILURE", await client.LoginAsync(name, "another", token), $"{name} was not kept");
            Assert.AreEqual("OK", await client.LoginAsync(name, "secret of " + name, token), $"{name}, acknowledged: {kept}");
        });
        Assert.IsTrue(acknowledged.Count >= killAfter.Sum());
    }

    private async Task RegisterUntilLostAsync(
        string lane, ConcurrentQueue<string> attempted, ConcurrentDictionary<string, bool> acknowledged, SemaphoreSlim counter)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                string name = $"{lane}-{i}";
                attempted.Enqueue(name);
                using ClassicClient client = await ClassicClient.ConnectAsync(Host.EndPoint, Token);
                Assert.AreEqual("OK", await client.LoginAsync(name, "secret of " + name, Token));
                acknowledged[name] = true;
                counter.Release();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
        {
            // The host was killed.
        }
    }
}
