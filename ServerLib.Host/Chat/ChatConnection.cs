using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Chat;

/// <summary>Connects the chat, and tells the user when the connection is lost and when it is there again.</summary>
/// <param name="client">The client.</param>
/// <param name="console">The output.</param>
/// <param name="printer">Formats the lines.</param>
internal sealed class ChatConnection(ServerClient client, ILineConsole console, ChatPrinter printer)
{
    private ServerClientState _last;

    /// <summary>Makes one attempt to connect. A client that reconnects would wait until the server can be reached.</summary>
    /// <exception cref="ServerClientException">The server cannot be reached, or refuses the login.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ServerClientException? failure = null;
        client.StateChanged += (_, change) =>
        {
            if (change is { State: ServerClientState.Connecting, Reason: { } reason })
            {
                failure = reason;
                attempt.Cancel();
            }

            Report(change);
        };
        try
        {
            await client.ConnectAsync(attempt.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (failure is not null && !cancellationToken.IsCancellationRequested)
        {
            throw failure;
        }
    }

    /// <summary>Further failed attempts have the same state. They are not reported: the user knows that there is no connection.</summary>
    private void Report(ServerClientStateChangedEventArgs change)
    {
        if (change.State == _last)
            return;
        if (change.State == ServerClientState.Reconnecting)
            console.Print(printer.Timed($"! {TextSanitizer.Escape(change.Reason?.Message ?? "The connection is lost.")} Reconnecting..."));
        else if (_last == ServerClientState.Reconnecting && change.State == ServerClientState.Connected)
            console.Print(printer.Timed("* connected again"));
        _last = change.State;
    }
}
