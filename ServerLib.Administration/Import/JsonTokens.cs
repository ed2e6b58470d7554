using System.Text.Json;

namespace ServerLib.Administration.Import;

/// <summary>Reads the tokens of a JSON file of any size, one after the other.</summary>
internal sealed class JsonTokens(Stream file)
{
    /// <summary>The longest token, in bytes.</summary>
    private const int MaxToken = 64 * 1024;

    private const int ByteOrderMarkSize = 3;

    private readonly byte[] _buffer = new byte[MaxToken + TextLines.ReadSize];
    private JsonReaderState _state;
    private int _start;
    private int _length;
    private bool _isAtEnd;
    private bool _hasBegun;

    /// <summary>The number of the current line, counted from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The kind of the token.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>The text of a string or property name; <see langword="null"/> if it is not valid Unicode, and for other tokens.</summary>
    public string? Text { get; private set; }

    /// <summary>The value of an integer; <see langword="null"/> for other tokens.</summary>
    public long? Number { get; private set; }

    /// <summary>Reads the next token.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="JsonException">The file is not valid JSON, is cut off, or has a value that is too long.</exception>
    public bool Read()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _length), _isAtEnd, _state);
            if (_hasBegun && reader.Read())
            {
                Take(ref reader);
                return true;
            }

            Advance(ref reader);
            if (_isAtEnd)
                return false;
            Fill();
        }
    }

    /// <summary>Skips the rest of the value that the current token begins.</summary>
    /// <exception cref="JsonException">The file is not valid JSON, or is cut off.</exception>
    public void Skip()
    {
        int depth = 0;
        do
        {
            if (Kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
                depth++;
            else if (Kind is JsonTokenType.EndObject or JsonTokenType.EndArray)
                depth--;
        }
        while (depth > 0 && Read());
    }

    private void Take(ref Utf8JsonReader reader)
    {
        (Kind, Text, Number) = (reader.TokenType, null, null);
        try
        {
            if (Kind is JsonTokenType.String or JsonTokenType.PropertyName)
                Text = reader.GetString();
            else if (Kind == JsonTokenType.Number && reader.TryGetInt64(out long number))
                Number = number;
        }
        catch (InvalidOperationException)
        {
            // It is not valid UTF-8, or has half of a surrogate pair.
        }

        Advance(ref reader);
    }

    private void Advance(ref Utf8JsonReader reader)
    {
        _state = reader.CurrentState;
        int consumed = (int)reader.BytesConsumed;
        Line += _buffer.AsSpan(_start, consumed).Count((byte)'\n');
        _start += consumed;
        _length -= consumed;
    }

    private void Fill()
    {
        if (_length > MaxToken)
            throw new JsonException("A value is too long.");
        _buffer.AsSpan(_start, _length).CopyTo(_buffer);
        _start = 0;
        int count = file.ReadAtLeast(
            _buffer.AsSpan(_length, TextLines.ReadSize), _hasBegun ? 1 : ByteOrderMarkSize, throwOnEndOfStream: false);
        _length += count;
        _isAtEnd = count == 0;
        if (!_hasBegun && _buffer.AsSpan(0, _length).StartsWith("\uFEFF"u8))
            (_start, _length) = (ByteOrderMarkSize, _length - ByteOrderMarkSize);
        _hasBegun = true;
    }
}
