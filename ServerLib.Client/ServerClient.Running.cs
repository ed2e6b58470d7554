using ServerLib.Clients;

namespace ServerLib;

/// <content>One connection after the other.</content>
public sealed partial class ServerClient
{
    private async Task RunAsync()
    {
        Exception? end = null;
        try
        {
            var backoff = new Backoff(_options);
            while (true)
            {
                long since = _options.TimeProvider.GetTimestamp();
                end = await _session.RunAsync().ConfigureAwait(false);
                if (_options.TimeProvider.GetElapsedTime(since) > _options.MaxReconnectDelay)
                    backoff.Reset();
                if (_disposing.IsCancellationRequested || !_options.Reconnect || end is ServerClientException { IsFinal: true })
                    return;
                await ComeBackAsync((ServerClientException)end, backoff).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            // Nobody wants it back any more.
        }
        catch (Exception e)
        {
            end = e;
        }
        finally
        {
            _inbox.Complete(end);
        }
    }

    /// <summary>Tries until it is logged in again.</summary>
    /// <exception cref="ServerClientException">It is of no use.</exception>
    private async Task ComeBackAsync(ServerClientException why, Backoff backoff)
    {
        await _inbox.AddAsync(new ReceivedMessage(ReceivedKind.Disconnected, why.Code, why.Message)).ConfigureAwait(false);
        while (true)
        {
            await Task.Delay(backoff.Next(why.RetryAfter), _options.TimeProvider, _disposing.Token).ConfigureAwait(false);
            try
            {
                ClientSession session = await ClientSession.OpenAsync(_options, _inbox, _groups, _disposing.Token).ConfigureAwait(false);

                // A client that is disposed meanwhile ends this connection, or it is ended here; both at once do no harm.
                Interlocked.Exchange(ref _session, session);
                if (_disposing.IsCancellationRequested)
                    session.Abandon(why);
                await session.JoinAgainAsync(_groups.Names, _disposing.Token).ConfigureAwait(false);
                await _inbox.AddAsync(new ReceivedMessage(ReceivedKind.Reconnected)).ConfigureAwait(false);
                return;
            }
            catch (ServerClientException e) when (!e.IsFinal)
            {
                why = e;
            }
        }
    }
}
