using Microsoft.Extensions.Options;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Messaging;

/// <summary>Routes to the connections of this process.</summary>
internal sealed class LedgerMessageRouter(
    IConnectionLedger ledger, IOptions<ServerOptions> options, IBodySerializer? serializer = null, ServerMetrics? metrics = null) : IMessageRouter
{
    // Of a ledger that does not keep the set of all connections, a new set is made for each message.
    private readonly UserIndex? _index = ledger.Database;
    private readonly Broadcaster _broadcaster = new(ledger.Database, metrics);
    private readonly GroupIndex _groups = new();

    public IBodySerializer Serializer => serializer ?? DefaultSerializer.Instance;

    public async ValueTask<SendReport> SendToAllAsync(
        string sender, Message message, Connection? except = null, CancellationToken cancellationToken = default)
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToRoom(sender, message);
        return await SendToAllAsync(outgoing, except).ConfigureAwait(false);
    }

    public async ValueTask<SendReport> SendToUserAsync(
        string username, string sender, Message message, CancellationToken cancellationToken = default)
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToUser(sender, message);
        return await SendAsync([.. ledger.Find(username)], outgoing, except: null).ConfigureAwait(false);
    }

    public async ValueTask<SendReport> SendToUsersAsync(
        IReadOnlyCollection<string> usernames, string sender, Message message, CancellationToken cancellationToken = default)
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToUser(sender, message);
        return await SendAsync([.. usernames.SelectMany(ledger.Find).Distinct()], outgoing, except: null).ConfigureAwait(false);
    }

    public async ValueTask<SendReport> SendToGroupAsync(
        string group, string sender, Message message, Connection? except = null, CancellationToken cancellationToken = default)
    {
        if (_groups.Find(group) is not { } members)
            return default;
        using OutgoingMessage outgoing = OutgoingMessage.ToGroup(group, sender, message);
        return await _broadcaster.SendAsync(members, outgoing, except).ConfigureAwait(false);
    }

    public async ValueTask<SendReport> SendEventToAllAsync(
        EventMessage message, Connection? except = null, CancellationToken cancellationToken = default)
    {
        using OutgoingMessage outgoing = OutgoingMessage.Event(message.Name, message.Body.Span);
        return await SendToAllAsync(outgoing, except).ConfigureAwait(false);
    }

    public async ValueTask<SendReport> SendEventToUsersAsync(
        IReadOnlyCollection<string> usernames, EventMessage message, CancellationToken cancellationToken = default)
    {
        using OutgoingMessage outgoing = OutgoingMessage.Event(message.Name, message.Body.Span);
        return await SendAsync([.. usernames.SelectMany(ledger.Find).Distinct()], outgoing, except: null).ConfigureAwait(false);
    }

    public async ValueTask<SendReport> SendEventToGroupAsync(
        string group, EventMessage message, Connection? except = null, CancellationToken cancellationToken = default)
    {
        using OutgoingMessage outgoing = OutgoingMessage.Event(message.Name, message.Body.Span);
        return _groups.Find(group) is { } members ? await _broadcaster.SendAsync(members, outgoing, except).ConfigureAwait(false) : default;
    }

    public async ValueTask<SendReport> AnnounceAsync(
        string username, Presence presence, string? group = null, Connection? except = null, CancellationToken cancellationToken = default)
    {
        using OutgoingMessage outgoing = OutgoingMessage.Presence(username, presence == Presence.Joined, group);
        if (group is null)
            return await SendToAllAsync(outgoing, except).ConfigureAwait(false);
        return _groups.Find(group) is { } members ? await _broadcaster.SendAsync(members, outgoing, except).ConfigureAwait(false) : default;
    }

    public ValueTask<bool> JoinAsync(Connection connection, string group, CancellationToken cancellationToken = default)
    {
        bool wasMember = IsMember(connection, group);
        bool isMember = GroupName.IsValid(group) && _groups.Join(connection, group, options.Value.Limits.MaxGroupsPerConnection);
        if (isMember && !wasMember)
            connection.Writer.SendMembership(FrameType.Join, group);
        return new(isMember);
    }

    public ValueTask<bool> LeaveAsync(Connection connection, string group, CancellationToken cancellationToken = default)
    {
        bool wasMember = _groups.Leave(connection, group);
        if (wasMember)
            connection.Writer.SendMembership(FrameType.Leave, group);
        return new(wasMember);
    }

    public ValueTask<bool> IsMemberAsync(Connection connection, string group, CancellationToken cancellationToken = default) =>
        new(IsMember(connection, group));

    public ValueTask<IReadOnlyCollection<string>> LeaveAllAsync(Connection connection) => new(_groups.LeaveAll(connection));

    public ValueTask<IReadOnlyCollection<string>> GetUsersAsync(string? group = null, CancellationToken cancellationToken = default)
    {
        IEnumerable<Connection> connections = group is null ? ledger.Connections : _groups.Find(group)?.Slots.OfType<Connection>() ?? [];
        return new([.. connections.Select(connection => connection.Alias).Distinct()]);
    }

    private bool IsMember(Connection connection, string group) => _groups.Find(group)?.Contains(connection) == true;

    private ValueTask<SendReport> SendToAllAsync(OutgoingMessage message, Connection? except) => _index is { All: var everyone }
        ? _broadcaster.SendAsync(everyone, message, except)
        : SendAsync([.. ledger.Connections], message, except);

    private ValueTask<SendReport> SendAsync(Connection[] recipients, OutgoingMessage message, Connection? except) =>
        _broadcaster.SendAsync(recipients, recipients.Count(recipient => recipient.IsClassic), message, except);
}
