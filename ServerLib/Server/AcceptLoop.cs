using ServerLib.Diagnostics;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Accepts connections and hands them over. Survives every exception.</summary>
internal sealed class AcceptLoop(Listening listening, ConnectionDispatcher dispatcher, ProxyIntake proxies, ServerEvents events, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs until <paramref name="stopping"/> is canceled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        bool isFailing = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                TransportConnection transport = await Srv.AcceptAsync(listening.Listener, stopping).ConfigureAwait(false);
                if (isFailing)
                    events.AcceptRecovered();
                isFailing = false;
                if (listening.Rules.IsProxy(transport.RemoteEndPoint))
                    _ = proxies.RunAsync(transport, listening.Rules, stopping);
                else
                    dispatcher.Dispatch(transport, listening.Rules);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
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
