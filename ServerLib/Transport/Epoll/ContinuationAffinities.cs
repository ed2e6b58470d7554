using System.Collections.Concurrent;

namespace ServerLib.Transport;

/// <summary>The affinities of one server's code.</summary>
internal sealed class ContinuationAffinities
{
    private readonly ConcurrentDictionary<Type, ContinuationAffinity> _handlers = new();

    /// <summary>The affinity of connections that need cryptography for every message.</summary>
    public ContinuationAffinity Cryptography { get; } = new("Cryptography", ContinuationTarget.Pool);

    /// <summary>The affinity of all handlers of a type.</summary>
    public ContinuationAffinity For(Type handler) =>
        _handlers.GetOrAdd(handler, static type => new ContinuationAffinity(type.FullName ?? type.Name));
}
