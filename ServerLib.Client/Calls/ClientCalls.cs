using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Calls and events in both directions, with bodies in bytes.</summary>
/// <param name="sessions">The sessions to send with.</param>
/// <param name="requests">Sends the calls.</param>
/// <param name="client">Keeps the handlers.</param>
internal sealed class ClientCalls(SessionLoop sessions, RequestSender requests, ClientState client)
{
    /// <summary>Calls a method of the server, and returns its result.</summary>
    /// <exception cref="CallException">The status is not 0.</exception>
    public async Task<ReadOnlyMemory<byte>> CallAsync(string name, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        CallName.ThrowIfInvalid(name);
        Response response = await requests.SendAsync(ClientRequest.Call(name, argument), null, cancellationToken).ConfigureAwait(false);
        return response.IsOk ? response.Body : throw CallException.For(name, response);
    }

    public ValueTask SendEventAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        CallName.ThrowIfInvalid(name);
        return sessions.GetCompactSession("events").GetCallSender().SendToAsync(FrameType.Event, name, data, cancellationToken);
    }

    public IDisposable On(string name, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> handler) =>
        KeepReceiving(client.Events.On(name, handler));

    public IDisposable OnCall<T, TResult>(
        string name,
        Func<T, CancellationToken, ValueTask<TResult>> method,
        Func<ReadOnlyMemory<byte>, T> read,
        Func<TResult, ReadOnlyMemory<byte>> write) =>
        KeepReceiving(client.Methods.Add(name, async (body, token) =>
        {
            T argument = BodyMismatchException.Read(body, read);
            return write(await method(argument, token).ConfigureAwait(false));
        }));

    /// <summary>Messages that nobody reads must not hold up the handler.</summary>
    private Registration KeepReceiving(IDisposable handler)
    {
        client.Messages.AddHandler();
        return new Registration(() =>
        {
            client.Messages.RemoveHandler();
            handler.Dispose();
        });
    }
}
