using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>The bans in force, of a running server or from its files.</summary>
internal static class CurrentBans
{
    public static async ValueTask<IReadOnlyList<Ban>> GetAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (request.IsServerRunning)
            return request.Service<IServerControl>().Bans;
        IEnumerable<Ban> configured = request.Service<IOptions<ServerOptions>>().Value.Bans
            .Select(target => new Ban(target) { CreatedBy = "configuration" });
        IReadOnlyList<Ban> stored = request.FindService<IBanDatabase>() is { } database
            ? await database.GetBansAsync(cancellationToken).ConfigureAwait(false)
            : [];
        DateTimeOffset now = request.Service<TimeProvider>().GetUtcNow();
        return [.. configured, .. stored.Where(ban => ban.Until is not { } end || end > now).OrderBy(ban => ban.Since)];
    }

    /// <summary>The ban of a user's name; <see langword="null"/> if there is none.</summary>
    public static async ValueTask<Ban?> FindAsync(AdminRequest request, string name, CancellationToken cancellationToken) =>
        (await GetAsync(request, cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(ban => BanTarget.TryParse(ban.Target, out BanTarget target, out _) && target.Name == UserName.Key(name));
}
