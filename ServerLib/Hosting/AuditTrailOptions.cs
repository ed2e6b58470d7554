namespace ServerLib;

/// <summary>The audit trail (configuration section <c>ServerLib:Audit</c>).</summary>
public sealed class AuditTrailOptions
{
    internal static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(90);

    /// <summary>How long entries of the <see cref="AuditTrail"/> are kept, 1 day to 3,650 days. Default 90 days.</summary>
    public TimeSpan Retention { get; set; } = DefaultRetention;
}
