namespace ServerLib.ActivityLog;

/// <summary>The line formats by their names in configuration.</summary>
internal static class LineFormats
{
    /// <param name="format">The format.</param>
    /// <param name="template">The template of the classic format.</param>
    /// <exception cref="FormatException"><paramref name="template"/> is invalid.</exception>
    public static ILineFormat Create(ActivityLogFormat format, string template) => format switch
    {
        ActivityLogFormat.Text => new TextFormat(),
        ActivityLogFormat.Json => new JsonFormat(),
        _ => new LineFormat(template),
    };
}
