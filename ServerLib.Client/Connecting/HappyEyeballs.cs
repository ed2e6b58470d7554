using System.Net;
using System.Net.Sockets;

namespace ServerLib.Clients;

/// <summary>
/// Connects to the first of several addresses that answers (RFC 8305): it tries them in turn, IPv6 and IPv4 alternately, and does not wait for
/// one to fail before it tries the next.
/// </summary>
/// <param name="connect">Connects to one address.</param>
/// <param name="time">The clock.</param>
internal sealed class HappyEyeballs(Func<IPAddress, CancellationToken, Task<Socket>> connect, TimeProvider time)
{
    /// <summary>The head start of an address before the next one is tried, as RFC 8305 section 5 recommends.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects.</summary>
    /// <param name="addresses">The addresses, the preferred ones first.</param>
    /// <param name="cancellationToken">Cancels all attempts.</param>
    /// <exception cref="SocketException">All attempts failed, and this is the first failure; or there is no address.</exception>
    public async Task<Socket> ConnectAsync(IReadOnlyCollection<IPAddress> addresses, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<IPAddress>(Alternate(addresses));
        var running = new List<Task<Socket>>();
        Task? failed = null;
        try
        {
            while (waiting.Count > 0 || running.Count > 0)
            {
                Task headStart = Task.Delay(Timeout.InfiniteTimeSpan, time, others.Token);
                if (waiting.TryDequeue(out IPAddress? next))
                {
                    running.Add(connect(next, others.Token));
                    if (waiting.Count > 0)
                        headStart = Task.Delay(AttemptDelay, time, others.Token);
                }

                Task first = await Task.WhenAny([.. running, headStart]).ConfigureAwait(false);
                if (first is not Task<Socket> attempt)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }

                running.Remove(attempt);
                if (attempt.IsCompletedSuccessfully)
                    return await attempt.ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                failed ??= attempt;
            }
        }
        finally
        {
            await others.CancelAsync().ConfigureAwait(false);
            foreach (Task<Socket> attempt in running)
                _ = CloseAsync(attempt);
        }

        if (failed is not null)
            await failed.ConfigureAwait(false);
        throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>The addresses in their order, but IPv6 and IPv4 in turn.</summary>
    private static IEnumerable<IPAddress> Alternate(IReadOnlyCollection<IPAddress> addresses)
    {
        AddressFamily? preferred = addresses.FirstOrDefault()?.AddressFamily;
        IPAddress[] first = [.. addresses.Where(address => address.AddressFamily == preferred)];
        IPAddress[] second = [.. addresses.Where(address => address.AddressFamily != preferred)];
        for (int i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            if (i < first.Length)
                yield return first[i];
            if (i < second.Length)
                yield return second[i];
        }
    }

    private static async Task CloseAsync(Task<Socket> attempt)
    {
        try
        {
            (await attempt.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Another address was faster.
        }
    }
}
