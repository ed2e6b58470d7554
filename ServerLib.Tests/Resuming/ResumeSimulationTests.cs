using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Resuming;

/// <summary>Connections are lost at random points, and every message arrives exactly once and in order.</summary>
[TestClass]
public sealed class ResumeSimulationTests
{
    private const int Users = 3;
    private const int Steps = 600;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    public async Task No_message_is_lost_or_duplicated(int seed)
    {
        var random = new Random(seed);
        await using PipeServer server = await PipeServer.StartAsync(
            options => options.Limits.MaxMessageRate = 0,
            services => services.Replace(ServiceDescriptor.Scoped<IMessageHandler, ChatRoom>()));
        Peer[] peers = new Peer[Users];
        for (int i = 0; i < Users; i++)
            peers[i] = await Peer.JoinAsync(server, $"user{i}");
        for (int step = 0; step < Steps; step++)
            await peers[random.Next(Users)].StepAsync(random);
        foreach (Peer peer in peers)
            await peer.Client.ResumeAsync();
        foreach (Peer peer in peers)
        {
            foreach (Peer sender in peers.Where(sender => sender != peer))
            {
                while (peer.ReceivedFrom(sender) < sender.Sent)
                    await peer.ReceiveAsync();
            }

            Assert.AreEqual(0, peer.Left, "Another user was seen to leave.");
            Assert.HasCount(1, server.Ledger.Find(peer.Name));
        }
    }

    /// <summary>A user who sends numbered messages, and counts those of others.</summary>
    private sealed class Peer(string name, ResumingClient client)
    {
        private readonly Dictionary<string, int> _received = [];
        private bool _isCut;

        public string Name => name;

        public ResumingClient Client => client;

        public int Sent { get; private set; }

        public int Left { get; private set; }

        public static async Task<Peer> JoinAsync(PipeServer server, string name) =>
            new(name, await ResumingClient.JoinAsync(server, name));

        public int ReceivedFrom(Peer sender) => _received.GetValueOrDefault(sender.Name);

        public async Task StepAsync(Random random)
        {
            switch (random.Next(10))
            {
                case < 4:
                    await client.SendAsync(Next());
                    break;
                case < 6 when !_isCut:
                    // What was sent before comes before the answer.
                    await client.SettleAsync();
                    while (client.HasWaiting)
                        await ReceiveAsync();
                    await client.AcknowledgeAsync();
                    break;
                case 6 when !_isCut:
                    await client.CutWithinAsync(Next(), random);
                    _isCut = true;
                    break;
                case 7 when !_isCut:
                    client.Cut();
                    _isCut = true;
                    break;
                case 8:
                    await client.AbandonResumeAsync();
                    _isCut = true;
                    break;
                default:
                    await client.ResumeAsync();
                    _isCut = false;
                    break;
            }
        }

        public async Task ReceiveAsync()
        {
            RawFrame frame = await client.ReceiveAsync() ?? throw new AssertFailedException("The connection has ended.");
            if (frame.Type == FrameType.Presence)
            {
                Left += (string?)frame.Json["event"] == "left" ? 1 : 0;
                return;
            }

            string[] parts = frame.Parts(1);
            int expected = _received.GetValueOrDefault(parts[0]) + 1;
            Assert.AreEqual(expected, int.Parse(parts[1], CultureInfo.InvariantCulture), $"{name} from {parts[0]}");
            _received[parts[0]] = expected;
        }

        private RawFrame Next() => RawFrame.Message($"{++Sent}");
    }
}
