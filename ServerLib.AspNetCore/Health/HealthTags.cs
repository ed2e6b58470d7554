namespace ServerLib.AspNetCore;

/// <summary>The tags of the health checks. Their pages have the same names.</summary>
internal static class HealthTags
{
    public const string Live = "live";

    public const string Ready = "ready";
}
