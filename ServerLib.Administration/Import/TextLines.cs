namespace ServerLib.Administration.Import;

/// <summary>Reads the lines of a file of any size. A line that is too long is not kept in memory.</summary>
internal static class TextLines
{
    /// <summary>The longest line, in bytes. An account with all its addresses and keys is shorter.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The bytes that are read at a time. Few, so that the file's position tells how far an import is.</summary>
    public const int ReadSize = 4 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Reads the lines without their ends. Empty lines are left out.</summary>
    /// <returns>
    /// The lines with their numbers; <see langword="null"/> for a line that is too long. The bytes are valid until the next line is read.
    /// </returns>
    public static IEnumerable<(long Number, ReadOnlyMemory<byte>? Bytes)> Read(Stream file)
    {
        byte[] buffer = new byte[MaxLength + 2 + ReadSize];
        int length = 0, count;
        long number = 1;
        bool isTooLong = false;
        do
        {
            count = file.Read(buffer, length, ReadSize);
            length += count;
            int start = 0;
            while (FindEnd(buffer, start, length, isLast: count == 0) is { } end)
            {
                ReadOnlyMemory<byte> line = Trim(buffer.AsMemory(start, end - start), number);
                if (isTooLong || line.Length > MaxLength)
                    yield return (number, null);
                else if (line.Length > 0)
                    yield return (number, line);
                isTooLong = false;
                start = Math.Min(end + 1, length);
                number++;
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;

            // The carriage return can be the byte after the longest line.
            if (length > MaxLength + 1)
                (isTooLong, length) = (true, 0);
        }
        while (count > 0);
        if (isTooLong)
            yield return (number, null);
    }

    private static int? FindEnd(byte[] buffer, int start, int length, bool isLast)
    {
        int end = buffer.AsSpan(start, length - start).IndexOf((byte)'\n');
        return end >= 0 ? start + end : isLast && start < length ? length : null;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, long number)
    {
        if (number == 1 && line.Span.StartsWith(ByteOrderMark))
            line = line[ByteOrderMark.Length..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
