using System.Collections.Frozen;

namespace ServerLib.Messaging;

/// <summary>The methods and events of a server.</summary>
internal sealed class CallTable
{
    private readonly FrozenDictionary<string, Entry> _calls;
    private readonly FrozenDictionary<string, Entry> _events;

    /// <summary>Binds all methods.</summary>
    /// <param name="definitions">What the application has registered.</param>
    /// <param name="services">The server's services.</param>
    /// <exception cref="InvalidOperationException">A method does not fit the services.</exception>
    public CallTable(IEnumerable<CallDefinition> definitions, IServiceProvider services)
    {
        CallDefinition[] all = [.. definitions];
        _calls = Bind(false);
        _events = Bind(true);

        FrozenDictionary<string, Entry> Bind(bool isEvent) => all.Where(definition => definition.IsEvent == isEvent)
            .ToFrozenDictionary(one => one.Name, one => new Entry(one, one.Bind(services)), StringComparer.Ordinal);
    }

    public Entry? FindCall(string name) => _calls.GetValueOrDefault(name);

    public Entry? FindEvent(string name) => _events.GetValueOrDefault(name);

    public sealed record Entry(CallDefinition Definition, CallMethod Method);
}
