using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Testing;

namespace ServerLib.Tests.Resuming;

/// <summary>A network in memory that loses every connection, until it is told to be calm.</summary>
/// <param name="server">The server.</param>
/// <param name="time">The clock. It moves on a little with each connection, and as far as it takes to notice a silent one.</param>
internal sealed class FaultyNetwork(TestServer server, FakeTimeProvider time)
{
    /// <summary>After this time without a byte, a client and the server ping.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);

    private static readonly LinkFault None = new(int.MaxValue, int.MaxValue, Sight.Silence, Sight.Silence, IsHalf: false, IsRefused: false);

    private readonly Channel<FaultyLink> _silent = Channel.CreateUnbounded<FaultyLink>();
    private int _faults;
    private volatile bool _isCalm;

    /// <summary>How many connections were lost.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>From now on, new connections are not lost.</summary>
    public void CalmDown() => _isCalm = true;

    /// <summary>What a client connects with.</summary>
    /// <param name="seed">Decides how each of its connections is lost.</param>
    public Func<CancellationToken, ValueTask<Stream>> ClientOf(int seed)
    {
        var random = new Random(seed);
        int attempt = 0;
        return _ => Connect(LinkFault.Next(random, attempt), unchecked((seed * 1_000_003) + (attempt++ * 2)), random.Next(400));
    }

    /// <summary>Lets time pass while a client waits for a silent connection.</summary>
    /// <param name="settle">Gives the others time to react: a way to the server and back.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task PassTimeAsync(Func<Task> settle, CancellationToken cancellationToken)
    {
        await foreach (FaultyLink link in _silent.Reader.ReadAllAsync(cancellationToken))
        {
            while (!link.ClientClosed.IsCompleted)
            {
                time.Advance(KeepAlive);
                await Task.WhenAny(settle(), link.ClientClosed);
            }
        }
    }

    private ValueTask<Stream> Connect(LinkFault fault, int seed, int milliseconds)
    {
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        if (_isCalm)
            fault = None;
        if (fault.IsRefused)
        {
            Interlocked.Increment(ref _faults);
            throw new IOException("Connection refused.");
        }

        return new(new FaultyLink(server.Open(), fault, seed, OnLost).Stream);
    }

    private void OnLost(FaultyLink link)
    {
        Interlocked.Increment(ref _faults);
        if (link.NeedsTime)
            _silent.Writer.TryWrite(link);
    }
}
