using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>The methods of the application that the server can call.</summary>
/// <param name="log">Gets the exceptions of methods.</param>
internal sealed class CallMethods(ClientEvents log)
{
    private readonly ConcurrentDictionary<string, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>>> _byName =
        new(StringComparer.Ordinal);

    /// <summary>Adds a method.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="method">Takes the argument's bytes and returns the result's.</param>
    /// <returns>Removes it when disposed.</returns>
    /// <exception cref="InvalidOperationException">There is a method with this name.</exception>
    public IDisposable Add(string name, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> method)
    {
        CallName.ThrowIfInvalid(name);
        if (!_byName.TryAdd(name, method))
            throw new InvalidOperationException($"There is already a method with the name '{name}'.");
        return new Registration(() => _byName.TryRemove(name, out _));
    }

    /// <summary>Runs the method with this name, and says how it went.</summary>
    public async ValueTask<Response> InvokeAsync(string name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!_byName.TryGetValue(name, out Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? method))
            return Status(Response.NotHandled, "The client has no method with this name.");
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new Response(await method(body, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Status(Response.Canceled, "");
        }
        catch (CallException e) when (!e.IsAnswer)
        {
            return new Response(e.Status, e.Body);
        }
        catch (BodyMismatchException e)
        {
            return Status(Response.Mismatch, e.Message);
        }
        catch (Exception e)
        {
            log.HandlerFailed($"the call '{TextSanitizer.Escape(name)}'", e);
            return Status(Response.Failed, "The method failed.");
        }
    }

    private static Response Status(byte status, string text) => new Response(text) with { Status = status };
}
