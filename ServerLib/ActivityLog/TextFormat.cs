using System.Globalization;
using ServerLib.Protocol;

namespace ServerLib.ActivityLog;

/// <summary>Lines with the time and the level.</summary>
internal sealed class TextFormat : ILineFormat
{
    public string Opening(string userid, string username, DateTimeOffset timestamp) =>
        Format(0, new ActivityEntry($"ID : {userid} NAME : {username}"), timestamp);

    public string Format(long index, ActivityEntry entry, DateTimeOffset timestamp) =>
        $"{Time(timestamp)} {entry.LevelName} {TextSanitizer.Escape(entry.Message)}";

    /// <summary>A time in UTC with milliseconds.</summary>
    public static string Time(DateTimeOffset timestamp) =>
        timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
