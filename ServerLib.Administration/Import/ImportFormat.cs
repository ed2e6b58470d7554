namespace ServerLib.Administration.Import;

/// <summary>The format of a file with accounts.</summary>
internal enum ImportFormat
{
    /// <summary>The <c>user_data.json</c> of the existing system: one JSON object.</summary>
    Existing,

    /// <summary>Comma-separated values. The first line names the columns.</summary>
    Csv,

    /// <summary>A JSON object in each line.</summary>
    JsonLines,
}
