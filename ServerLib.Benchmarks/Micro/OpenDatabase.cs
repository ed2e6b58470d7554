using System.Net;

namespace ServerLib.Benchmarks.Micro;

/// <summary>Accounts that let everyone in and remember nothing.</summary>
internal sealed class OpenDatabase : IUserDatabase
{
    public ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) => new(true);

    public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        new(LoginResult.Ok(credentials.Username));

    public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        new(LoginResult.Ok(credentials.Username));

    public ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default) => default;

    public ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default) => default;

    public ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default) => default;

    public ValueTask PurgeAsync(CancellationToken cancellationToken = default) => default;

    public ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default) => default;

    public ValueTask SaveAsync(CancellationToken cancellationToken = default) => default;
}
