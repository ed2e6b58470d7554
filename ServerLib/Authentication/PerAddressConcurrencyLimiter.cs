using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// How many logins of one address are decided on at once: the others of that address wait for their turn. So what the first ones earn is
/// known before the next are looked at, and nobody fills the hash queue by himself. (A <c>PartitionedRateLimiter</c> keeps who has gone for
/// ten seconds more, and has a timer that runs ten times a second for that.)
/// </summary>
/// <param name="atOnce">How many.</param>
internal sealed class PerAddressConcurrencyLimiter(int atOnce)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressBlock, Line> _lines = [];

    /// <summary>Waits for a turn, which ends when the result is disposed.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<IDisposable> EnterAsync(AddressBlock address, CancellationToken cancellationToken)
    {
        Line? line;
        lock (_gate)
        {
            if (!_lines.TryGetValue(address, out line))
                _lines[address] = line = new Line(atOnce);
            line.Length++;
        }

        try
        {
            await line.Turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Turn(this, address, line);
        }
        catch
        {
            Leave(address, line);
            throw;
        }
    }

    private void Leave(AddressBlock address, Line line)
    {
        lock (_gate)
        {
            if (--line.Length == 0)
                _lines.Remove(address);
        }
    }

    private sealed class Line(int atOnce)
    {
        public SemaphoreSlim Turns { get; } = new(atOnce);

        /// <summary>How many have their turn, or wait for it.</summary>
        public int Length { get; set; }
    }

    private sealed class Turn(PerAddressConcurrencyLimiter turns, AddressBlock address, Line line) : IDisposable
    {
        public void Dispose()
        {
            line.Turns.Release();
            turns.Leave(address, line);
        }
    }
}
