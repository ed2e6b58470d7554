namespace ServerLib.Tests;

internal static class AuditTrailExtensions
{
    /// <summary>The newest entries, the newest first.</summary>
    public static async Task<List<AuditEntry>> ReadNewestAsync(this AuditTrail trail, int count) =>
        [.. (await trail.ReadAsync(limit: count, cancellationToken: Guard.NewToken())).Reverse()];
}
