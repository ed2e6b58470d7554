namespace ServerLib;

/// <summary>The format of the activity log.</summary>
public enum ActivityLogFormat
{
    /// <summary>The format of the specification, which <see cref="ActivityLogOptions.LineFormat"/> can change.</summary>
    Classic,

    /// <summary>A line is the time (UTC, ISO 8601), the level and the message: <c>2026-03-04T05:06:07.123Z info message</c>.</summary>
    Text,

    /// <summary>
    /// A line is a JSON object with the members <c>time</c>, <c>level</c> and <c>message</c>, and those of <see cref="ActivityEntry.Members"/>.
    /// </summary>
    Json,
}
