using System.Text.Json;
using ServerLib.Administration.Import;

namespace ServerLib.Administration.Export;

/// <summary>Reads the file of an export.</summary>
internal static class ExportFile
{
    /// <summary>Reads the whole file, so that an import begins only if it is complete.</summary>
    /// <returns>What it contains.</returns>
    /// <exception cref="FormatException">It is not an export, is cut off, or was changed so that it cannot be read.</exception>
    public static ExportCounts Verify(Stream file, CancellationToken cancellationToken)
    {
        ExportCounts counts = new();
        ExportCounts? end = null;
        bool hasHeader = false;
        foreach ((long number, ReadOnlyMemory<byte>? bytes) in TextLines.Read(file))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!hasHeader)
            {
                CheckHeader(bytes);
                hasHeader = true;
                continue;
            }

            ExportLine line = Parse(number, bytes);
            if (end is not null || line.Header is not null)
                throw new FormatException($"line {number} is not where it belongs");
            end = line.End;
            counts = counts.Add(line);
        }

        if (!hasHeader)
            throw new FormatException("it is empty");
        if (end is null)
            throw new FormatException("it is cut off: the last line, with the numbers of what it contains, is missing");
        return end == counts ? counts : throw new FormatException($"it contains {counts}, but its last line says {end}");
    }

    /// <summary>Reads the lines of a file that was verified, without the first and the last one.</summary>
    /// <exception cref="FormatException">The file has changed since.</exception>
    public static IEnumerable<(long Number, ExportLine Line, string Json)> Read(Stream file)
    {
        foreach ((long number, ReadOnlyMemory<byte>? bytes) in TextLines.Read(file).Skip(1))
        {
            ExportLine line = Parse(number, bytes);
            if (ExportParts.Of(line) is not null)
                yield return (number, line, System.Text.Encoding.UTF8.GetString(bytes!.Value.Span));
        }
    }

    private static ExportLine Parse(long number, ReadOnlyMemory<byte>? bytes)
    {
        try
        {
            return ExportLine.Parse((bytes ?? throw new FormatException($"it is longer than {TextLines.MaxLength} bytes")).Span);
        }
        catch (JsonException e)
        {
            string where = e.Path is { Length: > 1 } path ? $" ({ImportEntry.Shorten(path)})" : "";
            throw new FormatException(
                $"line {number}: it is not valid JSON, is cut off, or has a member that is unknown or of the wrong type{where}", e);
        }
        catch (FormatException e)
        {
            throw new FormatException($"line {number}: {e.Message}", e);
        }
    }

    /// <remarks>Not strict: a later version can have more members.</remarks>
    private static void CheckHeader(ReadOnlyMemory<byte>? line)
    {
        try
        {
            using var header = JsonDocument.Parse(line ?? default);
            if (header.RootElement.TryGetProperty("header", out JsonElement members)
                && members.GetProperty("format").ValueEquals(HeaderLine.Current.Format)
                && members.GetProperty("version").TryGetInt32(out int version))
            {
                if (version > HeaderLine.Current.Version)
                    throw new FormatException("it was written by a newer version of this program");
                if (version == HeaderLine.Current.Version)
                    return;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // It is something else.
        }

        throw new FormatException("it was not written by 'export'; 'user import' imports accounts from other files");
    }
}
