namespace ServerLib.Tests;

internal static class AuditTrailExtensions
{
    /// <summary>What the newest entries say, the newest first; their numbers and hashes are the trail's.</summary>
    public static async Task<List<AuditEntry>> ReadNewestAsync(this AuditTrail trail, int count) =>
        [.. (await trail.ReadAsync(limit: count, cancellationToken: Guard.NewToken())).Reverse().Select(entry => entry with { Number = 0, Hash = null })];
}
