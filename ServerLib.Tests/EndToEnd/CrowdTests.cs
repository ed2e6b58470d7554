using System.Globalization;

namespace ServerLib.Tests.EndToEnd;

/// <summary>
/// Two hundred clients at once. Each message is encrypted and decrypted two hundred times, which is most of this test's work.
/// </summary>
[TestClass]
public sealed class CrowdTests : HostTest
{
    private const int Size = 200;

    // Every client sends a message, and every twentieth sends several, so that order matters.
    private static readonly string[][] Speeches =
    [
        .. Enumerable.Range(0, Size).Select(i =>
            Enumerable.Range(0, i % 20 == 0 ? 3 : 1).Select(n => $"{(char)('a' + n)} of {Name(i)}\n").ToArray()),
    ];

    [TestMethod]
    public async Task Each_of_200_clients_receives_all_messages_once_and_in_order()
    {
        await StartAsync();
        ClassicClient[] crowd = await Task.WhenAll(Enumerable.Range(0, Size).Select(i => Task.Run(() => LoginAsync(i))));
        for (int i = 0; i < Size; i++)
        {
            await crowd[i].ExchangeKeysAsync(Token);
            Assert.AreEqual($"{Name(i)}: [ CONNECTED ]", await crowd[i].ReceiveAsync(Token));
        }

        // Earlier clients have received the announcement of each later one.
        for (int i = 0; i < Size; i++)
        {
            for (int later = i + 1; later < Size; later++)
                await crowd[i].SkipAsync(Token);
        }

        Task[] speaking = [.. crowd.Select((client, i) => Task.Run(() => SpeakAsync(client, Speeches[i])))];
        await Task.WhenAll(crowd.Select((client, i) => Task.Run(() => ListenAsync(client, i))));
        await Task.WhenAll(speaking);

        // A duplicate would arrive before this message.
        await Host.CommandAsync("say that was all", Token);
        await Task.WhenAll(crowd.Select(client => Task.Run(() => ExpectAsync(client, "SERVER: that was all"))));
        await ShutDownAsync();
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"user{i}");

    private async Task<ClassicClient> LoginAsync(int i)
    {
        ClassicClient client = await ConnectAsync();
        Assert.AreEqual("OK", await client.LoginAsync(Name(i), "secret", Token));
        return client;
    }

    private async Task SpeakAsync(ClassicClient client, string[] speech)
    {
        foreach (string text in speech)
            await client.SendAsync(text, Token);
    }

    private async Task ListenAsync(ClassicClient client, int listener)
    {
        var heard = new Dictionary<string, List<string>>();
        int missing = Speeches.Where((_, speaker) => speaker != listener).Sum(speech => speech.Length);
        for (; missing > 0; missing--)
        {
            string text = await client.ReceiveAsync(Token);
            string[] parts = text.Split(": ", 2);
            if (!heard.TryGetValue(parts[0], out List<string>? speech))
                heard[parts[0]] = speech = [];
            speech.Add(parts[1]);
        }

        for (int speaker = 0; speaker < Size; speaker++)
        {
            if (speaker == listener)
                Assert.IsFalse(heard.ContainsKey(Name(speaker)));
            else
                CollectionAssert.AreEqual(Speeches[speaker], heard[Name(speaker)], $"what {Name(speaker)} said to {Name(listener)}");
        }
    }

    private async Task ExpectAsync(ClassicClient client, string text) => Assert.AreEqual(text, await client.ReceiveAsync(Token));
}
