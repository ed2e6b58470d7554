using System.Diagnostics.CodeAnalysis;
using ServerLib.Diagnostics;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Accepts connections and hands them over. Survives every exception.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A CancellationTokenSource without a timer has nothing to dispose.")]
internal sealed class AcceptLoop(Listening listening, ConnectionDispatcher dispatcher, ProxyIntake proxies, ServerEvents events, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private CancellationTokenSource _wait = new();
    private TaskCompletionSource? _ping;

    /// <summary>
    /// Waits until the loop has looked after this call. If it waits for a connection, it is woken up. Callers at the same time share an answer.
    /// </summary>
    public Task PingAsync()
    {
        var ping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ping = Interlocked.CompareExchange(ref _ping, ping, null) ?? ping;
        Volatile.Read(ref _wait).Cancel();
        return ping.Task;
    }

    /// <summary>Runs until <paramref name="stopping"/> is canceled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using CancellationTokenRegistration registration = stopping.UnsafeRegister(
            static loop => Volatile.Read(ref ((AcceptLoop)loop!)._wait).Cancel(), this);
        bool isFailing = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                TransportConnection transport = await Srv.AcceptAsync(listening.Listener, _wait.Token).ConfigureAwait(false);
                if (isFailing)
                    events.AcceptRecovered();
                isFailing = false;
                if (listening.Rules.IsProxy(transport.RemoteEndPoint))
                    _ = proxies.RunAsync(transport, listening.Rules, stopping);
                else
                    dispatcher.Dispatch(transport, listening.Rules);
            }
            catch (OperationCanceledException) when (_wait.IsCancellationRequested)
            {
                // The exchange is a full fence: a stop that is not seen below cancels the new source.
                Interlocked.Exchange(ref _wait, new CancellationTokenSource());
                Interlocked.Exchange(ref _ping, null)?.SetResult();
            }
            catch (Exception e)
            {
                // Most likely there are no file descriptors left. Log it once; connections that end free some.
                if (!isFailing)
                    events.AcceptFailed(e);
                isFailing = true;
                await Task.Delay(RetryDelay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
