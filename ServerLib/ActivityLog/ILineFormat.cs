namespace ServerLib.ActivityLog;

/// <summary>The format of the activity log's lines. None of them ends with a line break.</summary>
internal interface ILineFormat
{
    /// <summary>The line that is appended when the file is opened.</summary>
    /// <param name="userid">The admin's number.</param>
    /// <param name="username">The admin's name.</param>
    /// <param name="timestamp">The time.</param>
    string Opening(string userid, string username, DateTimeOffset timestamp);

    /// <summary>A line.</summary>
    /// <param name="index">The number of lines since the file was opened.</param>
    /// <param name="entry">The message.</param>
    /// <param name="timestamp">The time.</param>
    string Format(long index, ActivityEntry entry, DateTimeOffset timestamp);
}
