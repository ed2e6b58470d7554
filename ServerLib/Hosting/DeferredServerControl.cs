using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Server;

namespace ServerLib.Hosting;

/// <summary>
/// Finds the server when it is first used. So the server's own parts, such as an authenticator, can ask for an
/// <see cref="IServerControl"/> in their constructors.
/// </summary>
/// <param name="services">The server's services.</param>
internal sealed class DeferredServerControl(IServiceProvider services) : IServerControl
{
    private readonly Lazy<ConnectionServer> _server = new(services.GetRequiredService<ConnectionServer>);

    public IPEndPoint? EndPoint => _server.Value.EndPoint;

    public IReadOnlyList<EndPoint> EndPoints => _server.Value.EndPoints;

    // A health check may ask before the server is created.
    public ServerState State => services.GetRequiredService<ServerStateSource>().Current;

    public DateTimeOffset StartedAt => _server.Value.StartedAt;

    public int ConnectionCount => _server.Value.ConnectionCount;

    public IReadOnlyList<Ban> Bans => _server.Value.Bans;

    public bool KeepsBans => _server.Value.KeepsBans;

    public TrafficReport GetTraffic(int seconds, int top) => _server.Value.GetTraffic(seconds, top);

    public bool CanBan(string text, out BanTarget target, [NotNullWhen(false)] out string? problem) =>
        _server.Value.CanBan(text, out target, out problem);

    public bool CanUnban(string text, out BanTarget target, [NotNullWhen(false)] out string? problem) =>
        _server.Value.CanUnban(text, out target, out problem);

    public IReadOnlyList<Connection> Kick(string username, string? reason = null, string actor = "") =>
        _server.Value.Kick(username, reason, actor);

    public int EndSessions(string username, DisconnectReason reason, Connection? except = null) =>
        _server.Value.EndSessions(username, reason, except);

    public ValueTask<int> BanAsync(Ban ban, string byAddress = "", CancellationToken cancellationToken = default) =>
        _server.Value.BanAsync(ban, byAddress, cancellationToken);

    public ValueTask<bool> ImportBanAsync(Ban ban, string by = "", string byAddress = "", CancellationToken cancellationToken = default) =>
        _server.Value.ImportBanAsync(ban, by, byAddress, cancellationToken);

    public ValueTask<bool> UnbanAsync(
        string target, string by = "", string byAddress = "", CancellationToken cancellationToken = default) =>
        _server.Value.UnbanAsync(target, by, byAddress, cancellationToken);

    public Task DrainAsync(CancellationToken cancellationToken = default) => _server.Value.DrainAsync(cancellationToken);

    public Task RunConnectionAsync(IDuplexPipe pipe, ConnectionFacts facts) => _server.Value.RunConnectionAsync(pipe, facts);

    public Task PingAsync(CancellationToken cancellationToken = default) => _server.Value.PingAsync(cancellationToken);
}
