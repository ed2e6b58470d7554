using System.Buffers;
using System.Text.Unicode;

namespace ServerLib.Protocol;

/// <summary>Decodes names. Keeps the last one, because most peers repeat it, and a new string would be allocated each time.</summary>
internal struct NameDecoder
{
    private string? _last;

    /// <returns>The name; <see langword="null"/> if it is not valid UTF-8.</returns>
    public string? Decode(ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[CompactFrame.MaxNameSize];
        if (Utf8.ToUtf16(name, chars, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
            return null;
        if (_last is null || !chars[..length].SequenceEqual(_last))
            _last = chars[..length].ToString();
        return _last;
    }
}
