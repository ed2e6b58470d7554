using System.Text.Json;
using ServerLib.Administration;
using ServerLib.Protocol;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Administration;

/// <summary>JSON output of commands over a connection, of any size.</summary>
[TestClass]
public sealed class ConnectionCommandsTests
{
    private const int MaxFrame = 4_096;

    [TestMethod]
    [DataRow("list --json")]
    [DataRow("list --json x")]
    [DataRow("list x --json y")]
    public async Task JSON_that_fits_twice_is_text_and_data(string line)
    {
        CommandOutput output = await RunAsync(line, 10);
        Assert.AreEqual("0 10 10", $"{output.Exit} {Count(output.Text)} {output.Data?.GetArrayLength()}");
    }

    [TestMethod]
    public async Task Up_to_a_frame_JSON_is_whole_and_beyond_it_an_answer_that_says_so()
    {
        string last = "twice";
        for (int count = 1; count < 400; count++)
        {
            CommandOutput output = await RunAsync("list --json", count);
            string now = output switch
            {
                { Exit: 0, Text.Length: > 0 } => "twice",
                { Exit: 0 } => "once",
                _ => "not",
            };
            Assert.IsTrue(now == last || (last, now) is ("twice", "once") or ("once", "not"), $"{last} {now}");
            if (now == "twice")
                Assert.AreEqual(count, Count(output.Text));
            if (now != "not")
                Assert.AreEqual(count, output.Data?.GetArrayLength());
            else
                Assert.StartsWith("The output is larger than a frame of 4096 bytes. Ask for less", output.Text);
            last = now;
        }

        Assert.AreEqual("not", last);
    }

    [TestMethod]
    public async Task Text_is_cut_as_before()
    {
        CommandOutput output = await RunAsync("list", 1_000);
        Assert.AreEqual(0, output.Exit);
        Assert.EndsWith("(cut here, for it is larger than a frame)", output.Text);
    }

    /// <summary>What a client reads that sent the line.</summary>
    private static async Task<CommandOutput> RunAsync(string line, int count)
    {
        Connection connection = new MemoryConnection(new ServerOptions { Limits = { MaxFrameSize = MaxFrame } }).Connection;
        await using AdminRun run = AdminRun.With([new SongCommand("list", request => List(request, count), minWords: 0)]);
        CommandOutput output = await new ConnectionCommands(run.Runner).RunAsync(connection, new CommandRequest(line), Guard.NewToken());
        byte[] json = BoundedPayload.Output(output, MaxFrame);
        Assert.IsLessThan(MaxFrame, json.Length);
        CompactControl.Output received = CompactControl.TryParse(json, CompactJson.Default.Output)!;
        return new CommandOutput(received.Exit, received.Text, received.Data);
    }

    private static int Count(string json) => JsonDocument.Parse(json).RootElement.GetArrayLength();

    private static void List(AdminRequest request, int count)
    {
        request.Data = Enumerable.Range(0, count).Select(i => new { number = i });
        request.WriteLine(new string('x', 10 * count));
    }
}
