namespace ServerLib.Protocol;

/// <summary>Helpers for the UTF-8 text of classic messages.</summary>
internal static class ClassicText
{
    /// <summary>The length of the longest start of <paramref name="text"/> that has at most <paramref name="max"/> bytes and splits no character.</summary>
    public static int SplitLength(ReadOnlySpan<byte> text, int max)
    {
        if (text.Length <= max)
            return text.Length;
        int length = max;
        while ((text[length] & 0xC0) == 0x80)
            length--;
        return length;
    }

    /// <summary>A line without the line end that a classic client sends with it.</summary>
    public static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> line) =>
        line.EndsWith("\r\n"u8) ? line[..^2] : line.EndsWith("\n"u8) ? line[..^1] : line;
}
