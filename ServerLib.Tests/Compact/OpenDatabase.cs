using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ServerLib.Tests.Compact;

/// <summary>Accounts that let everyone in and cost nothing.</summary>
internal sealed class OpenDatabase : IUserDatabase
{
    /// <summary>Puts it in the place of the real one.</summary>
    public static void Use(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<IUserDatabase>(new OpenDatabase()));

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
